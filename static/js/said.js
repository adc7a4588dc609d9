// Messages go away, but not while somebody points at them.
const UNDO_SECONDS = 10;
let timer;

export function fadeMessages() {
  const messages = document.querySelector(".said");
  clearTimeout(timer);
  if (messages?.children.length) timer = setTimeout(hide, UNDO_SECONDS * 1000, messages);
}

function hide(messages) {
  if (messages.matches(":hover, :focus-within")) timer = setTimeout(hide, 1000, messages);
  else messages.replaceChildren();
}
