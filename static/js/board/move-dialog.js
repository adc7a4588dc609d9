// The dialog that moves a card, and what some stages ask whenever a lead enters them.
import { board, columnOf, columnWith, focusOn, mayMove, nameOf } from "./elements.js";
import { moveTo } from "./moves.js";

const dialog = document.getElementById("move-dialog");
const form = dialog?.querySelector("form");
let moving = null;

// Why it was lost, when the consult is, what was won.
const asksWhenEntered = (column) =>
  column.dataset.outcome !== "open" || "books" in column.dataset;

export function openMoveDialog(card, stage = "") {
  if (!mayMove) return;
  moving = card;
  form.reset();
  form.querySelector(".refusal").textContent = "";
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
  focusOnQuestion();
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
  const scheduled_for = books ? form.elements.scheduled_for.value : "";
  moveTo(moving, stage, { lost_reason, scheduled_for });
}

function pickByNumber(event) {
  if (event.target.matches("input:not([type=radio])")) return;
  const radio = [...dialog.querySelectorAll("[name=stage]")][Number(event.key) - 1];
  if (!radio || radio.disabled || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  radio.checked = true;
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
  dialog.addEventListener("keydown", pickByNumber);
  board.addEventListener("click", openByLink);
}
