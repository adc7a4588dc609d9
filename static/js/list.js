// The lead list: choosing a filter applies it, "/" goes to the search box, "?" lists the keys, columns move
// by a click, a filter about to be opened gets its counts.
// Without this script everything is a form with a button.
import { isForPage } from "./keyboard.js";
import { closeToSummary } from "./menus.js";
import "./row-actions.js";
import "./sheet.js";
import "./submit-once.js";

// Filters ------------------------------------------------------------------

const filters = document.getElementById("list-filters");
const search = document.getElementById("list-search");

// A ticked choice applies at once. Its menu is opened again on the page that follows, so
// that a second choice is one more click. A range is sent by its own button.
const OPEN = "list-filter";

function isApplied({ form, tagName, type }) {
  return form === filters && (tagName === "SELECT" || type === "checkbox");
}

// The order stands in a menu beside the form that it belongs to.
document.addEventListener("change", ({ target }) => {
  if (!isApplied(target)) return;
  const filter = target.closest("[data-filter]");
  if (filter) sessionStorage.setItem(OPEN, JSON.stringify([filter.dataset.filter, target.value]));
  filters.requestSubmit();
});
// An address names only what is filtered.
filters.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) {
    if (value) continue;
    const rest = event.formData.getAll(name).filter(Boolean);
    event.formData.delete(name);
    for (const one of rest) event.formData.append(name, one);
  }
});

// A menu that would not fit opens to the left.
function fit({ target }) {
  const list = target.querySelector?.(":scope > .menu-list");
  if (!list || !target.open) return;
  list.classList.remove("to-the-left");
  const isWide = list.getBoundingClientRect().right > document.documentElement.clientWidth;
  list.classList.toggle("to-the-left", isWide);
}
filters.addEventListener("toggle", fit, true);

function reopen() {
  const [name, value] = JSON.parse(sessionStorage.getItem(OPEN) ?? "[]");
  sessionStorage.removeItem(OPEN);
  const filter = name && filters.querySelector(`[data-filter="${CSS.escape(name)}"]`);
  if (!filter) return;
  for (let menu = filter; menu; menu = menu.parentElement.closest("details")) menu.open = true;
  filter.querySelector(`input[value="${CSS.escape(value)}"]`)?.focus();
}
reopen();

// Each option says how many leads it would give, from when somebody comes near it.
async function showCounts(event) {
  const filter = event.target.closest("[data-filter]");
  if (!filter || filter.dataset.counted) return;
  filter.dataset.counted = "yes";
  const address = filters.dataset.counts.replace("NAME", filter.dataset.filter);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const counts = await answer.json();
  for (const option of filter.querySelectorAll('input[type="checkbox"]')) {
    const leads = counts[option.value];
    if (leads) option.closest("label").querySelector("[data-count]").textContent = `(${leads})`;
  }
}
filters.addEventListener("pointerover", showCounts);
filters.addEventListener("focusin", showCounts);

// Columns ------------------------------------------------------------------

// Columns change places by two arrows; without this script by their numbers.
function moveColumn(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other) other[step < 0 ? "before" : "after"](row);
  for (const [index, item] of [...row.parentElement.children].entries()) {
    item.querySelector(".place").value = index + 1;
  }
}

for (const box of document.querySelectorAll(".column-list .place")) {
  const row = box.closest("li");
  const name = row.querySelector("label").textContent.trim();
  for (const [sign, direction, step] of [["↑", "up", -1], ["↓", "down", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", `Move ${name} ${direction}`);
    button.addEventListener("click", () => {
      moveColumn(row, step);
      button.focus();
    });
    row.append(button);
  }
  box.type = "hidden";
}

// Choosing rows ------------------------------------------------------------

// The bar appears with the first chosen row and counts them.
const bar = document.getElementById("bulk");

function watchChosenRows() {
  const wholePage = document.getElementById("choose-page");
  const allResults = bar.elements.all;
  const count = bar.querySelector(".bulk-count");
  const choice = allResults.closest("label");
  const forTwo = bar.querySelector("[data-two]");
  const boxes = () => [...document.querySelectorAll('.list input[name="lead"]')];

  function show() {
    const chosen = boxes().filter((box) => box.checked).length;
    bar.hidden = !chosen && !allResults.checked;
    count.hidden = false;
    count.textContent = allResults.checked ? "All results selected" : `${chosen} selected`;
    // Nothing is left to choose by it. More leads than were counted have no number.
    choice.hidden = !allResults.checked && chosen === Number(choice.dataset.results);
    if (forTwo) forTwo.hidden = allResults.checked || chosen !== 2;
    wholePage.checked = chosen > 0 && chosen === boxes().length;
  }

  wholePage.hidden = false;
  wholePage.addEventListener("change", () => {
    for (const box of boxes()) box.checked = wholePage.checked;
    if (!wholePage.checked) allResults.checked = false;
  });
  document.addEventListener("change", show);
  document.addEventListener("htmx:afterSwap", show);
  show();
}

// All in one field: a server takes only so many, and the list may show more leads.
function sendOneSelection({ formData }) {
  const chosen = formData.getAll("lead");
  formData.delete("lead");
  formData.set("leads", chosen.join(" "));
}

if (bar) {
  watchChosenRows();
  bar.addEventListener("formdata", sendOneSelection);
}

// Keys ---------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (event.key === "Escape" && menu) closeToSummary(menu);
  if (!isForPage(event)) return;
  if (event.key === "?") document.querySelector('[data-key="?"]').click();
  if (event.key !== "/") return;
  event.preventDefault();
  search.focus();
});
