// The dialog that moves a card, and what some stages ask whenever a lead enters them.
import { forgetAsked, loadAsked } from "../asked.js";
import { board, cardOf, columnOf, columnWith, focusOn, mayMove, nameOf } from "./elements.js";
import { moveTo } from "./moves.js";

const dialog = document.getElementById("move-dialog");
const form = dialog?.querySelector("form");
let moving = null;
const anyway = form?.querySelector("[name=anyway]");
const askedFields = () => form.querySelector("[data-asked]");

// Why it was lost, when the consult is, what was won.
const asksWhenEntered = (column) =>
  column.dataset.outcome !== "open" || "books" in column.dataset;

export function openMoveDialog(card, stage = "") {
  if (!mayMove) return;
  moving = card;
  form.reset();
  form.querySelector(".refusal").textContent = "";
  anyway.hidden = true;
  forgetAsked(askedFields());
  form.querySelector("[data-name]").textContent = nameOf(card);
  const worth = card.querySelector(".row .number")?.textContent;
  form.querySelector("[data-worth]").textContent = worth || "No expected value";
  form.querySelector("[data-worth-label]").hidden = !worth;
  const here = columnOf(card).dataset.stage;
  for (const radio of form.elements.stage) {
    radio.disabled = radio.value === here;
    radio.checked = radio.value === stage;
  }
  dialog.showModal();
  const asked = askOfStage();
  focusOnQuestion();
  return asked;
}

// With whom the consult is and for what.
async function askOfStage() {
  const chosen = form.querySelector("[name=stage]:checked");
  if (chosen && "books" in chosen.dataset) await loadAsked(askedFields(), moving.dataset.lead);
}

// The provider has another consult then: it is asked once more, with what was entered.
async function askAgain({ detail: { lead, fields, message } }) {
  const card = cardOf(lead);
  if (!card) return;
  const asked = openMoveDialog(card, fields.stage);
  form.elements.scheduled_for.value = fields.scheduled_for;
  form.querySelector(".refusal").textContent = message;
  anyway.hidden = false;
  await asked;
  for (const name of ["provider", "procedure"]) {
    const field = form.elements[name];
    if (field && name in fields) field.value = fields[name];
  }
  anyway.focus();
}

// However the card gets there: what the stage asks is asked first.
export function moveOrAsk(card, stage) {
  if (asksWhenEntered(columnWith(stage))) openMoveDialog(card, stage);
  else moveTo(card, stage);
}

// What the chosen stage asks, else the stages themselves.
function focusOnQuestion() {
  const chosen = form.querySelector("[name=stage]:checked");
  if (!chosen) form.querySelector("[name=stage]:enabled")?.focus();
  else if (chosen.dataset.outcome === "lost") {
    form.querySelector(".reasons input").focus();
  } else if ("books" in chosen.dataset) form.elements.scheduled_for.focus();
  else form.querySelector("[value=move]").focus();
}

function submit(event) {
  event.preventDefault();
  const stage = form.elements.stage.value;
  const lost_reason = form.elements.lost_reason.value;
  if (columnWith(stage).dataset.outcome === "lost" && !lost_reason) {
    form.querySelector(".refusal").textContent = "Choose a reason.";
    focusOnQuestion();
    return;
  }
  dialog.close();
  focusOn(moving);
  const books = "books" in columnWith(stage).dataset;
  const answers = books ? consultEntered(event.submitter) : {};
  moveTo(moving, stage, { lost_reason, ...answers });
}

function consultEntered(button) {
  const names = ["scheduled_for", "provider", "procedure"];
  const fields = names.map((name) => form.elements[name]).filter(Boolean);
  const entered = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return button === anyway ? { ...entered, anyway: "1" } : entered;
}

function pickByNumber(event) {
  if (event.target.matches("input:not([type=radio])")) return;
  const radio = [...dialog.querySelectorAll("[name=stage]")][Number(event.key) - 1];
  if (!radio || radio.disabled || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  radio.checked = true;
  askOfStage();
  if (asksWhenEntered(columnWith(radio.value))) focusOnQuestion();
  else form.requestSubmit();
}

function openByLink(event) {
  const link = event.target.closest(".move");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openMoveDialog(link.closest(".card"));
}

if (mayMove) {
  form.addEventListener("submit", submit);
  form.addEventListener("change", askOfStage);
  document.addEventListener("medspa:clash", askAgain);
  dialog.addEventListener("keydown", pickByNumber);
  board.addEventListener("click", openByLink);
}
