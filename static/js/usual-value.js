// A procedure's usual value fills an expected value that is empty, or that an earlier
// choice has filled. Without this script the server fills it.
document.addEventListener("change", ({ target }) => {
  if (target.name !== "procedure_code") return;
  const amount = target.form?.elements.expected_value_cents;
  if (!amount || (amount.value && amount.value !== amount.dataset.filled)) return;
  amount.value = target.selectedOptions[0]?.dataset.usualValue ?? "";
  amount.dataset.filled = amount.value;
});
