// The lead page and Today by keys: a key opens a menu or presses a button, a digit
// picks in the open menu. Without this script everything is a click on a plain form.
(() => {
  const UNDO_SECONDS = 10;
  const openMenu = () => document.querySelector("details.menu[open]");

  function isTyping(event) {
    return (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      document.querySelector("dialog[open]") ||
      event.target.closest("input, select, textarea, [contenteditable]")
    );
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  function pick(menu, digit) {
    menu.querySelectorAll(".menu-list > button[name]")[digit - 1]?.click();
  }

  function press(target) {
    if (target.tagName !== "SUMMARY") {
      target.click();
      return;
    }
    const menu = target.parentElement;
    menu.open = !menu.open;
    const first = menu.querySelector(".pick-form :is(input:not([type=hidden]), select)");
    (menu.open && first ? first : target).focus();
  }

  document.addEventListener("keydown", (event) => {
    const menu = openMenu();
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if (isTyping(event)) return;
    if (menu && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      pick(menu, Number(event.key));
      return;
    }
    if (event.key.toLowerCase() === "m") {
      document.querySelector(".stage-steps button:not([aria-current])")?.focus();
      return;
    }
    const key = CSS.escape(event.key.toLowerCase());
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) return;
    event.preventDefault();
    press(target);
  });

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });

  // A second click on its way is not a second record.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  // A page that comes back from the browser's memory can be used again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  // What naturally follows is opened: a date after a yes, a reminder after "later".
  const then = document.querySelector("[data-then]")?.dataset.then;
  const follow = then && document.querySelector(`summary[data-key="${CSS.escape(then)}"]`);
  if (follow) press(follow);

  // What was said goes away, but not under somebody's hand.
  const said = document.querySelector(".said");
  function hide() {
    if (said.matches(":hover, :focus-within")) setTimeout(hide, 1000);
    else said.replaceChildren();
  }
  if (said?.children.length) setTimeout(hide, UNDO_SECONDS * 1000);
})();
