// The QR's code stands behind the #, which never reaches a server by itself: ask with it.
const code = location.hash.slice(1);
const asked = new URLSearchParams(location.search);
if (/^[0-9a-f]{32}$/i.test(code) && !asked.has("code")) {
  asked.set("code", code);
  location.replace(`${location.pathname}?${asked}`);
}
for (const link of document.querySelectorAll("[data-language]")) {
  if (asked.has("code")) link.href += `&code=${encodeURIComponent(asked.get("code"))}`;
}
