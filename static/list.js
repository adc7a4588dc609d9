// The lead list: choosing a filter applies it, "/" goes to the search box.
// Without this script everything is a form with a button.
(() => {
  const filters = document.getElementById("list-filters");
  const search = document.getElementById("list-search");

  filters.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") filters.requestSubmit();
  });
  filters.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (!value) event.formData.delete(name);
    }
  });
  // Choosing rows: the bar appears with the first one and counts them.
  const bar = document.getElementById("bulk");
  if (bar) {
    const every = document.getElementById("choose-page");
    const all = bar.elements.all;
    const count = bar.querySelector(".bulk-count");
    const boxes = () => [...document.querySelectorAll('.list input[name="lead"]')];

    function show() {
      const chosen = boxes().filter((box) => box.checked).length;
      bar.hidden = !chosen && !all.checked;
      count.hidden = false;
      count.textContent = all.checked ? "All results chosen" : `${chosen} chosen`;
      every.checked = chosen > 0 && chosen === boxes().length;
    }

    every.hidden = false;
    every.addEventListener("change", () => {
      for (const box of boxes()) box.checked = every.checked;
      if (!every.checked) all.checked = false;
    });
    document.addEventListener("change", show);
    document.addEventListener("htmx:afterSwap", show);
    document.addEventListener("click", (event) => {
      for (const menu of bar.querySelectorAll("details[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
    show();
  }

  // A second click on its way is not a second act.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });
})();
