// On every page: htmx sends Django's CSRF token with each request. From the cookie, as
// the token in the page is out of date once somebody has signed in on another tab.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  if (token) event.detail.headers["X-CSRFToken"] = decodeURIComponent(token[1]);
});

// What the server could not do is said above the page, which stays as it is: its answer
// is `{ message, sign_in }` (medspa/web/answers.py), or there was none.
function sayProblem(message, signIn = "") {
  let box = document.getElementById("problem");
  if (!box) {
    box = document.createElement("div");
    Object.assign(box, { id: "problem", className: "problem" });
    box.setAttribute("role", "alert");
    document.body.append(box);
  }
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
    box.append(link);
  }
  box.append(close);
  box.dataset.message = message;
  box.hidden = false;
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  let told = {};
  try {
    told = JSON.parse(xhr.responseText);
  } catch {
    // Something before the application answered, a proxy for example.
  }
  sayProblem(told.message || `The server had a problem (${xhr.status}).`, told.sign_in);
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
