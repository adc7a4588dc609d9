
// Within the page, since Alpine waits until it is painted. Until then this keeps what
// people chose: the colors, and a closed menu. What they click is done once Alpine is there.
(({ classList }, kept) => {
  const theme = kept.adminTheme ?? '"auto"';
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  classList.toggle("dark", theme === '"dark"' || (theme === '"auto"' && prefersDark));
  classList.toggle("menu-closed", kept.sidebarDesktopOpen === "0");
  document.addEventListener("alpine:init", () => classList.remove("dark", "menu-closed"));

  const early = [];
  const remember = ({ target }) => {
    const button = target.closest("button[type=button][x-on\\:click]");
    if (button) early.push(button);
  };
  document.addEventListener("click", remember);
  document.addEventListener("alpine:initialized", () => {
    document.removeEventListener("click", remember);
    for (const button of early) button.click();
  });
})(document.documentElement, localStorage);
