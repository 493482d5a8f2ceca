// On a verification page: checks what the QR code on the paper says behind `#` against the record on the page. The
// part behind `#` stays in this browser; it is sent only when somebody presses the button that says so.

import { NoEd25519 } from "./keys.js";
import { publishedKeys } from "./known.js";
import { showAnswer, showFields } from "./show.js";
import { SlipRefused, differences, readSlip } from "./slip.js";

const place = document.querySelector("[data-paper]");
const digits = /^#([0-9].*)$/.exec(window.location.hash)?.[1] ?? "";

// The worker keeps this page's frame, the keys and the states, for the day on which the service does not answer.
navigator.serviceWorker?.register("/v/worker.js", { scope: "/v/" }).catch(() => {});
if (place && digits) {
  keepOnTheWay();
  check().then(showAnswerOfForm);
}

// Whoever changes the language or asks about the date of birth still holds the paper: a warning about it must not go
// away. Browsers carry `#` over a redirect and send it to nobody.
function keepOnTheWay() {
  for (const link of document.querySelectorAll("a[hreflang]")) link.hash = digits;
  const form = document.querySelector("#birth-date form");
  if (form) form.action = `${form.action.split("#")[0]}#${digits}`;
}

// The digits stand where the address would otherwise lead to the answer.
function showAnswerOfForm() {
  if (window.location.pathname.endsWith("/birth-date")) document.getElementById("birth-date")?.scrollIntoView();
}

async function check() {
  try {
    compare(await readSlip(digits, await publishedKeys()));
  } catch (error) {
    if (error instanceof SlipRefused && error.slip) compareAlone(error.slip);
    else if (error instanceof SlipRefused) warn("refused");
    else if (error instanceof NoEd25519) offerServer();
    else showAnswer(place, "unknown");
  }
}

function compare(slip) {
  const record = place.dataset.record ? JSON.parse(place.dataset.record) : null;
  if (record === null) return showAnswer(place, "unreadable");
  const differing = differences(slip, record);
  const answer = differing.length ? warn("differs") : showAnswer(place, "agrees");
  const told = Object.fromEntries(differing.filter((name) => name in slip.fields).map((name) => [name, slip.fields[name]]));
  if (differing.length) showFields(answer, told, record);
  return answer;
}

// A key that has been revoked proves nothing, but a paper that says what the record says is as good as the record.
function compareAlone(slip) {
  const record = place.dataset.record ? JSON.parse(place.dataset.record) : null;
  if (record === null || differences(slip, record).length) return warn("revoked-key");
  return showAnswer(place, "agrees-revoked-key");
}

// A bad paper is said above the good record: whoever looks at the first lines only must not take one for the other.
function warn(name) {
  place.parentElement.prepend(place);
  setAside(document.querySelector(".verdict--valid"));
  return showAnswer(place, name);
}

// The record still holds, but nobody may take its green sign for an answer about the paper in their hand.
function setAside(verdict) {
  if (!verdict) return;
  verdict.classList.replace("verdict--valid", "verdict--aside");
  verdict.querySelector(".verdict__title").textContent = place.dataset.recordOnly;
}

function offerServer() {
  const button = showAnswer(place, "ask").querySelector("button");
  button.addEventListener("click", askServer, { once: true });
}

function compareServers(slip) {
  return slip.key_revoked ? compareAlone(slip) : compare(slip);
}

async function askServer() {
  try {
    const answer = await fetch("/v/slip", { method: "POST", body: new URLSearchParams({ digits }) });
    if (answer.status === 422) warn("refused");
    else if (answer.ok) compareServers(await answer.json());
    else showAnswer(place, "unknown");
  } catch {
    showAnswer(place, "unknown");
  }
}
