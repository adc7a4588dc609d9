// Messages go away, but not while somebody points at them.
export const UNDO_SECONDS = 10;
export const NOTHING_TO_UNDO = "Nothing recent to undo.";
let timer;

export function fadeMessages() {
  const messages = document.querySelector(".said");
  clearTimeout(timer);
  if (messages?.children.length) timer = setTimeout(hide, UNDO_SECONDS * 1000, messages);
}

export function say(text) {
  const message = document.createElement("div");
  message.className = "said-one";
  message.textContent = text;
  document.querySelector(".said").replaceChildren(message);
  fadeMessages();
}

function hide(messages) {
  if (messages.matches(":hover, :focus-within")) timer = setTimeout(hide, 1000, messages);
  else messages.replaceChildren();
}
