// The board's own controls: folding, filters, "Show more", recent moves.
// Without scripts the same things are links and forms.
import "../dialogs.js";
import { htmx } from "../htmx.js";
import { board } from "./elements.js";
import { undo } from "./moves.js";

const filters = document.getElementById("board-filters");

// Folding ------------------------------------------------------------------

function toggleFold(event) {
  const control = event.target.closest(".fold");
  if (!control) return;
  event.preventDefault();
  const column = control.closest(".column");
  const isFolded = column.classList.toggle("folded");
  control.name = isFolded ? "unfold" : "fold";
  control.setAttribute("aria-expanded", String(!isFolded));
  rememberFold(column.dataset.stage, isFolded);
  if (!isFolded) loadCards(column.querySelector(".cards"));
}

// A folded column has no cards, or those of the last time.
function loadCards(list) {
  delete list.dataset.longer;
  list.setAttribute("aria-busy", "true");
  htmx
    .ajax("GET", list.dataset.cards + location.search, { target: list, swap: "innerHTML" })
    .finally(() => list.removeAttribute("aria-busy"));
}

// The address and the filter form keep which columns are open.
function rememberFold(stage, isFolded) {
  const address = new URL(location);
  const open = new Set(address.searchParams.getAll("unfold"));
  if (isFolded) open.delete(stage);
  else open.add(stage);
  for (const name of ["fold", "unfold"]) address.searchParams.delete(name);
  filters.querySelectorAll("[type=hidden][name=unfold]").forEach((old) => old.remove());
  for (const id of open) {
    address.searchParams.append("unfold", id);
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "unfold", value: id });
    filters.append(hidden);
  }
  history.replaceState(null, "", address);
}

board.addEventListener("click", toggleFold);

// Filters ------------------------------------------------------------------

filters.addEventListener("change", (event) => {
  const { type, value } = event.target;
  // While a year is typed, 0002 and 0202 are dates as well.
  if (type === "search" || (type === "date" && value && value < "1900")) return;
  filters.requestSubmit();
});
filters.addEventListener("submit", () => {
  // An address names only what is filtered.
  for (const field of filters.querySelectorAll("select, [type=search], [type=date]")) {
    field.disabled = !field.value;
  }
});
addEventListener("pageshow", () => {
  for (const field of filters.querySelectorAll(":disabled")) field.disabled = false;
});

// "Show more" says how many are left: cards may have come or gone since.
board.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.closest(".more")) return;
  const cards = event.target.closest(".column").querySelectorAll(".card");
  event.detail.parameters.shown = cards.length;
});

// Recent moves -------------------------------------------------------------

const moves = document.getElementById("moves-dialog");
const opener = document.getElementById("moves-link");
opener?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  moves.showModal();
  htmx.ajax("GET", opener.href, { target: "#moves-list", swap: "innerHTML" });
});
moves?.addEventListener("submit", (event) => {
  if (!event.target.action.includes("/undo/")) return;
  event.preventDefault();
  moves.close();
  undo(event.target.action);
});
