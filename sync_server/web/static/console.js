// What a page cannot say in HTML: a countdown, a lost line, words that must not be swept away.
"use strict";

const typed = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected && field.value !== "")
    : field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
const unsaved = (place) =>
  place.matches("[data-unsaved]") || place.querySelector("[data-unsaved]") !== null ||
  [...place.querySelectorAll("input:not([type=hidden]), textarea, select")].some(typed);
const typing = (place) =>
  place.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") || unsaved(place);

// A piece of a page that holds somebody's unsent words is not replaced; it says that it is old.
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  if (event.detail.shouldSwap && place?.matches?.("[data-keep]") && typing(place)) {
    event.detail.shouldSwap = false;
    place.querySelector("[data-stale]")?.removeAttribute("hidden");
  }
});

// Nobody is signed in any more: the page stays, with what is written on it, and says so.
document.addEventListener("htmx:afterRequest", (event) => {
  const over = document.querySelector("[data-over]");
  if (over && event.detail.xhr?.status) over.hidden = event.detail.xhr.status !== 401;
});

// Leaving with words that nobody sent is asked about; sending them is no leaving.
let sending = false;
document.addEventListener("submit", (event) => { sending = !event.defaultPrevented; });
window.addEventListener("pageshow", () => { sending = false; });
window.addEventListener("beforeunload", (event) => {
  if (!sending && [...document.querySelectorAll("main form[method=post]")].some(unsaved)) event.preventDefault();
  sending = false;
});

// Focus, caret and what was folded open or shut are the reader's: a page that draws itself keeps them.
const words = (one) => one.textContent.replace(/[0-9]/g, "").trim();
const alike = (like, said) => [...document.querySelectorAll(`main ${like}`)].filter((each) => words(each) === said);
const likeness = (one) => {
  if (one.id) return `#${CSS.escape(one.id)}`;
  const quoted = (name) => one.hasAttribute(name) ? `[${name}="${CSS.escape(one.getAttribute(name))}"]` : "";
  const action = one.closest("form")?.getAttribute("action");
  const within = action ? `form[action="${CSS.escape(action)}"] ` : "";
  return within + one.tagName.toLowerCase() + quoted("href") + quoted("name") + quoted("type");
};
const folded = (place) => [...place.querySelectorAll("details")].map((part) =>
  [part.dataset.part ?? words(part.querySelector("summary")), part]);
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target, one = document.activeElement;
  if (!event.detail.shouldSwap || !place?.contains) return;
  kept = { parts: new Map(folded(place).map(([name, part]) => [name, part.open])), focus: null };
  if (place.contains(one) && one !== place) {
    const caret = one.matches("input[type=text], input[type=search], textarea") ? [one.selectionStart, one.selectionEnd] : null;
    const like = likeness(one), said = words(one);
    kept.focus = { like, said, place: alike(like, said).indexOf(one), caret };
  }
});
document.addEventListener("htmx:afterSwap", () => { // At once: the next change may come before it has settled.
  if (!kept) return;
  const { parts, focus } = kept;
  kept = null;
  const now = folded(document.querySelector("main")).filter(([name, part]) => parts.has(name) && parts.get(name) !== part.open);
  for (const [name, part] of now) if (!parts.get(name)) part.open = false;
  for (const [name, part] of now) if (parts.get(name)) part.open = true;
  if (!focus || document.activeElement !== document.body) return;
  const one = alike(focus.like, focus.said)[focus.place];
  one?.focus({ preventScroll: true });
  if (focus.caret) one?.setSelectionRange(...focus.caret);
});

const lost = (is) => document.querySelectorAll("[data-live]").forEach((mark) => mark.classList.toggle("lost", is));
document.addEventListener("htmx:sseOpen", () => lost(false));
document.addEventListener("htmx:sseError", () => lost(true));

const count = () => {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((Date.parse(clock.dataset.countdown) - Date.now()) / 1000);
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.textContent = left > 0 ? clock.dataset.left.replace("{time}", time) : clock.dataset.over;
  }
};
if (document.querySelector("[data-countdown]")) {
  count();
  setInterval(count, 1000);
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (name)
    for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
});
