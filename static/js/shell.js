// On every page: htmx sends Django's CSRF token with each request. From the cookie, as
// the token in the page is out of date once somebody has signed in on another tab.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = decodeURIComponent(token[1]);
  delete event.detail.parameters.csrfmiddlewaretoken;
});

// A refused form comes back with its sentences.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 422) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

// What the server could not do is said above the page, which stays as it is: its answer
// is `{ message, sign_in }` (medspa/web/answers.py), or there was none. What was typed
// stays: then one signs in on another tab and sends it again.
function sayProblem(message, signIn = "", wasSent = false) {
  let box = document.getElementById("problem");
  if (!box) {
    box = document.createElement("div");
    Object.assign(box, { id: "problem", className: "problem" });
    box.setAttribute("role", "alert");
  }
  // Above an open dialog there is only what stands in it.
  const place = document.querySelector("dialog[open]") || document.body;
  if (box.parentElement !== place) place.append(box);
  if (box.dataset.message === message && !box.hidden) return;
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", textContent: "Close" });
  close.addEventListener("click", () => (box.hidden = true));
  box.replaceChildren(words);
  if (signIn) {
    const link = document.createElement("a");
    Object.assign(link, { href: signIn, textContent: "Sign in" });
    if (wasSent) Object.assign(link, { target: "_blank", rel: "noopener" });
    box.append(link);
  }
  box.append(close);
  box.dataset.message = message;
  box.hidden = false;
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  const wasSent = requestConfig.verb === "post";
  let told = {};
  try {
    told = JSON.parse(xhr.responseText);
  } catch {
    // Something before the application answered, a proxy for example.
  }
  const message = told.message || `The server had a problem (${xhr.status}).`;
  const kept = told.sign_in && wasSent ? " What you entered is still here." : "";
  sayProblem(message + kept, told.sign_in, wasSent);
});
document.addEventListener("htmx:sendError", () => sayProblem("No connection."));
// Scripts that ask by themselves say it in the same place.
document.addEventListener("medspa:problem", ({ detail }) =>
  sayProblem(detail.message, detail.signIn),
);

// The account menu closes by a click elsewhere and by Escape.
const account = () => document.querySelector(".account[open]");
document.addEventListener("click", (event) => {
  const menu = account();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = account();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
