// The KPI page works without this: it prints, and Escape hides a formula.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const tip of document.querySelectorAll(".kpi-term:is(:hover, :focus) + .kpi-tip")) {
    tip.hidden = true;
    tip.previousElementSibling.addEventListener("pointerleave", () => (tip.hidden = false), { once: true });
    tip.previousElementSibling.addEventListener("blur", () => (tip.hidden = false), { once: true });
  }
});
