// The board by keyboard: arrows walk the cards, letters act on the one in focus.
(() => {
  if (!window.clinicBoard) return;
  const page = window.clinicBoard;
  const { board, focusOn, withColumns } = page;

  const current = () => document.activeElement?.closest?.(".card");
  const openColumns = () => [...board.querySelectorAll(".column:not(.folded)")];
  const cardsOf = (column) => [...column.querySelectorAll(".card")];

  function firstCard() {
    return board.querySelector(".column:not(.folded) .card");
  }

  function vertical(card, step) {
    const cards = cardsOf(card.closest(".column"));
    return cards[cards.indexOf(card) + step];
  }

  // The card at the same height in the next column that has any.
  function sideways(card, step) {
    const columns = openColumns();
    const index = cardsOf(card.closest(".column")).indexOf(card);
    let at = columns.indexOf(card.closest(".column")) + step;
    while (columns[at] && !cardsOf(columns[at]).length) at += step;
    if (!columns[at]) return null;
    const cards = cardsOf(columns[at]);
    return cards[Math.min(index, cards.length - 1)];
  }

  function walk(key) {
    const card = current();
    if (!card) return firstCard();
    if (key === "ArrowDown") return vertical(card, 1);
    if (key === "ArrowUp") return vertical(card, -1);
    return sideways(card, key === "ArrowRight" ? 1 : -1);
  }

  const acts = {
    m: () => current() && page.openDialog?.(current()),
    c: () => current() && page.openCall?.(current()),
    u: () => page.undoLast?.(),
    "/": () => document.getElementById("board-search").select(),
    "?": () => document.getElementById("keys-dialog").showModal(),
  };

  function isBusy(event) {
    return (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      document.querySelector("dialog[open]") ||
      event.target.closest("input, select, textarea, [contenteditable]")
    );
  }

  document.addEventListener("keydown", (event) => {
    if (isBusy(event)) return;
    if (event.key.startsWith("Arrow")) {
      const onBoard = current() || document.activeElement === document.body;
      const card = onBoard && walk(event.key);
      if (card) {
        event.preventDefault();
        focusOn(card);
      }
      return;
    }
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // One stop for the Tab key in each column: the card that was last in focus.
  function reachable(column, chosen) {
    for (const card of cardsOf(column)) {
      for (const link of card.querySelectorAll("a")) {
        link.tabIndex = card === chosen ? 0 : -1;
      }
    }
  }

  function refresh(column) {
    const cards = cardsOf(column);
    const kept = cards.find((card) => card.querySelector(".name").tabIndex === 0);
    reachable(column, cards.find((card) => card === current()) || kept || cards[0]);
  }

  board.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card) reachable(card.closest(".column"), card);
  });
  // Cards come and go: by moves, by other pages of the column.
  const watch = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const column = target.closest(".column");
      if (column) refresh(column);
    }
  });
  withColumns((column) => {
    reachable(column, cardsOf(column)[0]);
    watch.observe(column.querySelector(".cards"), { childList: true });
  });
})();
