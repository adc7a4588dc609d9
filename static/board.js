// The board: cards are moved by dragging, by the dialog and back by Undo.
// The server decides; without this script the same moves go through plain forms.
(() => {
  const board = document.getElementById("board");
  if (!board) return;

  const UNDO_SECONDS = 10;
  const mayMove = "mayMove" in board.dataset;
  const toast = document.getElementById("toast");
  const announcer = document.getElementById("announcer");
  const dialog = document.getElementById("move-dialog");
  let undoLast = null;
  let toastTimer;

  const columnOf = (card) => card.closest(".column");
  const columnWith = (stage) => board.querySelector(`.column[data-stage="${stage}"]`);
  const cardOf = (lead) => board.querySelector(`.card[data-lead="${lead}"]`);
  const nameOf = (card) => card.querySelector(".name").textContent;
  const isLost = (column) => column.dataset.outcome === "lost";

  // What the person is told ------------------------------------------------

  function say(message, actions = []) {
    announcer.textContent = message;
    const words = document.createElement("span");
    words.textContent = message;
    toast.replaceChildren(words, ...actions);
    toast.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(hideToast, UNDO_SECONDS * 1000);
  }

  function hideToast() {
    // Somebody about to press the toast's button keeps it.
    if (toast.matches(":hover, :focus-within")) {
      toastTimer = setTimeout(hideToast, 1000);
      return;
    }
    toast.hidden = true;
    undoLast = null;
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

  // What the board shows ---------------------------------------------------

  function placeOnTop(card, column) {
    column.querySelector(".cards").prepend(card);
  }

  function cardFrom(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  // The answer names where the lead is now and what every header says.
  function show(answer, card) {
    for (const [stage, html] of Object.entries(answer.figures)) {
      const column = columnWith(stage);
      if (column) column.querySelector(".figures").innerHTML = html;
    }
    const column = answer.stage && columnWith(answer.stage);
    const hadFocus = card.contains(document.activeElement);
    if (!column || !answer.card) {
      card.remove();
      return null;
    }
    const fresh = cardFrom(answer.card);
    card.remove();
    placeOnTop(fresh, column);
    if (hadFocus) focusOn(fresh);
    return fresh;
  }

  function focusOn(card) {
    const link = card.querySelector(".name");
    link.focus({ preventScroll: false });
  }

  // Moving -----------------------------------------------------------------

  async function ask(card, fields) {
    const body = new FormData();
    const token = dialog.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const response = await fetch(card.querySelector(".move").href, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
    });
    const type = response.headers.get("Content-Type") || "";
    if (!type.startsWith("application/json")) throw new NoAnswer(response);
    return { moved: response.ok, answer: await response.json() };
  }

  class NoAnswer extends Error {
    constructor(response) {
      super();
      if (response.redirected) this.words = "You are signed out. Reload to sign in.";
      else if (response.status === 403) this.words = "You may not move leads.";
      else this.words = `The server could not do it (${response.status}).`;
    }
  }

  // `origin` is where the card was: it goes back there when nothing came of it.
  async function move(card, fields, origin) {
    const name = nameOf(card);
    card.classList.add("moving");
    try {
      const { moved, answer } = await ask(card, fields);
      const fresh = show(answer, card);
      if (moved) offerUndo(answer, fresh);
      else say(`${name}: ${answer.message}`);
    } catch (problem) {
      goBack(card, origin);
      const words = problem.words || "No connection.";
      const place = origin.column.dataset.name;
      say(`${words} ${name} is still in ${place}.`, [
        button("Try again", () => moveTo(card, fields.stage, fields.lost_reason)),
      ]);
    } finally {
      card.classList.remove("moving");
    }
  }

  function goBack(card, { column, next }) {
    const list = column.querySelector(".cards");
    list.insertBefore(card, next && next.parentNode === list ? next : null);
  }

  function offerUndo(answer, card) {
    const back = answer.undo;
    if (!back || !card) {
      say(answer.message);
      return;
    }
    undoLast = () => {
      undoLast = null;
      const now = cardOf(card.dataset.lead);
      if (!now) return;
      const origin = originOf(now);
      placeOnTop(now, columnWith(back.stage));
      move(now, back, origin);
    };
    say(answer.message, [button("Undo", () => undoLast?.())]);
  }

  function originOf(card) {
    return { column: columnOf(card), next: card.nextElementSibling };
  }

  // From the dialog, the keys and "Try again": the card is still where it was.
  function moveTo(card, stage, reason = "") {
    const origin = originOf(card);
    const column = columnWith(stage);
    if (column === origin.column) return;
    if (isLost(column) && !reason) {
      openDialog(card, stage);
      return;
    }
    const neighbour = card.nextElementSibling || card.previousElementSibling;
    const hadFocus = card.contains(document.activeElement);
    placeOnTop(card, column);
    if (hadFocus && column.classList.contains("folded")) {
      if (neighbour?.matches(".card")) focusOn(neighbour);
    } else if (hadFocus) focusOn(card);
    const expected = origin.column.dataset.stage;
    move(card, { stage, expected, lost_reason: reason }, origin);
  }

  // The dialog -------------------------------------------------------------

  let dialogCard = null;

  function openDialog(card, stage = "") {
    dialogCard = card;
    const form = dialog.querySelector("form");
    form.reset();
    form.querySelector(".refusal").textContent = "";
    form.querySelector("[data-name]").textContent = nameOf(card);
    const here = columnOf(card).dataset.stage;
    for (const radio of form.elements.stage) {
      radio.disabled = radio.value === here;
      radio.checked = radio.value === stage;
    }
    dialog.showModal();
    const first = stage ? ".reasons input" : "[name=stage]:enabled";
    form.querySelector(first)?.focus();
  }

  function submitDialog(event) {
    event.preventDefault();
    const form = event.target;
    const stage = form.elements.stage.value;
    const reason = form.elements.lost_reason.value;
    if (isLost(columnWith(stage)) && !reason) {
      form.querySelector(".refusal").textContent = "Choose a reason.";
      form.querySelector(".reasons input").focus();
      return;
    }
    dialog.close();
    focusOn(dialogCard);
    moveTo(dialogCard, stage, reason);
  }

  function pickByNumber(event) {
    const radio = [...dialog.querySelectorAll("[name=stage]")][Number(event.key) - 1];
    if (!radio || radio.disabled || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    radio.checked = true;
    if (radio.dataset.outcome === "lost") {
      dialog.querySelector(".reasons input").focus();
    } else dialog.querySelector("form").requestSubmit();
  }

  // Dragging ---------------------------------------------------------------

  function dropped(event) {
    const { item: card, from, to, oldIndex } = event;
    document.body.classList.remove("dragging");
    if (from === to) return;
    const stage = to.closest(".column").dataset.stage;
    // Back first: the one way to move starts from where the card was.
    from.insertBefore(card, from.children[oldIndex] || null);
    moveTo(card, stage);
  }

  function makeDraggable(list) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Sortable.create(list, {
      group: "board",
      draggable: ".card",
      sort: false,
      animation: calm ? 0 : 120,
      // A touch must rest before it drags, so that the columns still scroll.
      delay: 220,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 5,
      scrollSensitivity: 70,
      ghostClass: "drag-place",
      dragClass: "drag-card",
      onStart: () => document.body.classList.add("dragging"),
      onEnd: dropped,
    });
  }

  // Folding ----------------------------------------------------------------

  function toggleFold(event) {
    event.preventDefault();
    const control = event.currentTarget;
    const column = control.closest(".column");
    const isFolded = column.classList.toggle("folded");
    control.name = isFolded ? "unfold" : "fold";
    control.setAttribute("aria-expanded", String(!isFolded));
    rememberFold(column.dataset.stage, isFolded);
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
    if (event.target.type !== "search") filters.requestSubmit();
  });
  filters.addEventListener("submit", () => {
    // An address names only what is filtered.
    for (const field of filters.querySelectorAll("select, [type=search]")) {
      field.disabled = !field.value;
    }
  });
  addEventListener("pageshow", () => {
    for (const field of filters.querySelectorAll(":disabled")) field.disabled = false;
  });

  // "Show more" says how many are left: cards may have come or gone since.
  board.addEventListener("htmx:configRequest", (event) => {
    const cards = event.target.closest(".column").querySelectorAll(".card");
    event.detail.parameters.shown = cards.length;
  });

  // Wiring -----------------------------------------------------------------

  for (const control of board.querySelectorAll(".fold")) {
    control.addEventListener("click", toggleFold);
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
  });
  if (mayMove) {
    board.querySelectorAll(".cards").forEach(makeDraggable);
    dialog.querySelector("form").addEventListener("submit", submitDialog);
    dialog.addEventListener("keydown", pickByNumber);
    board.addEventListener("click", (event) => {
      const link = event.target.closest(".move");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openDialog(link.closest(".card"));
    });
  }

  window.clinicBoard = {
    board,
    focusOn,
    openDialog: mayMove ? openDialog : () => {},
    undo: () => undoLast?.(),
  };
})();
