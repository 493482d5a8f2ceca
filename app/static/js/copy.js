// Copy buttons are hidden until the browser can write to the clipboard.

const MESSAGE_MS = 2000;

export function enhanceCopyButtons(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) {
    const words = button.querySelector("span");
    const usual = words.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      words.textContent = button.dataset.copyDone;
      setTimeout(() => (words.textContent = usual), MESSAGE_MS);
    });
  }
}
