// A page that shows a secret is the answer to a form. Loaded again, it is to be the
// page it leads to, and the form isn't sent a second time.
const shown = document.querySelector("[data-shown-once]");
history.replaceState(null, "", shown.dataset.shownOnce);
