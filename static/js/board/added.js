// A lead was added in the side sheet: its card appears at once, and can be taken back.
import { askNow } from "./live.js";
import { post } from "./server.js";
import { button, link, offerUndo, say, sayProblem } from "./toast.js";

async function takeBack(address, lead) {
  try {
    const { answer } = await post(address, { source: "added", row: lead });
    say(answer.message);
    askNow();
  } catch (problem) {
    sayProblem(problem, "The lead is still here.", () => takeBack(address, lead));
  }
}

document.addEventListener("medspa:lead-added", ({ detail }) => {
  const { message, address, undo, lead } = detail;
  const actions = [link("Open", address)];
  const act = () => takeBack(undo, lead);
  if (undo) actions.push(button("Undo", act));
  say(message, actions);
  offerUndo(undo ? act : null);
  // The sheet closes first: while it is open the board stays as it is.
  setTimeout(askNow);
});
