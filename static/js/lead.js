// The lead page and Today by keys: a key opens a menu or presses a button, a digit
// picks in the open menu or the stage. Without this script everything is a click on a plain form.
import "./dialogs.js";
import "./keep-focus.js";
import { isForPage } from "./keyboard.js";
import { closeToSummary, openMenu } from "./menus.js";
import { fadeMessages, NOTHING_TO_UNDO, say } from "./said.js";
import "./inline-edit.js";
import "./submit-once.js";

function pick(menu, digit) {
  menu.querySelectorAll(".menu-list > button[name]")[digit - 1]?.click();
}

// The digits are those of the board's dialog: every stage in its place.
const isMoving = (event) => event.target.closest?.(".stage-bar");

function pickStage(digit) {
  const target = document.querySelector(`.stage-bar [data-digit="${digit}"]`);
  if (!target || target.disabled || target.hasAttribute("aria-current")) return;
  if (target.tagName === "BUTTON") target.click();
  else {
    target.parentElement.open = true;
    target.parentElement.querySelector("select").focus();
  }
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
    closeToSummary(menu);
    return;
  }
  if (!isForPage(event)) return;
  if (menu && /^[1-9]$/.test(event.key)) {
    event.preventDefault();
    pick(menu, Number(event.key));
    return;
  }
  if (isMoving(event) && /^[1-9]$/.test(event.key)) {
    event.preventDefault();
    pickStage(event.key);
    return;
  }
  if (event.key.toLowerCase() === "m") {
    document.querySelector(".stage-steps button:not([aria-current])")?.focus();
    return;
  }
  const key = CSS.escape(event.key.toLowerCase());
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) {
    if (key === "u") say(`${NOTHING_TO_UNDO} Older actions have Undo in the lead's timeline.`);
    return;
  }
  event.preventDefault();
  press(target);
});

// What naturally follows is opened: a date after a yes, a reminder after "later".
const then = document.querySelector("[data-then]")?.dataset.then;
const next = then && document.querySelector(`summary[data-key="${CSS.escape(then)}"]`);
if (next) press(next);
if (then) {
  // Only once: not when one comes back to this page.
  const address = new URL(location);
  address.searchParams.delete("then");
  history.replaceState(history.state, "", address);
}

fadeMessages();
