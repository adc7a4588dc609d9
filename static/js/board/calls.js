// Noting a call with the card in focus: one key for the call, one for how it went.
import { isWithModifier } from "../keyboard.js";
import { newKey } from "../new-key.js";
import { board, cardOf, focusOn, nameOf } from "./elements.js";
import { refreshCard, showAges } from "./figures.js";
import { moveTo } from "./moves.js";
import { post } from "./server.js";
import { button, offerUndo, say, sayProblem, undoLast } from "./toast.js";

// Absent for those who may not note calls, and on a past day.
const dialog = document.getElementById("call-dialog");
const form = dialog?.querySelector("form");
const outcomes = dialog ? [...form.querySelectorAll(".outcomes button")] : [];
let called = null;

export function openCall(card) {
  if (!dialog) return;
  called = card;
  form.querySelector("[data-name]").textContent = nameOf(card);
  dialog.showModal();
  outcomes[0].focus();
}

async function log(card, outcome, key) {
  const name = nameOf(card);
  const address = board.dataset.calls.replace("/0/", `/${card.dataset.lead}/`);
  try {
    const { done, answer } = await post(address + location.search, { outcome, key });
    refreshCard(answer);
    if (!done) say(`${name}: ${answer.message}`);
    else tell(answer);
  } catch (problem) {
    const retry = () => log(card, outcome, key);
    sayProblem(problem, `The call with ${name} wasn't saved.`, retry);
  }
}

function tell(answer) {
  offerUndo(() => takeBack(answer.undo));
  showAges();
  const buttons = [button("Undo", undoLast)];
  const card = answer.offer && cardOf(answer.lead);
  if (card) buttons.unshift(button(answer.offer.label, () => moveTo(card, answer.offer.stage)));
  say(answer.message, buttons);
}

async function takeBack(address) {
  offerUndo(null);
  try {
    const { answer } = await post(address, {});
    refreshCard(answer);
    showAges();
    say(answer.message);
  } catch (problem) {
    sayProblem(problem, "Nothing was undone.", () => takeBack(address));
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close();
  focusOn(called);
  log(called, event.submitter.value, newKey());
});
dialog?.addEventListener("keydown", (event) => {
  const chosen = outcomes[Number(event.key) - 1];
  if (!chosen || isWithModifier(event)) return;
  event.preventDefault();
  chosen.click();
});
