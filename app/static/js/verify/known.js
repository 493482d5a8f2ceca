// What the service has published: the issuer's keys, and which certificates no longer hold as of when. Without the
// service it is what the service worker kept.

import { hexOf, sha256, utf8 } from "./bytes.js";
import { keysOfDid } from "./keys.js";

const NAME_BYTES = 6;

export async function publishedKeys() {
  return keysOfDid(await (await published("/.well-known/did.json")).json());
}

// Answers {at, changed}: `changed` gives the state of every certificate that no longer holds, by `nameOnLists`.
export async function publishedStates() {
  const answer = await published("/v/states");
  return { at: answer.headers.get("X-Known-At"), changed: readStates(new Uint8Array(await answer.arrayBuffer())) };
}

export async function nameOnLists(credentialId) {
  return hexOf((await sha256(utf8(credentialId))).slice(0, NAME_BYTES));
}

// How many are revoked (four bytes), their names, then the names of those that were replaced.
export function readStates(data) {
  const revoked = new DataView(data.buffer, data.byteOffset).getUint32(0);
  const names = Array.from({ length: (data.length - 4) / NAME_BYTES }, (_, place) => {
    const start = 4 + place * NAME_BYTES;
    return hexOf(data.subarray(start, start + NAME_BYTES));
  });
  return new Map(names.map((name, place) => [name, place < revoked ? "revoked" : "replaced"]));
}

async function published(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}
