// The calendar by keys: arrows go from consult to consult, letters to other weeks.
// Without this script every consult and every week is a link.
import { isForPage } from "./keyboard.js";

const days = [...document.querySelectorAll(".calendar-day")];
const isShown = (link) => link.getClientRects().length > 0;
const consultsOf = (day) => [...day.querySelectorAll(".consult > a")].filter(isShown);
const middle = (link) => {
  const box = link.getBoundingClientRect();
  return (box.top + box.bottom) / 2;
};

function vertical(link, step) {
  const consults = consultsOf(link.closest(".calendar-day"));
  return consults[consults.indexOf(link) + step];
}

// The consult at about the same time in the next day that has any.
function sideways(link, step) {
  let at = days.indexOf(link.closest(".calendar-day")) + step;
  while (days[at] && !consultsOf(days[at]).length) at += step;
  if (!days[at]) return null;
  const here = middle(link);
  const distance = (other) => Math.abs(middle(other) - here);
  return consultsOf(days[at]).reduce((near, other) =>
    distance(other) < distance(near) ? other : near,
  );
}

function towards(key) {
  const link = document.activeElement.closest?.(".consult > a");
  if (!link) return days.flatMap(consultsOf)[0];
  if (key === "ArrowDown") return vertical(link, 1);
  if (key === "ArrowUp") return vertical(link, -1);
  return sideways(link, key === "ArrowRight" ? 1 : -1);
}

document.addEventListener("keydown", (event) => {
  if (!isForPage(event)) return;
  if (/^Arrow(Up|Down|Left|Right)$/.test(event.key)) {
    const link = towards(event.key);
    if (link) {
      event.preventDefault();
      link.focus();
    }
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

document.querySelector("[data-print]").addEventListener("click", () => window.print());
