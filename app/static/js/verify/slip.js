// Reads the digits behind `#` of a QR code: COSE_Sign1 over the essential fields, as docs/credentials.md describes it.
// Everything has one spelling; whatever is spelled otherwise is refused.

import { bytesOfNumber, hexOf, sameBytes, sha256 } from "./bytes.js";
import { decodeCbor, encodeCbor } from "./cbor.js";
import { hasSigned } from "./keys.js";
import { isSoundText, packText, unpackText } from "./texts.js";

const MOST_DIGITS = 1500;
const KINDS = ["양성교육", "직무교육", "일반교육"];
const SERIAL_WORDS = ["양성", "직무", "일반"];
const SERIAL = /^제 ([1-9][0-9]{3})-(양성|직무|일반)-(0[0-9]{3}|[1-9][0-9]{3,8})호$/;
const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(2000, 0, 1);

// `slip` is there when nothing stands against it but that the key which signed it has been revoked since: it proves
// nothing by itself, and whether the certificate holds is for the record to say.
export class SlipRefused extends Error {
  constructor(code, slip = null) {
    super(code);
    this.code = code;
    this.slip = slip;
  }
}

// Answers {fields, digest, key} when one of the keys has signed; throws SlipRefused, or NoEd25519. `signedBy` checks a
// signature as `hasSigned` does.
export async function readSlip(digits, keys, signedBy = hasSigned) {
  const [header, payload, signature] = openSlip(digits);
  const [fields, digest] = readPayload(payload);
  const candidates = [];
  for (const key of keys) if (sameBytes(await headerOf(key), header)) candidates.push(key);
  if (!candidates.length) throw new SlipRefused("key_unknown");
  if (signature.length !== 64) throw new SlipRefused("signature_malformed");
  const signed = encodeCbor(["Signature1", header, new Uint8Array(), payload]);
  for (const key of candidates) {
    if (!(await signedBy(key, signature, signed))) continue;
    if (key.revoked) throw new SlipRefused("key_revoked", { fields, digest, key });
    if (!key.signs) throw new SlipRefused("key_not_for_assertion");
    return { fields, digest, key };
  }
  throw new SlipRefused("signature_mismatch");
}

// Tells which fields of a slip differ from those of a record; `digest` is the last of them.
export function differences(slip, record) {
  const said = { ...slip.fields, digest: slip.digest };
  return Object.keys(said).filter((name) => said[name] !== record[name]);
}

function openSlip(digits) {
  if (digits.length > MOST_DIGITS) throw new SlipRefused("too_large");
  if (!/^[1-9][0-9]*$/.test(digits)) throw new SlipRefused("not_digits");
  let message;
  try {
    message = decodeCbor(bytesOfNumber(BigInt(digits)));
  } catch {
    throw new SlipRefused("not_digits");
  }
  if (!Array.isArray(message) || message.length !== 4) throw new SlipRefused("unexpected_value");
  const [header, more, payload, signature] = message;
  const sound = [header, payload, signature].every((part) => part instanceof Uint8Array);
  if (!sound || !(more instanceof Map) || more.size) throw new SlipRefused("unexpected_value");
  return [header, payload, signature];
}

async function headerOf(key) {
  return encodeCbor(new Map([[1, -8], [4, (await sha256(key.raw)).slice(0, 4)]]));
}

function readPayload(payload) {
  try {
    const parts = decodeCbor(payload);
    const [fields, digest] = readParts(parts);
    if (!sameBytes(encodeCbor(writeParts(fields, parts[1], digest)), payload)) throw new RangeError("another spelling");
    return [fields, hexOf(digest)];
  } catch {
    throw new SlipRefused("value_refused");
  }
}

function readParts(parts) {
  if (!Array.isArray(parts) || parts.length !== 15) throw new RangeError("not the fields of a slip");
  const [version, id, name, birth, serial, course, kind, term, first, lasted, hours, rate, centre, issued, digest] = parts;
  const whole = [version, birth, first, lasted, hours, rate, issued].every((number) => typeof number === "number");
  const bytes = [id, digest].every((part) => part instanceof Uint8Array);
  if (!whole || !bytes || version !== 1 || id.length !== 16 || digest.length !== 32) {
    throw new RangeError("not the fields of a slip");
  }
  requireBetween(birth, 0, 1099);
  requireBetween(lasted, 0, Infinity);
  requireBetween(hours, 0, 999_900);
  requireBetween(rate, 0, 10_000);
  const fields = {
    credential_id: `urn:uuid:${hexOf(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`,
    name: unpackText(name),
    birth_year: String(1900 + birth),
    serial: readSerial(serial),
    course_name: unpackText(course),
    course_kind: typeof kind === "number" ? KINDS[kind] : unpackText(kind),
    term: unpackText(term),
    started: writeDay(first),
    ended: writeDay(first + lasted),
    hours: String(hours / 100),
    attendance_rate: String(rate / 100),
    centre_name: unpackText(centre),
    issued: writeDay(first + lasted + issued),
  };
  if (!isSoundText(fields.serial) || !isSoundText(fields.course_kind)) throw new RangeError("not the fields of a slip");
  return [fields, digest];
}

function writeParts(fields, id, digest) {
  const serial = SERIAL.exec(fields.serial);
  const kind = KINDS.indexOf(fields.course_kind);
  const [first, last, issued] = [fields.started, fields.ended, fields.issued].map(readDay);
  return [
    1,
    id,
    packText(fields.name),
    Number(fields.birth_year) - 1900,
    serial ? [Number(serial[1]), SERIAL_WORDS.indexOf(serial[2]), Number(serial[3])] : packText(fields.serial),
    packText(fields.course_name),
    kind < 0 ? packText(fields.course_kind) : kind,
    packText(fields.term),
    first,
    last - first,
    Math.round(Number(fields.hours) * 100),
    Math.round(Number(fields.attendance_rate) * 100),
    packText(fields.centre_name),
    issued - last,
    digest,
  ];
}

function readSerial(spelled) {
  if (spelled instanceof Uint8Array) return unpackText(spelled);
  const [year, word, number] = spelled;
  return `제 ${year}-${SERIAL_WORDS[word]}-${String(number).padStart(4, "0")}호`;
}

function writeDay(days) {
  const day = new Date(EPOCH + days * DAY_MS).toISOString().slice(0, 10);
  if (!/^[0-9]{4}-/.test(day) || day.startsWith("0000")) throw new RangeError("a day out of range");
  return day;
}

function readDay(day) {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - EPOCH) / DAY_MS);
}

function requireBetween(number, least, most) {
  if (number < least || number > most) throw new RangeError("a number out of range");
}
