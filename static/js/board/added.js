// A lead was added in the side sheet: its card appears at once.
import { askNow } from "./live.js";
import { link, say } from "./toast.js";

document.addEventListener("medspa:lead-added", ({ detail: { message, address } }) => {
  say(message, [link("Open", address)]);
  // The sheet closes first: while it is open the board stays as it is.
  setTimeout(askNow);
});
