// What the service has published: the issuer's keys, and which certificates no longer hold as of when. Without the
// service it is what the service worker kept.

import { hexOf, sha256, utf8 } from "./bytes.js";
import { keysOfDid } from "./keys.js";

export async function publishedKeys() {
  return keysOfDid(await published("/.well-known/did.json"));
}

// Answers {at, changed}: `changed` gives the state of every certificate that no longer holds, by `nameOnLists`.
export async function publishedStates() {
  return published("/v/states.json");
}

export async function nameOnLists(credentialId) {
  return hexOf((await sha256(utf8(credentialId))).slice(0, 16));
}

async function published(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
