// The board's elements and how to find them.
export const board = document.getElementById("board");
export const mayMove = "mayMove" in board.dataset;

export const columnOf = (card) => card.closest(".column");
export const columnWith = (stage) => board.querySelector(`.column[data-stage="${stage}"]`);
export const cardOf = (lead) => board.querySelector(`.card[data-lead="${lead}"]`);
export const nameOf = (card) => card.querySelector(".name").textContent;
export const focusOn = (card) => card.querySelector(".name").focus();
export const positionOf = (card) => ({
  column: columnOf(card),
  next: card.nextElementSibling,
});

export function fragmentFrom(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content;
}

export const elementFrom = (html) => fragmentFrom(html).firstElementChild;

// Hooks run for every column there is, and for those that come later.
const columnHooks = [];

export function onEachColumn(hook) {
  columnHooks.push(hook);
  for (const column of board.querySelectorAll(".column")) hook(column);
}

export const columnAdded = (column) => columnHooks.forEach((hook) => hook(column));
