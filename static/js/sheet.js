// "Add lead" opens its page's form in a side sheet over this page; N does the same.
// Without this script the link leads to the page. What was typed stays in the sheet until
// it is added or canceled: Escape, and a session that has ended, cost nothing.
import { loadAsked } from "./asked.js";
import { isForPage } from "./keyboard.js";
import "./usual-value.js";
import { htmx } from "./htmx.js";

const FIRST_FIELD = "input:not([type=hidden])";
let sheet;
let isTouched = false;
// Leads were added, and this page does not show them yet.
let isBehind = false;

function build() {
  sheet = document.createElement("dialog");
  Object.assign(sheet, { className: "sheet", id: "sheet" });
  sheet.setAttribute("aria-labelledby", "sheet-title");
  sheet.addEventListener("input", (event) => {
    isTouched = true;
    clearError(event.target);
    askOfConsult(event);
  });
  sheet.addEventListener("close", () => {
    if (isBehind && !document.getElementById("board")) location.reload();
  });
  document.body.append(sheet);
}

async function open(address) {
  if (!sheet) build();
  if (sheet.open) return;
  if (!isTouched) {
    await htmx.ajax("GET", address, { target: sheet, swap: "innerHTML" });
    if (!sheet.firstElementChild) return;
  }
  sheet.showModal();
  sheet.querySelector(FIRST_FIELD)?.focus();
}

// What was said of a field is over once it is edited; the server says what is still wrong.
function clearError(field) {
  const holder = field.closest(".sheet-field, .sheet-tags");
  const said = holder?.querySelector(".errorlist");
  if (!said) return;
  said.remove();
  for (const marked of holder.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
    marked.removeAttribute("aria-describedby");
  }
}

// With whom a consult is, is asked once there is one.
function askOfConsult({ target }) {
  const stage = target.name === "stage" && target.selectedOptions[0];
  const isConsult = stage ? "books" in stage.dataset : target.name === "consult_at";
  const holder = isConsult && sheet.querySelector("[data-asked]");
  if (holder && !holder.querySelector("select")) loadAsked(holder);
}

function discard() {
  isTouched = false;
  sheet.close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.href);
  }
  if (!sheet?.open) return;
  if (event.target === sheet) sheet.close();
  if (event.target.closest(".sheet-close")) sheet.close();
  if (event.target.closest("[data-discards]")) {
    event.preventDefault();
    discard();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "n" || !isForPage(event)) return;
  const link = document.querySelector("a[data-sheet]");
  if (!link || document.querySelector('[data-key="n"]')) return;
  event.preventDefault();
  open(link.href);
});

document.addEventListener("medspa:lead-added", discard);

// The form came once more: empty for the next lead, or with what was refused.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (!elt.matches?.(".sheet-form")) return;
  const wrong = elt.querySelector("[aria-invalid]");
  if (elt.querySelector(".sheet-said p")) {
    isTouched = false;
    isBehind = true;
  }
  (wrong || elt.querySelector(".same-person-acts a, " + FIRST_FIELD)).focus();
});
