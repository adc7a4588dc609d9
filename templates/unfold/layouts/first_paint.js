
// Within the page, since Alpine waits until it is painted. Until then this keeps what
// people chose: the colors, and a closed menu.
(({ classList }, kept) => {
  const theme = kept.adminTheme ?? '"auto"';
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  classList.toggle("dark", theme === '"dark"' || (theme === '"auto"' && prefersDark));
  classList.toggle("menu-closed", kept.sidebarDesktopOpen === "0");
  document.addEventListener("alpine:init", () => classList.remove("dark", "menu-closed"));
})(document.documentElement, localStorage);
