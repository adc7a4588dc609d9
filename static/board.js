// The board's own controls: folding, filters, "Show more", dialogs, recent moves.
// Without scripts the same things are links and forms.
(() => {
  if (!window.clinicBoard) return;
  const { board, undo } = window.clinicBoard;

  // Folding ----------------------------------------------------------------

  function toggleFold(event) {
    const control = event.target.closest(".fold");
    if (!control) return;
    event.preventDefault();
    const column = control.closest(".column");
    const isFolded = column.classList.toggle("folded");
    control.name = isFolded ? "unfold" : "fold";
    control.setAttribute("aria-expanded", String(!isFolded));
    rememberFold(column.dataset.stage, isFolded);
    if (!isFolded) bringCards(column.querySelector(".cards"));
  }

  // A folded column has none, or those of the last time.
  function bringCards(list) {
    delete list.dataset.longer;
    list.setAttribute("aria-busy", "true");
    htmx
      .ajax("GET", list.dataset.cards + location.search, { target: list, swap: "innerHTML" })
      .finally(() => list.removeAttribute("aria-busy"));
  }

  // The address and the filter form keep which columns are open.
  function rememberFold(stage, isFolded) {
    const form = document.getElementById("board-filters");
    const address = new URL(location);
    const open = new Set(address.searchParams.getAll("unfold"));
    if (isFolded) open.delete(stage);
    else open.add(stage);
    for (const name of ["fold", "unfold"]) address.searchParams.delete(name);
    form.querySelectorAll("[type=hidden][name=unfold]").forEach((old) => old.remove());
    for (const id of open) {
      address.searchParams.append("unfold", id);
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "unfold", value: id });
      form.append(hidden);
    }
    history.replaceState(null, "", address);
  }

  // Filters ----------------------------------------------------------------

  const filters = document.getElementById("board-filters");
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

  // Dialogs ----------------------------------------------------------------

  board.addEventListener("click", toggleFold);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
  });

  // Recent moves -----------------------------------------------------------

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
})();
