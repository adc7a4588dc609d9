// A form with `data-passkey` is sent once the browser has made or used a passkey: its
// empty hidden input gets the answer, as JSON. What is asked comes from the server at
// each click, with a new challenge.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

async function options(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const response = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams({ purpose: form.dataset.passkey }),
  });
  const told = await response.json();
  if (!response.ok) throw new Error(told.message);
  return told;
}

async function add(asked) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: described(asked.excludeCredentials),
    },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function use(asked) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      allowCredentials: described(asked.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = used.response;
  return answer(used, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

function answer(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  });
}

function problemOf(error) {
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  if (error.name === "NotAllowedError") return "No passkey was used. Try again.";
  if (error.name === "SecurityError") return "Passkeys don't work at this address.";
  return error.message || "That didn't work. Try again.";
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const input = form.querySelector("[name$=passkey]");
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    if (input.value) return;
    event.preventDefault();
    problem.hidden = true;
    try {
      if (!window.PublicKeyCredential) throw new Error("This browser has no passkeys.");
      const asked = await options(form);
      input.value = await (form.dataset.passkey === "add" ? add(asked) : use(asked));
      form.submit();
    } catch (error) {
      problem.textContent = problemOf(error);
      problem.hidden = false;
    }
  });
}
// A page that comes back from the browser's memory asks anew.
window.addEventListener("pageshow", () => {
  for (const input of document.querySelectorAll("[data-passkey] [name$=passkey]")) input.value = "";
});
