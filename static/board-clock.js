// Time passes on an open board too: how long leads wait and stay, and the bars of it.
(() => {
  if (!window.clinicBoard) return;
  const { board, showFigures } = window.clinicBoard;
  const EVERY_MS = 30_000;
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const STEPS = [
    [365 * 24 * HOUR, "y"],
    [24 * HOUR, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
  ];

  // As the server words it (the `duration` filter).
  function words(span) {
    for (const [step, unit] of STEPS) {
      if (span >= step) return `${Math.floor(span / step)} ${unit}`;
    }
    return "now";
  }

  function tick() {
    if (document.hidden) return;
    for (const time of board.querySelectorAll(".card time")) {
      const span = Date.now() - Date.parse(time.dateTime);
      const text = words(span);
      if (time.textContent !== text) time.textContent = text;
      const wait = time.closest(".wait");
      if (!wait) continue;
      const tone = span < 5 * MINUTE ? "good" : span < HOUR ? "warn" : "bad";
      if (!wait.classList.contains(tone)) wait.className = `wait ${tone}`;
    }
  }

  // The bars, and under a filter of very many leads the figures, come after the cards:
  // they take longer, and have their place already.
  async function showAges() {
    if (!board.dataset.ages || document.hidden) return;
    try {
      const response = await fetch(board.dataset.ages + location.search, {
        headers: { Accept: "application/json" },
      });
      if (response.status !== 200 || response.redirected) return;
      const { ages, figures } = await response.json();
      showFigures(figures);
      for (const place of board.querySelectorAll("[data-ages]")) {
        const stage = place.closest(".column").dataset.stage;
        const holder = document.createElement("template");
        holder.innerHTML = ages[stage] || '<span class="ages" data-ages></span>';
        place.replaceWith(holder.content.firstElementChild);
      }
    } catch {
      // Without a network the bars stay as they are.
    }
  }

  setInterval(tick, EVERY_MS);
  if (board.dataset.changes) {
    // Where counting takes long it is done less often.
    setInterval(showAges, ("later" in board.dataset ? 10 : 2) * EVERY_MS);
  }
  // A past day is counted once.
  showAges();
  Object.assign(window.clinicBoard, { showAges });
})();
