// The page that the service worker shows when the service does not answer: it says what the QR code itself proves, with
// the keys and states of the last visit, and of when they are.

import { NoEd25519 } from "./keys.js";
import { nameOnLists, publishedKeys, publishedStates } from "./known.js";
import { showAnswer, showFields, writtenMoment } from "./show.js";
import { SlipRefused, readSlip } from "./slip.js";

const SEOUL_MS = 9 * 3_600_000;
const place = document.querySelector("[data-offline]");
const contents = document.querySelector("[data-contents]");
const digits = /^#([0-9].*)$/.exec(window.location.hash)?.[1] ?? "";

window.addEventListener("hashchange", () => window.location.reload());
answerFor(digits);

async function answerFor(typed) {
  if (!typed) return showAnswer(place, "nothing");
  try {
    const slip = await readSlip(typed, await publishedKeys());
    if (!isAddressOf(slip)) return showAnswer(place, "refused");
    const states = await publishedStates();
    showState(await changed(slip, states) ?? stateAt(slip, states.at), states.at);
    contents.hidden = false;
    showFields(contents, slip.fields);
  } catch (error) {
    if (error instanceof SlipRefused) await answerRefused(error.slip);
    else showAnswer(place, error instanceof NoEd25519 ? "unable" : "nothing");
  }
  return place;
}

// Which of the things that a revoked key has signed still count only the service knows, from its log.
async function answerRefused(slip) {
  if (slip === null || !isAddressOf(slip)) return showAnswer(place, "refused");
  const states = await publishedStates();
  return showState(await changed(slip, states) ?? "revoked-key", states.at);
}

async function changed(slip, states) {
  return states.changed.get(await nameOnLists(slip.fields.credential_id));
}

function showState(state, at) {
  const answer = showAnswer(place, state);
  for (const moment of answer.querySelectorAll("[data-known-at]")) {
    moment.textContent = moment.dataset.knownAt.replace("{}", writtenMoment(at, document.documentElement.lang));
  }
  return answer;
}

// A paper that names one certificate in its address and another behind `#` was put together from two.
function isAddressOf(slip) {
  const named = /^\/v\/([0-9a-f]{32})(?:\/birth-date)?$/.exec(window.location.pathname);
  return named === null || slip.fields.credential_id.replace(/^urn:uuid:|-/g, "") === named[1];
}

// What was issued after the last visit cannot stand among the states of that visit. Days begin in Korea.
function stateAt(slip, at) {
  return Date.parse(slip.fields.issued) - SEOUL_MS > Date.parse(at) ? "newer" : "held";
}
