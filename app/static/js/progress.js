// Follows stored work: asks {done, total, text, running} again and again, and loads the page anew when it is over.
// When asking keeps failing, the link that works without script is shown again.

const FIRST_WAIT_MS = 700;
const LONGEST_WAIT_MS = 5000;
const MOST_FAILURES = 4;

export function followProgress(root) {
  for (const block of root.querySelectorAll("[data-poll]")) follow(block);
}

async function follow(block) {
  const bar = block.querySelector("[data-poll-bar]");
  const text = block.querySelector("[data-poll-text]");
  const fallback = block.querySelector("[data-poll-fallback]");
  if (fallback) fallback.hidden = true;
  let wait = FIRST_WAIT_MS;
  let failures = 0;
  while (failures < MOST_FAILURES) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const state = await ask(block.dataset.poll);
    if (!state) {
      failures += 1;
      wait = LONGEST_WAIT_MS;
      continue;
    }
    failures = 0;
    if (!state.running) {
      window.location.reload();
      return;
    }
    // Work that stands still is asked about less and less often.
    wait = state.done === bar.value ? Math.min(wait * 1.5, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    bar.max = state.total;
    bar.value = state.done;
    text.textContent = state.text;
  }
  if (fallback) fallback.hidden = false;
}

async function ask(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
