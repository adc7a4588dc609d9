// What the board says: a toast with its buttons, and the same words for screen readers.
import { NOTHING_TO_UNDO, UNDO_SECONDS } from "../said.js";

const toast = document.getElementById("toast");
const announcer = document.getElementById("announcer");
let timer;
let lastUndo = null;

// `undo` takes back what the board did last, as long as the toast offers it.
export const offerUndo = (undo) => (lastUndo = undo);

export function undoLast() {
  if (lastUndo) lastUndo();
  else say(`${NOTHING_TO_UNDO} Recent moves has older ones.`);
}

export function say(message, actions = []) {
  announcer.textContent = message;
  const words = document.createElement("span");
  words.textContent = message;
  toast.replaceChildren(words, ...actions);
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hide, UNDO_SECONDS * 1000);
}

function hide() {
  // Somebody about to press the toast's button keeps it.
  if (toast.matches(":hover, :focus-within")) {
    timer = setTimeout(hide, 1000);
    return;
  }
  toast.hidden = true;
  offerUndo(null);
}

export function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", () => {
    toast.hidden = true;
    act();
  });
  return made;
}

export function link(label, address) {
  const made = document.createElement("a");
  Object.assign(made, { href: address, textContent: label });
  return made;
}

// `problem` is what `post` raised: without words of its own there was no connection.
export function sayProblem(problem, consequence, retry) {
  const actions = [button("Try again", retry)];
  if (problem.signIn) actions.unshift(link("Sign in", problem.signIn));
  say(`${problem.words || "No connection."} ${consequence}`, actions);
}
