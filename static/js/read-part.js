// A part of a page as the server has it now, or null: then what the server could not do is
// said above the page (shell.js), unless the asker is quiet about it.
function tell(message, signIn) {
  document.dispatchEvent(new CustomEvent("medspa:problem", { detail: { message, signIn } }));
}

export async function readPart(address, { signal, isQuiet = false } = {}) {
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(address, { headers, signal });
    if (response.status === 200 && !response.redirected) return await response.text();
    const told = await response.json().catch(() => ({}));
    const message = told.message || `The server had a problem (${response.status}).`;
    if (!isQuiet) tell(message, told.sign_in);
  } catch {
    if (!isQuiet && !signal?.aborted) tell("No connection.");
  }
  return null;
}
