// Other people's moves: a small question every few seconds, and only the columns that
// changed are updated, around the card in focus and the scroll position.
import { htmx } from "../htmx.js";
import * as elements from "./elements.js";
import { showAges } from "./figures.js";
import { read } from "./server.js";

const { board, cardOf, columnAdded, columnOf, columnWith, elementFrom } = elements;
const { fragmentFrom, nameOf } = elements;
const announcer = document.getElementById("announcer");
const EVERY_MS = 4000;
const CARDS_PER_REQUEST = 100;
const MOST_TOLD = 3;
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

// What this page has seen so far: the board's change token and each column's version.
function seen() {
  const columns = [...board.querySelectorAll(".column")];
  const versions = columns.map(({ dataset }) => `${dataset.stage}:${dataset.version}`);
  return [board.dataset.seen, ...versions].join(" ");
}

async function ask() {
  if (isBusy()) return;
  isAsking = true;
  try {
    const address = board.dataset.changes + location.search;
    const changes = await read(address, { "X-Board-Seen": seen() });
    if (!changes) return;
    const cards = await freshCards(changes);
    isAsking = false;
    // What was begun meanwhile goes first; the next answer says it all again.
    if (!isBusy()) show(changes, cards);
  } catch {
    // Without a network nothing is known; the next question may be answered.
  } finally {
    isAsking = false;
  }
}

// The cards that may look different and did not come with the columns, and those of
// first leads that this page has not shown yet.
async function freshCards({ leads, columns }) {
  const news = Object.entries(columns);
  const sent = news.map(([, { cards }]) => cards).join("");
  const shown = [...board.querySelectorAll(".column:not(.folded) .card")]
    .map((card) => card.dataset.lead)
    .filter((id) => !leads || leads.includes(id));
  const first = news
    .filter(([stage]) => !columnWith(stage)?.classList.contains("folded"))
    .flatMap(([, { order }]) => order)
    .filter((id) => !cardOf(id));
  const ids = [...new Set([...shown, ...first])].filter((id) => !sent.includes(id));
  const found = {};
  while (ids.length) {
    const query = new URLSearchParams(location.search);
    for (const id of ids.splice(0, CARDS_PER_REQUEST)) {
      query.append("lead", id);
      found[id] = null;
    }
    const answer = await read(`${board.dataset.fresh}?${query}`);
    if (!answer) throw new Error("no cards");
    Object.assign(found, answer.cards);
  }
  return found;
}

function show({ seen: now, columns, leads, set_up: setUp }, cards) {
  const focus = rememberFocus();
  const before = whereCardsAre();
  if (setUp) arrange(setUp);
  updateColumns(columns, cards);
  for (const [id, fresh] of Object.entries(cards)) updateCard(id, fresh);
  board.dataset.seen = now;
  restoreFocus(focus);
  announce(before, leads);
}

const whereCardsAre = () =>
  new Map(
    [...board.querySelectorAll(".card")].map((card) => [
      card.dataset.lead,
      { name: nameOf(card), stage: columnOf(card).dataset.name },
    ]),
  );

// For screen readers: what others moved meanwhile. A card may also come or go because a
// list has become longer or shorter; so only the leads that changed are told.
function announce(before, leads) {
  const now = whereCardsAre();
  const told = [];
  for (const id of leads || now.keys()) {
    const [was, is] = [before.get(id), now.get(id)];
    if (was?.stage === is?.stage) continue;
    if (was && is) told.push(`${is.name} was moved to ${is.stage}.`);
    else if (leads && is) told.push(`${is.name} is now in ${is.stage}.`);
    else if (leads) told.push(`${was.name} is no longer in ${was.stage}.`);
  }
  if (!told.length) return;
  announcer.textContent =
    told.length > MOST_TOLD ? `${told.length} leads have moved.` : told.join(" ");
}

// The card in focus with its neighbors, or the element in a column's header.
function rememberFocus() {
  const element = document.activeElement;
  const card = element?.closest?.(".card");
  if (!card) return { element: element?.closest?.(".column") && element };
  const near = [card, card.nextElementSibling, card.previousElementSibling];
  return {
    leads: near.map((other) => other?.dataset.lead).filter(Boolean),
    link: element.matches(".move") ? ".move" : ".name",
  };
}

function restoreFocus({ element, leads, link }) {
  if (!leads) {
    if (element?.isConnected) element.focus({ preventScroll: true });
    return;
  }
  const target = leads.map(cardOf).find(Boolean)?.querySelector(link);
  if (target && target !== document.activeElement) target.focus({ preventScroll: true });
}

