// What a sunset kit knows, as its export wrote it into the page: the keys with their times, the status lists, and where
// in the issuance log each certificate stands. Everything in it is as of one moment, `exported`.

import { sameBytes } from "./bytes.js";
import { rawKey } from "./keys.js";
import { DocumentRefused, decodeBase64Url, openStatusList } from "./signed_document.js";
import { readInstant } from "./values.js";

export const SKEW_MS = 300_000;
const FEWEST_PLACES = 131_072;
const MOST_PLACES = 1_048_576;
const NAME_BYTES = 16;
const ROW_BYTES = 56;
const COLUMNS = ["json", "jwt", "slip"];
const PLACE_BITS = 20;
const NO_LIST = 0xfff;

// Reads what the page holds. `told` is its JSON, `issued` its table in base64. A status list that is not sound is kept
// with the code of what is wrong with it: the certificates on it could not be checked.
export async function readKnowledge(told, issued) {
  const keys = told.keys.map(readKey);
  const ofPurpose = (purpose) => new Map(keys.filter((key) => key.purpose === purpose).map((key) => [key.id, key]));
  const known = {
    exported: readInstant(told.exported),
    isFinal: told.final,
    templates: told.templates,
    keys: ofPurpose("credentials"),
    issued: Uint8Array.from(atob(issued), (one) => one.charCodeAt(0)),
    lists: new Map(),
    order: told.lists.map((list) => list.url),
  };
  const statusKeys = ofPurpose("status");
  for (const { url, revoked, replaced } of told.lists) {
    const [of, beside] = await Promise.all([
      readList(known, statusKeys, url, "revocation", revoked),
      readList(known, statusKeys, `${url}/replaced`, "refresh", replaced),
    ]);
    known.lists.set(url, { issuer: of.issuer, problem: of.problem, revoked: of.bits, replaced: beside.bits });
  }
  return known;
}

// Finds a certificate by the SHA-256 of one of its bodies (json, jwt or slip): {at, list, place}, or null when the log
// does not know it. A row holds the first halves of the three digests, the log's time in seconds, and list and place in
// one number.
export function findIssued(known, digest, body) {
  const wanted = digest.slice(0, NAME_BYTES);
  const column = COLUMNS.indexOf(body) * NAME_BYTES;
  const table = new DataView(known.issued.buffer);
  const first = new DataView(wanted.buffer).getUint32(0);
  for (let row = 0; row < known.issued.length; row += ROW_BYTES) {
    const name = row + column;
    if (table.getUint32(name) !== first || !sameBytes(known.issued.subarray(name, name + NAME_BYTES), wanted)) continue;
    const place = table.getUint32(row + ROW_BYTES - 4);
    const list = place >>> PLACE_BITS;
    return {
      at: table.getUint32(row + ROW_BYTES - 8) * 1000,
      list: list === NO_LIST ? null : known.order[list],
      place: place & (2 ** PLACE_BITS - 1),
    };
  }
  return null;
}

export function countIssued(known) {
  return known.issued.length / ROW_BYTES;
}

// Answers held, revoked or replaced for a place on a list, or the code of why it could not be found out.
export function stateOn(known, url, place, issuer) {
  const list = known.lists.get(url);
  if (list === undefined) return "status_list_missing";
  if (list.problem) return list.problem;
  if (list.issuer !== issuer) return "status_list_foreign";
  if (place >= list.revoked.length * 8) return "status_index_out_of_range";
  if (!isSet(list.revoked, place)) return "held";
  return list.replaced !== null && isSet(list.replaced, place) ? "replaced" : "revoked";
}

export async function inflateBytes(packed, format, most = Infinity) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) throw new RangeError("more than there may be");
    pieces.push(value);
  }
  const bytes = new Uint8Array(size);
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

function readKey(key) {
  return {
    id: key.id,
    controller: key.controller,
    purpose: key.purpose,
    raw: rawKey(key.publicKeyMultibase),
    created: readInstant(key.created),
    revokedSince: key.revoked === null ? null : readInstant(key.revoked),
    // A slip is read first and judged afterwards, as everything here is.
    signs: true,
    revoked: false,
  };
}

async function readList(known, keys, url, purpose, text) {
  try {
    const { texts, key, created } = await openStatusList(text, known.templates, keys);
    const [from, until] = [readInstant(texts.valid_from), readInstant(texts.valid_until)];
    if (key.revokedSince !== null) throw new DocumentRefused("status_list_refused");
    if (texts.url !== url || texts.purpose !== purpose) throw new DocumentRefused("status_purpose_differs");
    // The list speaks of the moment of the export, whatever the clock says now.
    const late = Math.max(created, from) > known.exported + SKEW_MS || until < known.exported - SKEW_MS;
    if (late || until <= from) throw new DocumentRefused("status_list_stale");
    const bits = await inflateBytes(decodeBase64Url(texts.encoded.slice(1)), "gzip", MOST_PLACES / 8);
    if (bits.length * 8 < FEWEST_PLACES) throw new DocumentRefused("status_list_short");
    return { issuer: texts.issuer, problem: null, bits };
  } catch (error) {
    // What is wrong with a list is never said as if it were wrong with the certificate.
    const code = error instanceof DocumentRefused ? error.code : "status_list_malformed";
    return { issuer: null, problem: code.startsWith("status_") ? code : "status_list_refused", bits: null };
  }
}

function isSet(bits, place) {
  return (bits[place >> 3] & (0x80 >> (place & 7))) !== 0;
}
