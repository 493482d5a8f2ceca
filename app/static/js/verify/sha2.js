// SHA-256 and SHA-512 (FIPS 180-4) for pages that the browser gives no WebCrypto, such as those of an office's own
// server without https. Slow and plain: it only ever digests a few kilobytes of what is public anyway.

const TWO = {
  256: { bits: 32n, rounds: 64, big: [[2n, 13n, 22n], [6n, 11n, 25n]], small: [[7n, 18n, 3n], [17n, 19n, 10n]] },
  512: { bits: 64n, rounds: 80, big: [[28n, 34n, 39n], [14n, 18n, 41n]], small: [[1n, 8n, 7n], [19n, 61n, 6n]] },
};
const PRIMES = firstPrimes(80);
const known = new Map();

// Answers the digest of so many bits (256 or 512) of the bytes.
export function sha2(bits, bytes) {
  const { constants, start, ...kind } = prepared(bits);
  const mask = (1n << kind.bits) - 1n;
  const size = Number(kind.bits) / 8;
  const state = [...start];
  const padded = pad(bytes, 16 * size);
  for (let at = 0; at < padded.length; at += 16 * size) {
    const words = Array.from({ length: 16 }, (_, place) => readWord(padded, at + place * size, size));
    digestBlock(state, words, constants, kind, mask);
  }
  const digest = new Uint8Array(8 * size);
  state.forEach((word, place) => writeWord(digest, place * size, size, word));
  return digest;
}

function digestBlock(state, words, constants, { bits, rounds, big, small }, mask) {
  const turn = (word, by) => ((word >> by) | (word << (bits - by))) & mask;
  const mix = (word, [one, two, three]) => turn(word, one) ^ turn(word, two) ^ turn(word, three);
  const spread = (word, [one, two, shift]) => turn(word, one) ^ turn(word, two) ^ (word >> shift);
  for (let place = 16; place < rounds; place += 1) {
    const sum = words[place - 16] + spread(words[place - 15], small[0]) + words[place - 7];
    words.push((sum + spread(words[place - 2], small[1])) & mask);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let place = 0; place < rounds; place += 1) {
    const first = h + mix(e, big[1]) + ((e & f) ^ (~e & mask & g)) + constants[place] + words[place];
    const second = mix(a, big[0]) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(first + second) & mask, a, b, c, (d + first) & mask, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => {
    state[place] = (state[place] + word) & mask;
  });
}

function pad(bytes, block) {
  const lengthSize = block / 8;
  const padded = new Uint8Array(Math.ceil((bytes.length + 1 + lengthSize) / block) * block);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  writeWord(padded, padded.length - 8, 8, 8n * BigInt(bytes.length));
  return padded;
}

// The constants are the first bits of the fractions of roots of primes: cube roots for the rounds, square roots to start.
function prepared(bits) {
  if (!known.has(bits)) {
    const kind = TWO[bits];
    const fraction = (prime, degree) => root(BigInt(prime) << (degree * kind.bits), degree) & ((1n << kind.bits) - 1n);
    const constants = PRIMES.slice(0, kind.rounds).map((prime) => fraction(prime, 3n));
    known.set(bits, { ...kind, constants, start: PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n)) });
  }
  return known.get(bits);
}

// The whole part of a root, found by halving.
function root(number, degree) {
  let [low, high] = [0n, 1n << (BigInt(number.toString(2).length) / degree + 1n)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= number) low = middle;
    else high = middle;
  }
  return low;
}

function firstPrimes(count) {
  const primes = [];
  for (let number = 2; primes.length < count; number += 1) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return primes;
}

function readWord(bytes, at, size) {
  return bytes.subarray(at, at + size).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n);
}

function writeWord(bytes, at, size, word) {
  for (let place = size - 1, left = word; place >= 0; place -= 1, left >>= 8n) bytes[at + place] = Number(left & 255n);
}
