// The KPI page works without this: it prints, and Escape hides a formula.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", async () => {
    await wholePage();
    window.print();
  });
}

// Nobody waits longer for paper; then the missing parts stand on it as links.
const PATIENCE_MS = 10_000;

// Parts further down are loaded when they are scrolled to; on paper stand all of them.
function wholePage() {
  const later = () => document.querySelector(".kpi-later[hx-get]");
  if (!later()) return Promise.resolve();
  return new Promise((resolve) => {
    const settled = () => {
      if (later()) return;
      document.removeEventListener("htmx:afterSettle", settled);
      resolve();
    };
    document.addEventListener("htmx:afterSettle", settled);
    setTimeout(resolve, PATIENCE_MS);
    document.body.dispatchEvent(new Event("kpis:whole"));
  });
}

const OPEN_TIPS = ".kpi-term:is(:hover, :focus) + .kpi-tip";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const tip of document.querySelectorAll(OPEN_TIPS)) {
    const term = tip.previousElementSibling;
    const show = () => (tip.hidden = false);
    tip.hidden = true;
    term.addEventListener("pointerleave", show, { once: true });
    term.addEventListener("blur", show, { once: true });
  }
});
