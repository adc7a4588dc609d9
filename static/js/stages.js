// The order of the stages: by drag (SortableJS) and by the arrows, without a new page.
// Without this script the arrows are plain forms.
import { Sortable } from "./sortable.js";

const list = document.getElementById("stages");
const announcer = document.getElementById("announcer");

async function moveStage(row, before, step) {
  const form = row.querySelector("form");
  const body = new FormData(form);
  body.set("before", before);
  list.setAttribute("aria-busy", "true");
  let answer;
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body, headers });
    answer = await response.json();
  } catch {
    // Signed out, or no network: the page as it is on the server says more.
    location.reload();
    return;
  } finally {
    list.removeAttribute("aria-busy");
  }
  list.innerHTML = answer.rows;
  announcer.textContent = answer.message;
  if (step) focusOn(row.dataset.stage, step);
}

// At an end the arrow that was used is off; the other one takes the focus.
function focusOn(stage, step) {
  const row = list.querySelector(`[data-stage="${stage}"]`);
  const used = row?.querySelector(`[data-step="${step}"]`);
  (used?.disabled ? row.querySelector("[data-step]:enabled") : used)?.focus();
}

function submit(event) {
  event.preventDefault();
  if (list.hasAttribute("aria-busy")) return;
  const { value, dataset } = event.submitter;
  moveStage(event.target.closest("tr"), value, dataset.step);
}

function makeDraggable() {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  Sortable.create(list, {
    draggable: "tr",
    handle: ".stage-grip",
    animation: isCalm ? 0 : 120,
    forceFallback: true,
    fallbackTolerance: 5,
    ghostClass: "drag-place",
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex === newIndex) return;
      moveStage(item, item.nextElementSibling?.dataset.stage ?? "");
    },
  });
}

// Without a stage there is no list.
if (list) {
  list.addEventListener("submit", submit);
  makeDraggable();
}
