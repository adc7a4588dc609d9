// Menus are <details>: they close by a click elsewhere and by Escape.
export const openMenu = () => document.querySelector("details.menu[open]");

export function closeToSummary(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
