// Checks Ed25519 signatures (RFC 8032 §5.1.7) where the browser cannot. It only ever checks, and so handles no secret:
// time and memory may tell whatever they like.

import { joinBytes, sameBytes } from "./bytes.js";
import { sha2 } from "./sha2.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n];
const BASE = pointOf(modulo(4n * inverse(5n)), 0n);

export function verifyEd25519(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [first, second] = [signature.slice(0, 32), numberOf(signature.slice(32))];
  const owner = readPoint(key);
  if (owner === null || second >= L) return false;
  const challenge = numberOf(sha2(512, joinBytes(first, key, message))) % L;
  // S·B = R + h·A, asked as S·B − h·A = R, with R compared as it is spelled.
  return sameBytes(spellPoint(add(times(second, BASE), times(challenge, negative(owner)))), first);
}

// Points stand in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z (RFC 8032 §5.1.4).
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = modulo((y1 - x1) * (y2 - x2));
  const b = modulo((y1 + x1) * (y2 + x2));
  const c = modulo(2n * t1 * t2 * D);
  const d = modulo(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

function times(number, point) {
  let [sum, doubled] = [NEUTRAL, point];
  for (let left = number; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

function negative([x, y, z, t]) {
  return [modulo(-x), y, z, modulo(-t)];
}

function readPoint(bytes) {
  const number = numberOf(bytes);
  return pointOf(number & (2n ** 255n - 1n), number >> 255n);
}

function spellPoint([x, y, z]) {
  const scale = inverse(z);
  const number = modulo(y * scale) | ((modulo(x * scale) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, place) => Number((number >> BigInt(8 * place)) & 255n));
}

// Finds the point with this y whose x has this last bit; null when there is none (RFC 8032 §5.1.3).
function pointOf(y, lastBit) {
  if (y >= P) return null;
  const square = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (modulo(x * x - square) !== 0n) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(x * x - square) !== 0n || (x === 0n && lastBit === 1n)) return null;
  if ((x & 1n) !== lastBit) x = P - x;
  return [x, y, 1n, modulo(x * y)];
}

function inverse(number) {
  return power(number, P - 2n);
}

function power(base, exponent) {
  let [result, square] = [1n, modulo(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function modulo(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function numberOf(bytes) {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
