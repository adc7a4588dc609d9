import "./site-search.js";

// On every page: htmx sends Django's CSRF token with each request. From the cookie, as
// the token in the page is out of date once somebody has signed in on another tab.
function cookieToken() {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  return token ? decodeURIComponent(token[1]) : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = cookieToken();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
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
const KEPT = "What you entered is still here.";

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
  const kept = told.sign_in && wasSent ? ` ${KEPT}` : "";
  sayProblem(message + kept, told.sign_in, wasSent);
});
document.addEventListener("htmx:sendError", () => sayProblem("No connection."));
// Scripts that ask by themselves say it in the same place.
document.addEventListener("medspa:problem", ({ detail }) =>
  sayProblem(detail.message, detail.signIn),
);

// A form that was open for a while is sent only when the server has said that one is still
// signed in, so that nothing that was typed is lost. Those of htmx say it by themselves.
const OLD_MS = 5 * 60 * 1000;
const LONGEST_WAIT_MS = 10 * 1000;
let heardAt = Date.now();
let isAsking = false;

// Why the form can't be sent now, if so.
async function trouble() {
  const headers = { Accept: "application/json" };
  const signal = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    const response = await fetch("/account/session/", { headers, signal });
    return response.status === 401 ? await response.json() : null;
  } catch {
    return { message: "No connection." };
  }
}

async function sendSafely(form, button) {
  isAsking = true;
  const told = await trouble();
  isAsking = false;
  if (told) {
    sayProblem(`${told.message} ${KEPT}`, told.sign_in, true);
    return;
  }
  heardAt = Date.now();
  form.requestSubmit(button);
}

const isAsked = (form) =>
  form.method === "post" && !form.hasAttribute("hx-post") && !form.closest(".account");

// Before any other script hears of it.
window.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    // Nobody is signed in on the page to sign in at.
    if (!document.querySelector(".account") || !isAsked(form)) return;
    const token = form.querySelector("[name=csrfmiddlewaretoken]");
    if (token) token.value = cookieToken() || token.value;
    if (Date.now() - heardAt < OLD_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!isAsking) sendSafely(form, event.submitter);
  },
  true,
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
