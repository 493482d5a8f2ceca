// Public keys of the issuer, and checking signatures with them. The algorithm is always Ed25519: it comes from here.

import { decodeBase58 } from "./base58.js";

// The browser has no Ed25519 (or no WebCrypto, away from https): nothing could be found out, for or against.
export class NoEd25519 extends Error {}

// Reads a DID document (Multikey) into a list of {id, controller, raw, signs, revoked}.
export function keysOfDid(document) {
  const signing = new Set(document.assertionMethod);
  return document.verificationMethod.flatMap((method) => {
    const raw = rawKey(method.publicKeyMultibase);
    if (method.type !== "Multikey" || method.controller !== document.id || raw === null) return [];
    return [{ id: method.id, controller: document.id, raw, signs: signing.has(method.id), revoked: "revoked" in method }];
  });
}

export function rawKey(multibase) {
  const data = multibase.startsWith("z") ? decodeBase58(multibase.slice(1), 34) : null;
  return data !== null && data[0] === 0xed && data[1] === 0x01 ? data.slice(2) : null;
}

export async function hasSigned(key, signature, message) {
  let loaded;
  try {
    loaded = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new NoEd25519();
  }
  return crypto.subtle.verify({ name: "Ed25519" }, loaded, signature, message);
}
