// A fact of the lead page becomes a form of one field in its place: Enter saves, Escape
// cancels. Once saved, the parts of the page that tell of it come anew; a part in which
// somebody types stays. Without this script each form is a page of its own.
import { fadeMessages } from "./said.js";
import "./usual-value.js";
import { htmx } from "./htmx.js";

// What stood in the place of each open form.
const shown = new WeakMap();

const isUsed = (part) => part.querySelector("details[open], .fact-form");

function focusOn(fact) {
  fact?.querySelector(".fact-edit")?.focus();
}

function close(form) {
  const fact = form.closest(".fact");
  if (!shown.has(fact)) return false;
  fact.innerHTML = shown.get(fact);
  htmx.process(fact);
  focusOn(fact);
  return true;
}

// The lead's page as it is now, after the form was saved.
function showSaved(form, page) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const { id } = form.closest(".fact");
  form.remove();
  for (const part of document.querySelectorAll("[data-part], .shell-title")) {
    const name = part.id ? `#${part.id}` : ".shell-title";
    const now = fresh.querySelector(name);
    if (!now || isUsed(part)) continue;
    part.replaceChildren(...now.childNodes);
    htmx.process(part);
  }
  document.title = fresh.title;
  focusOn(document.getElementById(id) || document.getElementById("lead-opportunity"));
  fadeMessages();
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt } = detail.requestConfig;
  if (elt.matches(".fact-edit")) {
    const fact = elt.closest(".fact");
    shown.set(fact, fact.innerHTML);
  }
  if (elt.matches(".fact-form") && detail.xhr.status === 200) {
    detail.shouldSwap = false;
    showSaved(elt, detail.serverResponse);
  }
});

document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  const form = elt.matches?.(".fact-form") ? elt : elt.querySelector?.(".fact-form");
  const field = form?.querySelector("[aria-invalid], input:not([type=hidden]), select");
  field?.focus();
  if (field?.matches("input:not([type=date])")) field.select();
});

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest?.(".fact-form");
  if (form && close(form)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancels]");
  if (cancel && close(cancel.closest(".fact-form"))) event.preventDefault();
});
