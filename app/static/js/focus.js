// After a form comes back with errors, the reader starts at their summary; its links go to the fields.

export function focusErrorSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const field = link && root.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("fieldset") ? field.querySelector("input") : field;
    control.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });
}
