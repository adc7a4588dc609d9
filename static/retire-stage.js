// Retiring a stage with very many leads goes on by itself, part by part.
(() => {
  const form = document.querySelector(".retire form");
  if (!form) return;
  // A second click on its way is not a second retirement.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  if ("goesOn" in form.dataset) form.requestSubmit();
})();
