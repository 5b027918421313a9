// What a page cannot say in HTML: a countdown, a lost line, words that must not be swept away.
"use strict";

const typing = (place) =>
  place.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") ||
  [...place.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected && field.value !== "")
      : field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue,
  );

// A piece of a page that holds somebody's unsent words is not replaced; it says that it is old.
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  if (place?.matches?.("[data-keep]") && typing(place)) {
    event.detail.shouldSwap = false;
    place.querySelector("[data-stale]")?.removeAttribute("hidden");
  }
});

// What was folded open stays open when its page draws itself anew.
let open = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  open = [...(event.detail.target?.querySelectorAll?.("details[open] > summary") ?? [])].map((s) => s.textContent);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const summary of document.querySelectorAll("main details > summary"))
    if (open.includes(summary.textContent)) summary.parentElement.open = true;
  open = [];
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
