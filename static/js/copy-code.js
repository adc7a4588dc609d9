// Buttons that copy the text beside them; without scripts it is selected by hand.

for (const part of document.querySelectorAll("[data-copy]")) {
  const button = part.querySelector("button");
  const text = part.querySelector("textarea");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C to copy";
    }
    setTimeout(() => { button.textContent = label; }, 3000);
  });
}
