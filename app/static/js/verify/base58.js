// base58btc of exactly so many bytes, in its one spelling; null for anything else.

import { bytesOfNumber } from "./bytes.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export function decodeBase58(text, length) {
  if (text.length > 2 * length) return null;
  let number = 0n;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    number = number * 58n + BigInt(value);
  }
  const significant = number ? bytesOfNumber(number) : new Uint8Array();
  const zeros = text.length - text.replace(/^1+/, "").length;
  if (zeros + significant.length !== length) return null;
  const data = new Uint8Array(length);
  data.set(significant, zeros);
  return data;
}
