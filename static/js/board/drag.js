// Dragging cards with mouse and touch (SortableJS).
import { Sortable } from "../sortable.js";
import { mayMove, onEachColumn } from "./elements.js";
import { moveOrAsk } from "./move-dialog.js";

function dropped(event) {
  const { item: card, from, to, oldIndex } = event;
  document.body.classList.remove("dragging");
  if (from === to) return;
  const stage = to.closest(".column").dataset.stage;
  // Back first: the one way to move starts from where the card was.
  from.insertBefore(card, from.children[oldIndex] || null);
  moveOrAsk(card, stage);
}

function makeDraggable(list) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  Sortable.create(list, {
    group: "board",
    draggable: ".card",
    sort: false,
    animation: isCalm ? 0 : 120,
    // A touch must rest before it drags, so that the columns still scroll.
    delay: 220,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 5,
    scrollSensitivity: 70,
    ghostClass: "drag-place",
    dragClass: "drag-card",
    onStart: () => document.body.classList.add("dragging"),
    onEnd: dropped,
  });
}

if (mayMove) onEachColumn((column) => makeDraggable(column.querySelector(".cards")));
