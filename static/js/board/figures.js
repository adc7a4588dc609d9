// What changes on a card and in a header without a move: figures, bars, passing time.
import { board, cardOf, columnOf, columnWith, elementFrom, focusOn } from "./elements.js";
import { read } from "./server.js";

const EVERY_MS = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const UNITS = [
  [365 * 24 * HOUR, "y"],
  [24 * HOUR, "d"],
  [HOUR, "h"],
  [MINUTE, "min"],
];

// An answer without figures leaves them to be counted afterwards.
export function showFigures(figures) {
  if (!Object.keys(figures).length) showAges();
  for (const [stage, html] of Object.entries(figures)) {
    const column = columnWith(stage);
    if (column) column.querySelector(".figures").innerHTML = html;
  }
}

// The bars, and under a filter of very many leads the figures, come after the cards:
// they take longer, and have their place already.
export async function showAges() {
  if (!board.dataset.ages || document.hidden) return;
  try {
    const answer = await read(board.dataset.ages + location.search);
    if (!answer) return;
    showFigures(answer.figures);
    for (const bar of board.querySelectorAll("[data-ages]")) {
      const html = answer.ages[columnOf(bar).dataset.stage];
      bar.replaceWith(elementFrom(html || '<span class="ages" data-ages></span>'));
    }
  } catch {
    // Without a network the bars stay as they are.
  }
}

// What was noted with a lead shows on its card, which stays where it is.
export function refreshCard(answer) {
  showFigures(answer.figures);
  const card = cardOf(answer.lead);
  if (!card) return;
  const hadFocus = card.contains(document.activeElement);
  if (!answer.card || answer.is_hidden || answer.stage !== columnOf(card).dataset.stage) {
    card.remove();
    return;
  }
  const fresh = elementFrom(answer.card);
  card.replaceWith(fresh);
  if (hadFocus) focusOn(fresh);
}

// As the server words it (the `duration` filter).
function duration(milliseconds) {
  for (const [unit, word] of UNITS) {
    if (milliseconds >= unit) return `${Math.floor(milliseconds / unit)}\u00a0${word}`;
  }
  return "now";
}

function waitingText(milliseconds) {
  return milliseconds < MINUTE ? "new" : `waiting ${duration(milliseconds)}`;
}

function updateTimes() {
  if (document.hidden) return;
  for (const time of board.querySelectorAll(".card time")) {
    const passed = Date.now() - Date.parse(time.dateTime);
    const wait = time.closest(".wait");
    const text = wait ? waitingText(passed) : duration(passed);
    if (time.textContent !== text) time.textContent = text;
    if (!wait) continue;
    const tone = passed < 5 * MINUTE ? "good" : passed < HOUR ? "warn" : "bad";
    if (!wait.classList.contains(tone)) wait.className = `wait ${tone}`;
  }
}

setInterval(updateTimes, EVERY_MS);
if (board.dataset.changes) {
  // Where counting takes long it is done less often.
  setInterval(showAges, ("later" in board.dataset ? 10 : 2) * EVERY_MS);
}
// A past day is counted once.
showAges();
