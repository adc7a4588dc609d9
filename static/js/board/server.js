// Asking the server: it answers in JSON, or it could not do it.
class NoAnswer extends Error {
  constructor(words, signIn) {
    super();
    Object.assign(this, { words, signIn });
  }
}

// A refusal of the board's own names the lead; every other one is only a sentence.
const isOfBoard = (response, answer) => response.ok || "lead" in answer;

function csrfToken() {
  // From the cookie: the page's own is out of date after signing in on another tab.
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  return cookie
    ? decodeURIComponent(cookie[1])
    : document.querySelector("dialog [name=csrfmiddlewaretoken]").value;
}

export async function post(address, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  });
  const type = response.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) {
    throw new NoAnswer(`The server had a problem (${response.status}).`);
  }
  const answer = await response.json();
  if (!isOfBoard(response, answer)) throw new NoAnswer(answer.message, answer.sign_in);
  return { done: response.ok, answer };
}

// Nothing where the server has no answer. Who is signed out is told so.
export async function read(address, headers = {}) {
  const response = await fetch(address, {
    headers: { Accept: "application/json", ...headers },
  });
  if (response.status === 401) {
    const { message, sign_in: signIn } = await response.json();
    const detail = { message, signIn };
    document.dispatchEvent(new CustomEvent("medspa:problem", { detail }));
  }
  return response.status === 200 && !response.redirected ? response.json() : null;
}
