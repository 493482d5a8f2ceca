// Whether a key has signed a message: the browser's own Ed25519 where it has one, else ours.

import { verifyEd25519 } from "./ed25519.js";
import { NoEd25519, hasSigned } from "./keys.js";

export async function signedBy(key, signature, message) {
  try {
    return await hasSigned(key, signature, message);
  } catch (error) {
    if (!(error instanceof NoEd25519)) throw error;
    return verifyEd25519(key.raw, signature, message);
  }
}
