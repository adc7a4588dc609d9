// Moving cards and taking moves back. The server decides: when it refuses, or when it
// can't be reached, the card returns to where it was.
import * as elements from "./elements.js";
import { showFigures } from "./figures.js";
import { post } from "./server.js";
import { button, offerUndo, say, sayProblem, undoLast } from "./toast.js";

const { board, cardOf, columnWith, elementFrom, focusOn, nameOf, positionOf } = elements;

const placeOnTop = (card, column) => column.querySelector(".cards").prepend(card);

// Whoever works by keys was on the card, and it went out of sight.
const isFocusLost = (origin) =>
  origin?.hadFocus && !document.activeElement?.closest(".card, input, select, dialog");

// The answer names where the lead is now and what every header says.
function show(answer, card, movedFrom) {
  showFigures(answer.figures);
  const hadFocus = card?.contains(document.activeElement);
  const placeholder = board.querySelector(`.card-placeholder[data-lead="${answer.lead}"]`);
  const name = card ? nameOf(card) : placeholder?.dataset.name;
  const origin = movedFrom || (placeholder && positionOf(placeholder));
  const verb = movedFrom ? "moved to" : "is back in";
  const placeholderHadFocus = placeholder?.contains(document.activeElement);
  card?.remove();
  placeholder?.remove();
  if (answer.is_hidden && answer.stage && origin) {
    const takesFocus = hadFocus || placeholderHadFocus || isFocusLost(movedFrom);
    leavePlaceholder(answer, { name, verb }, origin, takesFocus);
    return;
  }
  const column = answer.stage && columnWith(answer.stage);
  if (!column || !answer.card) return;
  const fresh = elementFrom(answer.card);
  placeOnTop(fresh, column);
  if (hadFocus) focusOn(fresh);
}

// Where the card was, when the filter hides where it is.
function leavePlaceholder(answer, { name, verb }, origin, takesFocus) {
  const placeholder = document.createElement("li");
  placeholder.className = "card-placeholder";
  Object.assign(placeholder.dataset, { lead: answer.lead, name });
  const stage = columnWith(answer.stage)?.dataset.name;
  const link = document.createElement("a");
  link.href = `${location.pathname}?unfold=${answer.stage}`;
  link.textContent = "Show";
  placeholder.append(`${name} ${verb} ${stage}, hidden by your filter · `, link);
  if (answer.undo) {
    placeholder.append(" · ", button("Undo", () => undo(answer.undo)));
  }
  putAt(placeholder, origin);
  if (takesFocus) link.focus();
}

// `origin` is where the card was: it goes back there when nothing came of it.
async function move(card, fields, origin) {
  const name = nameOf(card);
  card.classList.add("moving");
  try {
    const { done, answer } = await post(card.querySelector(".move").href, fields);
    show(answer, card, origin);
    if (done) tell(answer);
    else if (answer.code === "consult_clash") askAgain(answer, fields);
    else say(`${name}: ${answer.message}`);
  } catch (problem) {
    putAt(card, origin);
    if (isFocusLost(origin)) focusOn(card);
    const stage = origin.column.dataset.name;
    const retry = () => moveTo(card, fields.stage, fields);
    sayProblem(problem, `${name} is still in ${stage}.`, retry);
  } finally {
    card.classList.remove("moving");
  }
}

// The dialog listens: it imports this module.
function askAgain({ lead, message }, fields) {
  document.dispatchEvent(new CustomEvent("medspa:clash", { detail: { lead, message, fields } }));
}

function putAt(card, { column, next }) {
  const list = column.querySelector(".cards");
  list.insertBefore(card, next && next.parentNode === list ? next : null);
}

function tell(answer) {
  offerUndo(answer.undo ? () => undo(answer.undo) : null);
  say(answer.message, answer.undo ? [button("Undo", undoLast)] : []);
}

// Refused only where a later change exists; the answer names it.
export async function undo(address) {
  offerUndo(null);
  try {
    const { answer } = await post(address, {});
    show(answer, cardOf(answer.lead));
    say(answer.message);
  } catch (problem) {
    sayProblem(problem, "Nothing was undone.", () => undo(address));
  }
}

// From the dialog, the keys and "Try again": the card is still where it was.
export function moveTo(card, stage, given = {}) {
  const hadFocus = card.contains(document.activeElement);
  const origin = { ...positionOf(card), hadFocus };
  const column = columnWith(stage);
  if (column === origin.column) return;
  const near = [card.nextElementSibling, card.previousElementSibling];
  const neighbor = near.find((other) => other?.matches(".card"));
  placeOnTop(card, column);
  if (hadFocus && !column.classList.contains("folded")) focusOn(card);
  else if (hadFocus && neighbor) focusOn(neighbor);
  else if (hadFocus) column.querySelector(".fold").focus();
  const expected = origin.column.dataset.stage;
  move(card, { ...given, stage, expected }, origin);
}
