// JSON without the places where two readers may see different things: no key twice, no lone surrogates, numbers as they
// are spelled. Objects become Maps, numbers `Spelled`.

const MOST_BYTES = 64 * 1024;
const DEEPEST = 32;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const WORDS = { true: true, false: false, null: null };

export class JsonRefused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class Spelled {
  constructor(text) {
    this.text = text;
  }
}

// Reads UTF-8 bytes as text; throws JsonRefused.
export function readText(bytes) {
  if (bytes.length > MOST_BYTES) throw new JsonRefused("too_large");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonRefused("not_utf8");
  }
}

export function parseStrictly(text) {
  const reader = { text, at: 0 };
  const value = readValue(reader, 1);
  skip(reader, SPACE);
  if (reader.at !== text.length) throw new JsonRefused("not_json");
  return value;
}

function readValue(reader, depth) {
  if (depth > DEEPEST) throw new JsonRefused("too_deep");
  skip(reader, SPACE);
  const first = reader.text[reader.at];
  if (first === undefined) throw new JsonRefused("ends_early");
  if (first === "{") return readItems(reader, "}", () => readMember(reader, depth)).reduce(withoutDoubles, new Map());
  if (first === "[") return readItems(reader, "]", () => readValue(reader, depth + 1));
  if (first === '"') return readString(reader);
  const number = skip(reader, NUMBER);
  if (number) return new Spelled(number);
  const word = skip(reader, WORD);
  if (!word) throw new JsonRefused("not_json");
  return WORDS[word];
}

function readMember(reader, depth) {
  skip(reader, SPACE);
  if (reader.text[reader.at] !== '"') throw refusedHere(reader);
  const key = readString(reader);
  skip(reader, SPACE);
  if (reader.text[reader.at] !== ":") throw refusedHere(reader);
  reader.at += 1;
  return [key, readValue(reader, depth + 1)];
}

function readItems(reader, end, readItem) {
  const items = [];
  reader.at += 1;
  skip(reader, SPACE);
  if (reader.text[reader.at] === end) {
    reader.at += 1;
    return items;
  }
  for (;;) {
    items.push(readItem());
    skip(reader, SPACE);
    const after = reader.text[reader.at];
    reader.at += 1;
    if (after === end) return items;
    if (after !== ",") throw refusedHere(reader, after);
  }
}

function readString(reader) {
  const spelled = skip(reader, STRING);
  if (!spelled) throw new JsonRefused(reader.text.indexOf('"', reader.at + 1) < 0 ? "ends_early" : "not_json");
  const text = JSON.parse(spelled);
  if (/[\ud800-\udfff]/u.test(text)) throw new JsonRefused("lone_surrogate");
  return text;
}

function withoutDoubles(members, [key, value]) {
  if (members.has(key)) throw new JsonRefused("duplicate_key");
  return members.set(key, value);
}

function refusedHere(reader, found = reader.text[reader.at]) {
  return new JsonRefused(found === undefined ? "ends_early" : "not_json");
}

function skip(reader, pattern) {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found === null) return "";
  reader.at = pattern.lastIndex;
  return found[0];
}
