// The lead list: choosing a filter applies it, "/" goes to the search box, columns move
// by a click, a filter about to be opened gets its counts.
// Without this script everything is a form with a button.
(() => {
  const filters = document.getElementById("list-filters");
  const search = document.getElementById("list-search");

  // The order stands in a menu beside the form that it belongs to.
  document.addEventListener("change", (event) => {
    const { form, tagName } = event.target;
    if (form === filters && tagName === "SELECT") filters.requestSubmit();
  });

  // Each option says how many leads it would give, from when somebody comes near it.
  async function count(event) {
    const select = event.target.closest(".pick")?.querySelector("select");
    if (!select || select.dataset.counted) return;
    select.dataset.counted = "yes";
    const answer = await fetch(filters.dataset.counts.replace("NAME", select.name));
    if (!answer.ok) return;
    const counts = await answer.json();
    for (const option of select.options) {
      option.dataset.word ??= option.textContent.replace(/ \([\d,+]+\)$/, "");
      const leads = counts[option.value];
      if (leads) option.textContent = `${option.dataset.word} (${leads})`;
    }
  }
  filters.addEventListener("pointerover", count);
  filters.addEventListener("focusin", count);

  // Columns change places by two arrows; without this script by their numbers.
  for (const box of document.querySelectorAll(".column-list .place")) {
    const row = box.closest("li");
    const name = row.querySelector("label").textContent.trim();
    for (const [sign, word, step] of [["↑", "up", -1], ["↓", "down", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `Move ${name} ${word}`);
      button.addEventListener("click", () => {
        const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
        if (other) other[step < 0 ? "before" : "after"](row);
        for (const [place, item] of [...row.parentElement.children].entries()) {
          item.querySelector(".place").value = place + 1;
        }
        button.focus();
      });
      row.append(button);
    }
    box.type = "hidden";
  }
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
    show();
  }

  // A menu closes by a click beside it and by Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

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
    const menu = event.target.closest("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });
})();
