// Today: the lead page's keys and menus, calls from a row, adding a lead, and what
// changes while the page is open.
import "./lead.js";
import { readPart } from "./read-part.js";
import "./row-actions.js";
import "./sheet.js";

const EVERY_MS = 15000;
const today = document.getElementById("today");
const announcer = document.getElementById("announcer");
const title = document.title;

// A dialog, a menu, a click under way or a selection is never disturbed.
const isBusy = () =>
  document.querySelector("dialog[open], #today details[open]") ||
  today.matches(":active") ||
  !getSelection().isCollapsed;

const waiting = () => today.querySelector("#section-unanswered .number").textContent;

// In the tab's title, so that it is seen on another tab, too.
function showCount() {
  const count = waiting();
  document.title = count === "0" ? title : `(${count}) ${title}`;
}

function show(html) {
  const before = waiting();
  const focused = today.contains(document.activeElement) && document.activeElement;
  today.innerHTML = html;
  if (focused) {
    const same = [...today.querySelectorAll(focused.tagName)];
    same.find((element) => element.outerHTML === focused.outerHTML)?.focus();
  }
  showCount();
  if (waiting() !== before) announcer.textContent = `${waiting()} waiting for first contact.`;
}

// That nothing new comes is said once, and not of a network that is only waking up.
let failures = 0;

async function refresh() {
  if (isBusy()) return;
  const html = await readPart(today.dataset.sections + location.search, {
    isQuiet: failures !== 1,
  });
  failures = html === null ? failures + 1 : 0;
  if (html !== null && !isBusy()) show(html);
}

showCount();
setInterval(refresh, EVERY_MS);
