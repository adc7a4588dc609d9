// The id of a row that a form makes: the same with every try, so that a retry never
// makes a second one.
export function newKey() {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return "c" + [...bytes].map((byte) => letters[byte % 36]).join("");
}
