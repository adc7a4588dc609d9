// Other people's moves: a small question every few seconds, and only the columns that
// changed are brought up to date, around the card in focus and the place scrolled to.
(() => {
  if (!window.clinicBoard) return;
  const { board, columnWith, cardOf } = window.clinicBoard;
  const address = board.dataset.changes;
  if (!address) return;
  const EVERY_MS = 4000;
  let isAsking = false;

  // A drag, a dialog, a menu or a move under way is never disturbed.
  function isBusy() {
    return (
      isAsking ||
      document.hidden ||
      document.body.classList.contains("dragging") ||
      document.querySelector("dialog[open], .card.moving, .board-bar select:focus")
    );
  }

  function seen() {
    const columns = [...board.querySelectorAll(".column")];
    return columns.map(({ dataset }) => `${dataset.stage}:${dataset.version}`).join(" ");
  }

  async function ask() {
    if (isBusy()) return;
    isAsking = true;
    const asked = seen();
    try {
      const response = await fetch(address + location.search, {
        headers: { "X-Board-Seen": asked, Accept: "application/json" },
      });
      if (response.status !== 200 || response.redirected) return;
      const { columns } = await response.json();
      isAsking = false;
      // What was begun meanwhile goes first; the next answer says it all again.
      if (!isBusy()) update(columns);
    } catch {
      // Without a network there is no news; the next question may be answered.
    } finally {
      isAsking = false;
    }
  }

  function update(columns) {
    const kept = document.activeElement?.closest?.(".card");
    const place = kept && { lead: kept.dataset.lead, beside: besides(kept) };
    const link = kept && (document.activeElement.matches(".move") ? ".move" : ".name");
    const fresh = Object.entries(columns).map(([stage, { cards }]) => {
      const holder = document.createElement("template");
      holder.innerHTML = cards;
      return [stage, holder.content];
    });
    for (const [stage, content] of fresh) {
      // A card that moved leaves its old place even where that list is longer.
      for (const card of content.querySelectorAll(".card")) {
        const old = cardOf(card.dataset.lead);
        if (old && old.closest(".column").dataset.stage !== stage) old.remove();
      }
    }
    for (const [stage, content] of fresh) {
      const column = columnWith(stage);
      if (!column) continue;
      merge(column.querySelector(".cards"), content);
      column.querySelector(".figures").innerHTML = columns[stage].figures;
      column.dataset.version = columns[stage].version;
    }
    if (place) focusAgain(place, link);
  }

  function besides(card) {
    const near = [card.nextElementSibling, card.previousElementSibling];
    return near.map((other) => other?.dataset.lead).filter(Boolean);
  }

  function focusAgain({ lead, beside }, link) {
    const card = [lead, ...beside].map(cardOf).find(Boolean);
    const target = card?.querySelector(link);
    if (target && target !== document.activeElement) target.focus({ preventScroll: true });
  }

  // `content` is the top of the list. Cards that "Show more" brought stay below it.
  function merge(list, content) {
    const anchor = anchorOf(list);
    const isLonger = "longer" in list.dataset;
    const fresh = [...content.querySelectorAll(".card")];
    const ids = new Set(fresh.map((card) => card.dataset.lead));
    for (const card of list.querySelectorAll(".card")) {
      if (!isLonger || ids.has(card.dataset.lead)) card.remove();
    }
    (isLonger ? content : list).querySelector(".more")?.remove();
    list.prepend(content);
    htmx.process(list);
    restore(list, anchor);
  }

  // The first card in sight stays where it is on the screen.
  function anchorOf(list) {
    if (!list.scrollTop) return null;
    const top = list.getBoundingClientRect().top;
    const cards = [...list.querySelectorAll(".card")];
    const card = cards.find((each) => each.getBoundingClientRect().bottom > top);
    if (!card) return null;
    return { lead: card.dataset.lead, y: card.getBoundingClientRect().top };
  }

  function restore(list, anchor) {
    const card = anchor && list.querySelector(`.card[data-lead="${anchor.lead}"]`);
    if (card) list.scrollTop += card.getBoundingClientRect().top - anchor.y;
  }

  // With "Show more" a list becomes longer than what the answers bring.
  board.addEventListener("htmx:beforeRequest", (event) => {
    const list = event.target.closest(".cards");
    if (list) list.dataset.longer = "";
  });
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
})();
