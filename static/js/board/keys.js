// The board by keyboard: arrows go from card to card, letters act on the one in focus.
import { isForPage } from "../keyboard.js";
import { openCall } from "./calls.js";
import { board, columnOf, focusOn, onEachColumn } from "./elements.js";
import { openMoveDialog } from "./move-dialog.js";
import { undoLast } from "./toast.js";

const current = () => document.activeElement?.closest?.(".card");
const openColumns = () => [...board.querySelectorAll(".column:not(.folded)")];
const cardsOf = (column) => [...column.querySelectorAll(".card")];

function firstCard() {
  return board.querySelector(".column:not(.folded) .card");
}

function vertical(card, step) {
  const cards = cardsOf(columnOf(card));
  return cards[cards.indexOf(card) + step];
}

// The card at the same height in the next column that has any.
function sideways(card, step) {
  const columns = openColumns();
  const index = cardsOf(columnOf(card)).indexOf(card);
  let at = columns.indexOf(columnOf(card)) + step;
  while (columns[at] && !cardsOf(columns[at]).length) at += step;
  if (!columns[at]) return null;
  const cards = cardsOf(columns[at]);
  return cards[Math.min(index, cards.length - 1)];
}

function cardTowards(key) {
  const card = current();
  if (!card) return firstCard();
  if (key === "ArrowDown") return vertical(card, 1);
  if (key === "ArrowUp") return vertical(card, -1);
  return sideways(card, key === "ArrowRight" ? 1 : -1);
}

const acts = {
  m: () => current() && openMoveDialog(current()),
  c: () => current() && openCall(current()),
  u: undoLast,
  "/": () => document.getElementById("board-search").select(),
  "?": () => document.getElementById("keys-dialog").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (!isForPage(event)) return;
  if (event.key.startsWith("Arrow")) {
    const onBoard = current() || document.activeElement === document.body;
    const card = onBoard && cardTowards(event.key);
    if (card) {
      event.preventDefault();
      focusOn(card);
    }
    return;
  }
  const act = acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// One stop for the Tab key in each column: the card that was last in focus.
function makeReachable(column, chosen) {
  for (const card of cardsOf(column)) {
    for (const link of card.querySelectorAll("a")) {
      link.tabIndex = card === chosen ? 0 : -1;
    }
  }
}

function keepReachable(column) {
  const cards = cardsOf(column);
  const last = cards.find((card) => card.querySelector(".name").tabIndex === 0);
  makeReachable(column, cards.find((card) => card === current()) || last || cards[0]);
}

board.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card) makeReachable(columnOf(card), card);
});
// Cards come and go: by moves, by other pages of the column.
const observer = new MutationObserver((mutations) => {
  for (const { target } of mutations) {
    const column = target.closest(".column");
    if (column) keepReachable(column);
  }
});
onEachColumn((column) => {
  makeReachable(column, cardsOf(column)[0]);
  observer.observe(column.querySelector(".cards"), { childList: true });
});
