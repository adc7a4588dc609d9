// Noting a call with the card in focus: one key for the call, one for how it went.
(() => {
  const page = window.clinicBoard;
  const dialog = document.getElementById("call-dialog");
  if (!page || !dialog) return;
  const { board, say, button, nameOf, focusOn, ask, refresh } = page;
  const form = dialog.querySelector("form");
  const outcomes = [...form.querySelectorAll(".outcomes button")];
  let called = null;

  function openCall(card) {
    called = card;
    form.querySelector("[data-name]").textContent = nameOf(card);
    dialog.showModal();
    outcomes[0].focus();
  }

  // The same key with every try, so that a retry never notes a second call.
  const newKey = () => {
    const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return "c" + [...bytes].map((byte) => letters[byte % 36]).join("");
  };

  async function log(card, outcome, key) {
    const name = nameOf(card);
    const address = board.dataset.calls.replace("/0/", `/${card.dataset.lead}/`);
    try {
      const { done, answer } = await ask(address + location.search, { outcome, key });
      refresh(answer);
      if (!done) say(`${name}: ${answer.message}`);
      else tell(answer);
    } catch (problem) {
      say(`${problem.words || "No connection."} The call with ${name} was not noted.`, [
        button("Try again", () => log(card, outcome, key)),
      ]);
    }
  }

  function tell(answer) {
    page.undoLast = () => takeBack(answer.undo);
    page.showAges?.();
    say(answer.message, [button("Undo", () => page.undoLast?.())]);
  }

  async function takeBack(address) {
    page.undoLast = null;
    try {
      const { answer } = await ask(address, {});
      refresh(answer);
      page.showAges?.();
      say(answer.message);
    } catch (problem) {
      say(`${problem.words || "No connection."} Nothing was undone.`, [
        button("Try again", () => takeBack(address)),
      ]);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    focusOn(called);
    log(called, event.submitter.value, newKey());
  });
  dialog.addEventListener("keydown", (event) => {
    const chosen = outcomes[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    chosen.click();
  });
  Object.assign(page, { openCall });
})();