// Stages were renamed, colored, added, retired or put in another order.
function arrange({ columns, fields }) {
  const lists = [...board.querySelectorAll(".cards")];
  const positions = lists.map((list) => [list, list.scrollTop, anchorOf(list)]);
  const sideways = board.scrollLeft;
  const wanted = columns.map(elementFrom);
  const stages = new Set(wanted.map(({ dataset }) => dataset.stage));
  for (const column of board.querySelectorAll(".column")) {
    if (!stages.has(column.dataset.stage)) column.remove();
  }
  wanted.forEach((fresh, index) => {
    const column = addOrUpdateColumn(fresh);
    if (board.children[index] !== column) {
      board.insertBefore(column, board.children[index]);
    }
  });
  for (const [list, top, anchor] of positions) {
    list.scrollTop = top;
    // A column that has become narrower may have a header of more lines.
    scrollBackTo(list, anchor);
  }
  board.scrollLeft = sideways;
  const dialog = document.querySelector("#move-dialog .move-fields");
  if (dialog) dialog.innerHTML = fields;
  showAges();
}

// The column that is there keeps its cards and gets the new header.
function addOrUpdateColumn(fresh) {
  const column = columnWith(fresh.dataset.stage);
  if (!column) {
    board.append(fresh);
    htmx.process(fresh);
    columnAdded(fresh);
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

function updateColumns(columns, cards) {
  const news = Object.entries(columns).map(([stage, column]) => [
    columnWith(stage),
    column,
    fragmentFrom(column.cards),
  ]);
  for (const [column, , content] of news) {
    // A card that moved leaves its old place even where that list is longer.
    for (const card of content.querySelectorAll(".card")) {
      const old = cardOf(card.dataset.lead);
      if (old && columnOf(old) !== column) old.remove();
    }
  }
  for (const [column, { figures, order, version }, content] of news) {
    if (!column) continue;
    if (!column.classList.contains("folded")) {
      mergeCards(column.querySelector(".cards"), order, content, cards);
    }
    if (figures) column.querySelector(".figures").innerHTML = figures;
    column.dataset.version = version;
  }
}

// One card: as it looks now, or gone from where it was.
function updateCard(id, fresh) {
  const card = cardOf(id);
  if (!card) return;
  if (fresh?.stage !== columnOf(card).dataset.stage) {
    card.remove();
    return;
  }
  const list = card.closest(".cards");
  const anchor = anchorOf(list);
  const now = elementFrom(fresh.card);
  if (now.outerHTML !== card.outerHTML) card.replaceWith(now);
  scrollBackTo(list, anchor);
}

// The list begins with the leads of `order`. `content` has the cards that came with the
// column, `cards` those asked for; the others are on the page. Cards that "Show more"
// brought stay below.
function mergeCards(list, order, content, cards) {
  const anchor = anchorOf(list);
  const isLonger = "longer" in list.dataset;
  const placeholders = [...list.querySelectorAll(".card-placeholder")].map(
    (placeholder) => [placeholder, leadsBelow(placeholder)],
  );
  const sent = (id) => content.querySelector(`.card[data-lead="${id}"]`);
  const asked = (id) => cards[id] && elementFrom(cards[id].card);
  const first = order.map((id) => sent(id) || asked(id) || cardOf(id)).filter(Boolean);
  for (const card of list.querySelectorAll(".card")) {
    if (!isLonger || order.includes(card.dataset.lead)) card.remove();
  }
  if (!isLonger) {
    list.querySelector(".more")?.remove();
    list.append(...content.querySelectorAll(".more"));
  }
  list.prepend(...first);
  for (const [placeholder, leads] of placeholders) {
    const next = leads.map(cardOf).find((card) => list.contains(card));
    list.insertBefore(placeholder, next || null);
  }
  htmx.process(list);
  scrollBackTo(list, anchor);
}

// A placeholder stays above the cards that it stood above.
function leadsBelow(placeholder) {
  const leads = [];
  let next = placeholder.nextElementSibling;
  for (; next; next = next.nextElementSibling) {
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

function scrollBackTo(list, anchor) {
  const card = anchor && list.querySelector(`.card[data-lead="${anchor.lead}"]`);
  if (card) list.scrollTop += card.getBoundingClientRect().top - anchor.y;
}

// A past day has no changes.
export const askNow = () => board.dataset.changes && ask();

if (board.dataset.changes) {
  // With "Show more" a list becomes longer than what the answers bring.
  board.addEventListener("htmx:beforeRequest", (event) => {
    const list = event.target.closest(".cards");
    if (list && event.target.closest(".more")) list.dataset.longer = "";
  });
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}
