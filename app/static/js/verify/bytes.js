// Bytes as Uint8Array: joining, comparing, and their digest.

import { sha2 } from "./sha2.js";

export function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

// Browsers have WebCrypto on https, on this machine and for files; elsewhere we compute it ourselves.
export async function sha256(bytes) {
  if (crypto.subtle === undefined) return sha2(256, bytes);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// A whole number (BigInt) as bytes, the most significant first, without leading zeros.
export function bytesOfNumber(number) {
  const hex = number.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
