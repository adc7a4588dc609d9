// What a stage asks beside its date: loaded when it is asked, for one lead or a new one.
export async function loadAsked(holder, lead = "") {
  if (holder.dataset.lead === lead) return;
  holder.dataset.lead = lead;
  const query = lead ? `?lead=${lead}` : "";
  const response = await fetch(holder.dataset.asked + query);
  if (!response.ok || response.redirected) return;
  const fields = await response.text();
  // It may be about another lead by now.
  if (holder.dataset.lead === lead) holder.innerHTML = fields;
}

export function forgetAsked(holder) {
  delete holder.dataset.lead;
  holder.replaceChildren();
}
