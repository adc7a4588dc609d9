// What the board says: a toast with its acts, and the same words for screen readers.
(() => {
  const board = document.getElementById("board");
  if (!board) return;

  const UNDO_SECONDS = 10;
  const toast = document.getElementById("toast");
  const announcer = document.getElementById("announcer");
  let timer;

  function say(message, actions = []) {
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
    window.clinicBoard.undoLast = null;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => {
      toast.hidden = true;
      act();
    });
    return made;
  }

  // What is done with every column there is, and with those that come later.
  const attentions = [];

  function withColumns(attend) {
    attentions.push(attend);
    for (const column of board.querySelectorAll(".column")) attend(column);
  }

  const welcome = (column) => attentions.forEach((attend) => attend(column));

  const columnOf = (card) => card.closest(".column");

  // The other scripts of the board add what they offer each other.
  window.clinicBoard = {
    board,
    mayMove: "mayMove" in board.dataset,
    undoLast: null,
    say,
    button,
    withColumns,
    welcome,
    columnOf,
    columnWith: (stage) => board.querySelector(`.column[data-stage="${stage}"]`),
    cardOf: (lead) => board.querySelector(`.card[data-lead="${lead}"]`),
    nameOf: (card) => card.querySelector(".name").textContent,
    focusOn: (card) => card.querySelector(".name").focus(),
    placeOf: (card) => ({ column: columnOf(card), next: card.nextElementSibling }),
  };
})();
