// The search of every page: its button or Ctrl+K opens it, arrows choose among what the
// server finds, and Enter opens the chosen one, once what is typed now is answered.
import { readPart } from "./read-part.js";

const PAUSE_MS = 150;
const dialog = document.getElementById("site-search");
const field = dialog?.querySelector("input");
const found = dialog?.querySelector(".search-found");
const announcer = dialog?.querySelector("[role=status]");
const links = () => [...found.querySelectorAll("a")];
const chosen = () => found.querySelector('[aria-selected="true"]');
let request = new AbortController();
// Settles once what is typed now is answered; null while that is not asked for.
let answer = null;

function choose(link) {
  for (const each of links()) each.setAttribute("aria-selected", each === link);
  field.setAttribute("aria-expanded", Boolean(link));
  field.setAttribute("aria-activedescendant", link?.id ?? "");
  link?.scrollIntoView({ block: "nearest" });
}

function show(html) {
  found.innerHTML = html;
  choose(links()[0]);
  const count = links().length;
  announcer.textContent = count ? `${count} found.` : found.textContent.trim();
}

async function find(typed, signal) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const query = new URLSearchParams({ s: typed });
  const html = await readPart(`${dialog.dataset.address}?${query}`, { signal });
  if (signal.aborted) return;
  if (html === null) answer = null;
  else show(html);
}

// What was found for other words is not there to be opened.
function ask() {
  request.abort();
  request = new AbortController();
  show("");
  answer = field.value.trim() ? find(field.value, request.signal) : null;
}

async function openChosen({ ctrlKey, metaKey }) {
  if (!answer) ask();
  const asked = answer;
  await asked;
  const click = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey });
  if (asked === answer) chosen()?.dispatchEvent(click);
}

const open = () => document.querySelector("dialog[open]") || dialog.showModal();
const close = () => dialog?.close();

const arrows = {
  ArrowDown: () => choose(chosen()?.nextElementSibling ?? links()[0]),
  ArrowUp: () => choose(chosen()?.previousElementSibling ?? links().at(-1)),
};
// Escape would only empty the field by itself.
const acts = { ...arrows, Enter: openChosen, Escape: close };

function openByKey(event) {
  const isWithControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!dialog || !isWithControl || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  open();
}
document.addEventListener("keydown", openByKey, true);
document.querySelector(".shell-search")?.addEventListener("click", open);
field?.addEventListener("input", ask);
field?.addEventListener("keydown", (event) => {
  if (event.isComposing || !Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key](event);
});
// The page behind hears no key, and the focus stays in the field.
dialog?.addEventListener("keydown", (event) => event.stopPropagation());
dialog?.addEventListener("mousedown", (event) => event.target === field || event.preventDefault());
dialog?.addEventListener("close", () => {
  field.value = "";
  ask();
});
// Only the backdrop is the dialog itself.
dialog?.addEventListener("click", ({ target }) => {
  if (target === dialog || target.closest(".search-close")) close();
});
window.addEventListener("pagehide", close);
