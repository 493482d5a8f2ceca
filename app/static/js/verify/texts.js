// What a signed text may be, and how a slip packs Korean text into few bits (docs/credentials.md, Packed text).

import { sameBytes } from "./bytes.js";

// Controls, invisible and direction-changing characters, surrogates, private use, non-characters: as in the signer.
const FORBIDDEN = new RegExp(
  "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e" +
    "\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ue000-\\uf8ff\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff" +
    "\\u{1fffe}\\u{1ffff}\\u{2fffe}\\u{2ffff}\\u{3fffe}-\\u{3ffff}\\u{e0000}-\\u{10ffff}]",
  "u",
);
const LONGEST_TEXT = 2000;
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

export function isSoundText(text) {
  return (
    text !== "" &&
    text === text.trim() &&
    text === text.normalize("NFC") &&
    [...text].length <= LONGEST_TEXT &&
    !FORBIDDEN.test(text)
  );
}

export function packText(text) {
  let bits = "";
  for (const character of text) {
    const point = character.codePointAt(0);
    if (point >= FIRST_SYLLABLE && point <= LAST_SYLLABLE) bits += `0${binary(point - FIRST_SYLLABLE, 14)}`;
    else if (point >= 0x20 && point < 0x7f) bits += `10${binary(point, 7)}`;
    else bits += `11${binary(point, 21)}`;
  }
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => parseInt(byte.padEnd(8, "0"), 2));
}

// Reads what `packText` wrote; throws unless it spells a sound text in exactly these bytes.
export function unpackText(data) {
  const bits = Array.from(data, (byte) => binary(byte, 8)).join("");
  let text = "";
  let at = 0;
  while (bits.length - at >= 9) {
    const size = bits[at] === "0" ? 15 : bits[at + 1] === "0" ? 9 : 23;
    if (bits.length - at < size) throw new RangeError("packed text that ends early");
    const code = parseInt(bits.slice(at + (size === 15 ? 1 : 2), at + size), 2);
    text += String.fromCodePoint(size === 15 ? FIRST_SYLLABLE + code : code);
    at += size;
  }
  if (!isSoundText(text) || !sameBytes(packText(text), data)) throw new RangeError("packed text in another spelling");
  return text;
}

function binary(number, length) {
  return number.toString(2).padStart(length, "0");
}
