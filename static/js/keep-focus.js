// After a form was sent and the page came anew, the focus is where it was: on the button
// or menu that was used, else on the part of the page that it stood in.
const NAME = "focus-after-act";
const SECONDS = 15;
const FIRST_FIELD = ".pick-form :is(input:not([type=hidden]), select)";

function placeOf(form, button) {
  const menu = form.closest("details.menu, details.fold-out")?.querySelector("summary");
  return {
    key: menu?.dataset.key || button?.dataset.key || "",
    part: form.closest("[aria-label]")?.getAttribute("aria-label") || "",
    at: Date.now(),
  };
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  sessionStorage.setItem(NAME, JSON.stringify(placeOf(form, event.submitter)));
});

function find({ key, part }) {
  const withValue = (name, value) =>
    value ? document.querySelector(`[${name}="${CSS.escape(value)}"]`) : null;
  const same = withValue("data-key", key);
  const around = withValue("aria-label", part);
  const current = around?.querySelector("[aria-current]");
  const inside = current || around?.querySelector("summary, a, button");
  // A refused form stands there open.
  const field = same?.closest("details[open]")?.querySelector(FIRST_FIELD);
  return field || same || inside || around || document.querySelector(".said");
}

const saved = sessionStorage.getItem(NAME);
sessionStorage.removeItem(NAME);
if (saved) {
  const place = JSON.parse(saved);
  const element = Date.now() - place.at < SECONDS * 1000 && find(place);
  if (element) {
    if (element.matches("section, form, div")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
}
