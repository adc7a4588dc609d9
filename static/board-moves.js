// Moving cards and taking moves back. The server decides: when it refuses, or when it
// can't be reached, the card returns to where it was.
(() => {
  if (!window.clinicBoard) return;
  const page = window.clinicBoard;
  const { board, say, button, columnOf, columnWith, cardOf, nameOf, focusOn, placeOf } = page;

  class NoAnswer extends Error {
    constructor(response) {
      super();
      if (response.redirected) this.words = "You are signed out. Reload to sign in.";
      else if (response.status === 403) this.words = "You may not do that.";
      else this.words = `The server could not do it (${response.status}).`;
    }
  }

  async function ask(address, fields) {
    const body = new FormData();
    const token = document.querySelector("dialog [name=csrfmiddlewaretoken]");
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const response = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token.value },
    });
    const type = response.headers.get("Content-Type") || "";
    if (!type.startsWith("application/json")) throw new NoAnswer(response);
    return { done: response.ok, answer: await response.json() };
  }

  function cardFrom(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  function placeOnTop(card, column) {
    column.querySelector(".cards").prepend(card);
  }

  // An answer without figures leaves them to be counted afterwards.
  function showFigures(figures) {
    if (!Object.keys(figures).length) page.showAges?.();
    for (const [stage, html] of Object.entries(figures)) {
      const column = columnWith(stage);
      if (column) column.querySelector(".figures").innerHTML = html;
    }
  }

  // Whoever works by keys was on the card, and it went out of sight.
  const isLost = (origin) =>
    origin?.hadFocus && !document.activeElement?.closest(".card, input, select, dialog");

  // The answer names where the lead is now and what every header says.
  function show(answer, card, origin) {
    showFigures(answer.figures);
    const hadFocus = card?.contains(document.activeElement);
    const ghost = board.querySelector(`.ghost[data-lead="${answer.lead}"]`);
    const name = card ? nameOf(card) : ghost?.dataset.name;
    const haunts = origin || (ghost && placeOf(ghost));
    const verb = origin ? "moved to" : "is back in";
    const hadGhostFocus = ghost?.contains(document.activeElement);
    card?.remove();
    ghost?.remove();
    if (answer.is_hidden && answer.stage && haunts) {
      leaveGhost(answer, { name, verb }, haunts, hadFocus || hadGhostFocus || isLost(origin));
      return;
    }
    const column = answer.stage && columnWith(answer.stage);
    if (!column || !answer.card) return;
    const fresh = cardFrom(answer.card);
    placeOnTop(fresh, column);
    if (hadFocus) focusOn(fresh);
  }

  // Where the card was, when the filter hides where it is.
  function leaveGhost(answer, { name, verb }, origin, takesFocus) {
    const ghost = document.createElement("li");
    ghost.className = "ghost";
    Object.assign(ghost.dataset, { lead: answer.lead, name });
    const place = columnWith(answer.stage)?.dataset.name;
    const link = document.createElement("a");
    link.href = `${location.pathname}?unfold=${answer.stage}`;
    link.textContent = "Show";
    ghost.append(`${name} ${verb} ${place}, hidden by your filter · `, link);
    if (answer.undo) ghost.append(" · ", button("Undo", () => undo(answer.undo)));
    goBack(ghost, origin);
    if (takesFocus) link.focus();
  }

  // `origin` is where the card was: it goes back there when nothing came of it.
  async function move(card, fields, origin) {
    const name = nameOf(card);
    card.classList.add("moving");
    try {
      const { done, answer } = await ask(card.querySelector(".move").href, fields);
      show(answer, card, origin);
      if (done) tell(answer);
      else say(`${name}: ${answer.message}`);
    } catch (problem) {
      goBack(card, origin);
      if (isLost(origin)) focusOn(card);
      const words = problem.words || "No connection.";
      const place = origin.column.dataset.name;
      say(`${words} ${name} is still in ${place}.`, [
        button("Try again", () => moveTo(card, fields.stage, fields)),
      ]);
    } finally {
      card.classList.remove("moving");
    }
  }

  function goBack(card, { column, next }) {
    const list = column.querySelector(".cards");
    list.insertBefore(card, next && next.parentNode === list ? next : null);
  }

  function tell(answer) {
    page.undoLast = answer.undo ? () => undo(answer.undo) : null;
    const acts = answer.undo ? [button("Undo", () => page.undoLast?.())] : [];
    say(answer.message, acts);
  }

  // Refused only where a later change exists; the answer names it.
  async function undo(address) {
    page.undoLast = null;
    try {
      const { answer } = await ask(address, {});
      show(answer, cardOf(answer.lead));
      say(answer.message);
    } catch (problem) {
      say(`${problem.words || "No connection."} Nothing was undone.`, [
        button("Try again", () => undo(address)),
      ]);
    }
  }

  // What was noted with a lead shows on its card, which stays where it is.
  function refresh(answer) {
    showFigures(answer.figures);
    const card = cardOf(answer.lead);
    if (!card) return;
    const hadFocus = card.contains(document.activeElement);
    if (!answer.card || answer.is_hidden || answer.stage !== columnOf(card).dataset.stage) {
      card.remove();
      return;
    }
    const fresh = cardFrom(answer.card);
    card.replaceWith(fresh);
    if (hadFocus) focusOn(fresh);
  }

  // From the dialog, the keys and "Try again": the card is still where it was.
  function moveTo(card, stage, given = {}) {
    const hadFocus = card.contains(document.activeElement);
    const origin = { ...placeOf(card), hadFocus };
    const column = columnWith(stage);
    if (column === origin.column) return;
    const near = [card.nextElementSibling, card.previousElementSibling];
    const neighbour = near.find((other) => other?.matches(".card"));
    placeOnTop(card, column);
    if (hadFocus && !column.classList.contains("folded")) focusOn(card);
    else if (hadFocus && neighbour) focusOn(neighbour);
    else if (hadFocus) column.querySelector(".fold").focus();
    const expected = origin.column.dataset.stage;
    move(card, { ...given, stage, expected }, origin);
  }

  Object.assign(page, { ask, moveTo, undo, refresh, showFigures });
})();
