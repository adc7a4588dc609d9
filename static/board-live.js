// Other people's moves: a small question every few seconds, and only the columns that
// changed are brought up to date, around the card in focus and the place scrolled to.
(() => {
  if (!window.clinicBoard) return;
  const { board, columnWith, cardOf } = window.clinicBoard;
  const address = board.dataset.changes;
  if (!address) return;
  const EVERY_MS = 4000;
  const AT_ONCE = 100;
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
    const versions = columns.map(({ dataset }) => `${dataset.stage}:${dataset.version}`);
    return [board.dataset.seen, ...versions].join(" ");
  }

  const read = (address, headers = {}) =>
    fetch(address, { headers: { Accept: "application/json", ...headers } });

  async function ask() {
    if (isBusy()) return;
    isAsking = true;
    try {
      const response = await read(address + location.search, { "X-Board-Seen": seen() });
      if (response.status !== 200 || response.redirected) return;
      const news = await response.json();
      const cards = await freshCards(news);
      isAsking = false;
      // What was begun meanwhile goes first; the next answer says it all again.
      if (!isBusy()) show(news, cards);
    } catch {
      // Without a network there is no news; the next question may be answered.
    } finally {
      isAsking = false;
    }
  }

  // The cards that may look different and are not among the columns' first ones.
  async function freshCards({ leads, columns }) {
    const brought = Object.values(columns).map(({ cards }) => cards).join("");
    const ids = [...board.querySelectorAll(".column:not(.folded) .card")]
      .map((card) => card.dataset.lead)
      .filter((id) => (!leads || leads.includes(id)) && !brought.includes(id));
    const found = {};
    while (ids.length) {
      const query = new URLSearchParams(location.search);
      const asked = ids.splice(0, AT_ONCE);
      for (const id of asked) {
        query.append("lead", id);
        found[id] = null;
      }
      const response = await read(`${board.dataset.fresh}?${query}`);
      if (response.status !== 200 || response.redirected) throw new Error("no cards");
      Object.assign(found, (await response.json()).cards);
    }
    return found;
  }

  function show({ seen: now, columns, set_up: setUp }, cards) {
    const kept = document.activeElement?.closest?.(".card, .column");
    const card = document.activeElement?.closest?.(".card");
    const place = card && { lead: card.dataset.lead, beside: besides(card) };
    const link = card && (document.activeElement.matches(".move") ? ".move" : ".name");
    const wasIn = !card && kept && document.activeElement;
    if (setUp) arrange(setUp);
    update(columns);
    for (const [id, fresh] of Object.entries(cards)) renew(id, fresh);
    board.dataset.seen = now;
    if (place) focusAgain(place, link);
    else if (wasIn?.isConnected) wasIn.focus({ preventScroll: true });
  }

  // Stages were renamed, coloured, added, retired or put in another order.
  function arrange({ columns, fields }) {
    const lists = [...board.querySelectorAll(".cards")];
    const places = lists.map((list) => [list, list.scrollTop, anchorOf(list)]);
    const sideways = board.scrollLeft;
    const wanted = columns.map(sectionFrom);
    const stages = new Set(wanted.map(({ dataset }) => dataset.stage));
    for (const column of board.querySelectorAll(".column")) {
      if (!stages.has(column.dataset.stage)) column.remove();
    }
    wanted.forEach((fresh, index) => {
      const column = settle(fresh);
      if (board.children[index] !== column) board.insertBefore(column, board.children[index]);
    });
    for (const [list, top, anchor] of places) {
      list.scrollTop = top;
      // A column that has become narrower may have a header of more lines.
      restore(list, anchor);
    }
    board.scrollLeft = sideways;
    const dialog = document.querySelector("#move-dialog .move-fields");
    if (dialog) dialog.innerHTML = fields;
    window.clinicBoard.showAges?.();
  }

  function sectionFrom(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  // The column that is there keeps its cards and gets the new header.
  function settle(fresh) {
    const column = columnWith(fresh.dataset.stage);
    if (!column) {
      board.append(fresh);
      htmx.process(fresh);
      window.clinicBoard.welcome(fresh);
      return fresh;
    }
    const { version } = column.dataset;
    column.querySelector(".cards").setAttribute("aria-label", fresh.dataset.name);
    for (const name of ["name", "outcome", "books"]) {
      if (name in fresh.dataset) column.dataset[name] = fresh.dataset[name];
      else delete column.dataset[name];
    }
    column.className = fresh.className;
    column.dataset.version = version;
    const header = fresh.querySelector("header");
    header.querySelector("[data-ages]")?.replaceWith(
      column.querySelector("[data-ages]") || header.querySelector("[data-ages]"),
    );
    if ("later" in board.dataset) {
      header.querySelector(".figures").replaceWith(column.querySelector(".figures"));
    }
    column.querySelector("header").replaceWith(header);
    return column;
  }

  function update(columns) {
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
      if (!column.classList.contains("folded")) merge(column.querySelector(".cards"), content);
      const { figures } = columns[stage];
      if (figures) column.querySelector(".figures").innerHTML = figures;
      column.dataset.version = columns[stage].version;
    }
  }

  // One card: as it looks now, or gone from where it was.
  function renew(id, fresh) {
    const card = cardOf(id);
    if (!card) return;
    if (fresh?.stage !== card.closest(".column").dataset.stage) {
      card.remove();
      return;
    }
    const list = card.closest(".cards");
    const anchor = anchorOf(list);
    const holder = document.createElement("template");
    holder.innerHTML = fresh.card.trim();
    const now = holder.content.firstElementChild;
    if (now.outerHTML !== card.outerHTML) card.replaceWith(now);
    restore(list, anchor);
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
    const ghosts = [...list.querySelectorAll(".ghost")].map((ghost) => [ghost, below(ghost)]);
    for (const card of list.querySelectorAll(".card")) {
      if (!isLonger || ids.has(card.dataset.lead)) card.remove();
    }
    (isLonger ? content : list).querySelector(".more")?.remove();
    list.prepend(content);
    for (const [ghost, leads] of ghosts) {
      list.insertBefore(ghost, leads.map(cardOf).find((card) => list.contains(card)) || null);
    }
    htmx.process(list);
    restore(list, anchor);
  }

  // A ghost stays above the cards that it stood above.
  function below(ghost) {
    const leads = [];
    for (let next = ghost.nextElementSibling; next; next = next.nextElementSibling) {
      if (next.matches(".card")) leads.push(next.dataset.lead);
    }
    return leads;
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
    if (list && event.target.closest(".more")) list.dataset.longer = "";
  });
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
})();
