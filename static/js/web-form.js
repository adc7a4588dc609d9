// The page of a web form: tells the site around it how high it is, and is sent once.

const tellHeight = () => {
  if (window.parent === window) return;
  // Only a number, so any site that may show the form may know it.
  window.parent.postMessage({ webFormHeight: document.documentElement.offsetHeight }, "*");
};

new ResizeObserver(tellHeight).observe(document.documentElement);
tellHeight();

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    form.querySelector("button").disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button")) button.disabled = false;
});
document.querySelector("[data-refusal]")?.focus();
