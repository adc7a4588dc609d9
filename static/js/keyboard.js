// When a key is meant for the page, and not for a field, a dialog or the browser.
export const isWithModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

export function isForPage(event) {
  return !(
    isWithModifier(event) ||
    event.defaultPrevented ||
    document.querySelector("dialog[open]") ||
    event.target.closest("input, select, textarea, [contenteditable]")
  );
}
