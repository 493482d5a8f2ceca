// The phone menu is a <details>: Escape and a press outside close it, as people expect of a menu.

export function enhanceMenu(root) {
  const menu = root.querySelector("[data-menu]");
  if (!menu) return;
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  root.addEventListener("pointerdown", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}
