// The part of CBOR that a slip needs, in its one deterministic spelling (RFC 8949 §4.2.1): whole numbers, bytes,
// texts, arrays, and maps (Map) with whole numbers as keys.

import { joinBytes, sameBytes, utf8 } from "./bytes.js";

const DEEPEST = 4;

export function encodeCbor(value) {
  if (typeof value === "number") return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value);
  if (value instanceof Uint8Array) return joinBytes(cborHead(2, value.length), value);
  if (typeof value === "string") return encodeText(utf8(value));
  if (Array.isArray(value)) return joinBytes(cborHead(4, value.length), ...value.map(encodeCbor));
  const members = [...value].map(([key, member]) => joinBytes(encodeCbor(key), encodeCbor(member)));
  return joinBytes(cborHead(5, members.length), ...members);
}

// Reads a value; throws unless `encodeCbor` spells it in exactly these bytes.
export function decodeCbor(data) {
  const [value, end] = readCbor(data, 0, 0);
  if (end !== data.length || !sameBytes(encodeCbor(value), data)) throw new RangeError("CBOR in another spelling");
  return value;
}

function encodeText(data) {
  return joinBytes(cborHead(3, data.length), data);
}

function cborHead(major, number) {
  if (number < 24) return Uint8Array.of((major << 5) | number);
  for (const [more, size] of [[24, 1], [25, 2], [26, 4], [27, 8]]) {
    if (size === 8 ? Number.isSafeInteger(number) : number < 2 ** (8 * size)) {
      const head = new Uint8Array(1 + size);
      head[0] = (major << 5) | more;
      for (let place = size, left = number; place > 0; place -= 1, left = Math.floor(left / 256)) head[place] = left % 256;
      return head;
    }
  }
  throw new RangeError("a number too large");
}

function readCbor(data, start, depth) {
  let at = start;
  if (at >= data.length || depth > DEEPEST) throw new RangeError("CBOR that ends early or is too deep");
  const major = data[at] >> 5;
  let number = data[at] & 31;
  at += 1;
  if (number >= 24) {
    if (number > 27) throw new RangeError("CBOR that is not deterministic");
    const size = 1 << (number - 24);
    if (at + size > data.length) throw new RangeError("CBOR that ends early");
    number = data.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(number)) throw new RangeError("a number too large");
    at += size;
  }
  if (major < 2) return [major === 0 ? number : -1 - number, at];
  if (major > 5 || number > data.length - at) throw new RangeError("CBOR of another kind, or longer than what there is");
  if (major < 4) {
    const piece = data.slice(at, at + number);
    return [major === 2 ? piece : new TextDecoder("utf-8", { fatal: true }).decode(piece), at + number];
  }
  const items = [];
  for (let left = major === 5 ? 2 * number : number; left > 0; left -= 1) {
    const [item, end] = readCbor(data, at, depth + 1);
    items.push(item);
    at = end;
  }
  if (major === 4) return [items, at];
  const members = new Map();
  for (let place = 0; place < items.length; place += 2) members.set(items[place], items[place + 1]);
  return [members, at];
}
