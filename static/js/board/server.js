// Asking the server: it answers in JSON, or it could not do it.
class NoAnswer extends Error {
  constructor(response) {
    super();
    if (response.redirected) this.words = "You are signed out. Reload to sign in.";
    else if (response.status === 403) this.words = "You may not do that.";
    else this.words = `The server could not do it (${response.status}).`;
  }
}

export async function post(address, fields) {
  const body = new FormData();
  const token = document.querySelector("dialog [name=csrfmiddlewaretoken]");
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token.value },
  });
  const type = response.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new NoAnswer(response);
  return { done: response.ok, answer: await response.json() };
}

// Nothing where the server has no answer: signed out, or nothing new.
export async function read(address, headers = {}) {
  const response = await fetch(address, {
    headers: { Accept: "application/json", ...headers },
  });
  return response.status === 200 && !response.redirected ? response.json() : null;
}
