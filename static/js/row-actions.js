// Logging a call from a row of the list or of Today: one dialog for all rows. Without
// this script the button opens the lead page with its menu of outcomes.
import "./dialogs.js";
import { newKey } from "./new-key.js";
import "./submit-once.js";

const dialog = document.getElementById("log-dialog");
const form = dialog?.querySelector("form");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-log]");
  if (!button || !dialog || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  form.method = "post";
  form.action = form.dataset.action.replace("LEAD", button.dataset.log);
  form.elements.key.value = newKey();
  form.querySelector("[data-name]").textContent = button.dataset.name;
  dialog.showModal();
  form.querySelector(".outcomes button").focus();
});
dialog?.addEventListener("keydown", (event) => {
  const chosen = form.querySelectorAll(".outcomes button")[Number(event.key) - 1];
  if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  chosen.click();
});
