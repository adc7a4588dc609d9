// The KPI page works without this: it prints, and Escape hides a formula.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
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
