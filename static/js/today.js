// Today: the lead page's keys and menus, calls from a row, adding a lead, and what
// changes while the page is open.
import "./lead.js";
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

async function refresh() {
  if (isBusy()) return;
  try {
    const response = await fetch(today.dataset.sections + location.search);
    if (response.status !== 200 || response.redirected) return;
    const html = await response.text();
    if (!isBusy()) show(html);
  } catch {
    // Without a network nothing is known; the next question may be answered.
  }
}

showCount();
setInterval(refresh, EVERY_MS);
