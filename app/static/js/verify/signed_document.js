// From bytes to the texts of a certificate, its JWT or a status list whose signature holds; throws DocumentRefused.
// The steps are those of credentials/sealed_document.py. What is shown afterwards is what was rebuilt and signed.

import { decodeBase58 } from "./base58.js";
import { joinBytes, sameBytes, sha256, utf8 } from "./bytes.js";
import { signedBy } from "./signatures.js";
import { JsonRefused, Spelled, parseStrictly, readText } from "./strict_json.js";
import { fill, matchTemplate, writeDocument, writeQuads } from "./template.js";
import * as values from "./values.js";

export class DocumentRefused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const OF_CERTIFICATE = {
  credential_id: values.isUuid,
  subject_id: values.isUuid,
  name: values.isSoundText,
  birth_year: values.isYear,
  serial: values.isSoundText,
  term: values.isSoundText,
  started: values.isInstant,
  ended: values.isInstant,
  hours_earned: values.isNumber(9_999),
  attendance_rate: values.isNumber(100),
  valid_from: values.isInstant,
  valid_until: values.isInstant,
  "issuer.id": values.isDid,
  "issuer.name": values.isSoundText,
  "issuer.url": values.isWebAddress,
  "centre.id": values.isUuid,
  "centre.name": values.isSoundText,
  "course.id": values.isAbsoluteId,
  "course.criteria_id": values.isAbsoluteId,
  "course.result_description_id": values.isAbsoluteId,
  "course.name": values.isSoundText,
  "course.kind": values.isSoundText,
  "course.description": values.isSoundText,
  "course.criteria": values.isSoundText,
  "course.credits_available": values.isNumber(9_999),
  "status.list_url": values.isWebAddress,
  "status.index": values.isPlace,
  "proof.created": values.isInstant,
};
const OF_LIST = {
  url: values.isWebAddress,
  issuer: values.isDid,
  valid_from: values.isInstant,
  valid_until: values.isInstant,
  purpose: (text) => text === "revocation" || text === "refresh",
  encoded: (text) => /^u[A-Za-z0-9_-]+$/.test(text),
  "proof.created": values.isInstant,
};
const NUMERIC_DATE = /^(?:0|[1-9][0-9]{0,10})$/;
const SIGNATURE_BYTES = 64;

// Answers {texts, key, created, bytes}: `bytes` are those that were issued, also for JSON that was formatted anew.
export async function openCertificate(bytes, templates, keys) {
  // An editor's mark of byte order is formatting, too.
  const text = refusing(() => readText(bytes)).replace(/^\ufeff/, "");
  const [template, texts] = takeApart(text, templates.certificate);
  requireCertificate(texts);
  const key = keyOf(keys, texts["proof.method"], texts["issuer.id"]);
  await requireProof(templates.proof, template, texts, key);
  const created = values.readInstant(texts["proof.created"]);
  return { texts, key, created, bytes: utf8(writeDocument(template, texts)) };
}

// Answers the same for a compact JWS: its header has one form, its payload is the certificate without proof.
export async function openToken(token, templates, keys) {
  const parts = token.split(".").map(decodeBase64Url);
  if (parts.length !== 3) throw new DocumentRefused("not_jwt");
  const [header, payload, signature] = parts;
  const text = refusing(() => readText(payload));
  const named = /^\{"alg":"EdDSA","kid":"([^"\\]+)","typ":"JWT"\}$/.exec(refusing(() => readText(header)));
  if (named === null) throw new DocumentRefused("unexpected_value");
  const [, texts] = matchAny(templates.jwt, text) ?? refuse("unexpected_value");
  requireCertificate(texts);
  requireTimes(texts);
  const key = keyOf(keys, named[1], texts["issuer.id"]);
  if (signature.length !== SIGNATURE_BYTES) throw new DocumentRefused("signature_malformed");
  const signed = utf8(token.slice(0, token.lastIndexOf(".")));
  if (!(await signedBy(key, signature, signed))) throw new DocumentRefused("signature_mismatch");
  return { texts, key, created: Number(texts["jwt.issued"]) * 1000, bytes: utf8(token) };
}

export async function openStatusList(text, templates, keys) {
  const [template, texts] = matchAny(templates.status_list, text) ?? refuse("unexpected_value");
  requireSpellings(texts, OF_LIST);
  const key = keyOf(keys, texts["proof.method"], texts.issuer);
  await requireProof(templates.proof, template, texts, key);
  return { texts, key, created: values.readInstant(texts["proof.created"]) };
}

function takeApart(text, templates) {
  const found = matchAny(templates, text);
  if (found !== null) return found;
  const document = refusing(() => parseStrictly(text));
  for (const template of templates) {
    const texts = matchTemplate(template, arrange(shapeOf(template), document));
    if (texts !== null) return [template, texts];
  }
  return refuse("unexpected_value");
}

// The document that a template writes, with its places in it as texts: of it only the order of keys is of interest.
function shapeOf(template) {
  return parseStrictly(template.json.replace(/:(%\([^)]+\)s)/g, ':"$1"'));
}

// Writes parsed JSON compactly, with the keys in the order of the shape and those that it does not know behind them.
function arrange(shape, node) {
  if (node instanceof Map) {
    const known = shape instanceof Map ? shape : new Map();
    const [ours, others] = [[...known.keys()].filter((key) => node.has(key)), [...node.keys()].filter((key) => !known.has(key))];
    const keys = [...ours, ...others];
    return `{${keys.map((key) => `${JSON.stringify(key)}:${arrange(known.get(key), node.get(key))}`).join(",")}}`;
  }
  if (Array.isArray(node)) {
    return `[${node.map((item, place) => arrange(Array.isArray(shape) ? shape[place] : null, item)).join(",")}]`;
  }
  return node instanceof Spelled ? node.text : JSON.stringify(node);
}

function matchAny(templates, text) {
  for (const template of templates) {
    const texts = matchTemplate(template, text);
    if (texts !== null) return [template, texts];
  }
  return null;
}

function requireCertificate(texts) {
  requireSpellings(texts, OF_CERTIFICATE);
  const [started, ended, from, until] = ["started", "ended", "valid_from", "valid_until"].map((name) =>
    name in texts ? values.readInstant(texts[name]) : Infinity,
  );
  const ids = ["credential_id", "subject_id", "issuer.id", "centre.id", "course.id", "course.criteria_id"];
  const named = [...ids, "course.result_description_id", "status.id"].map((name) => texts[name]);
  named.push(`${texts.credential_id}#attendance`);
  const sound =
    ended >= started &&
    until > from &&
    texts["status.id"] === `${texts["status.list_url"]}#${texts["status.index"]}` &&
    // Two things under one id would be one node of what is signed.
    new Set(named).size === named.length;
  if (!sound) throw new DocumentRefused("value_refused");
}

function requireSpellings(texts, rules) {
  for (const [name, text] of Object.entries(texts)) {
    if (name in rules && !rules[name](text)) throw new DocumentRefused("value_refused");
  }
}

// The claims of a JWT repeat what the certificate says (credentials/vc_jwt.py).
function requireTimes(texts) {
  const pairs = [["jwt.not_before", "valid_from"], ["jwt.expires", "valid_until"]];
  for (const [claim, name] of pairs.filter(([claim]) => claim in texts)) {
    if (texts[claim] !== String(Math.floor(values.readInstant(texts[name]) / 1000))) throw new DocumentRefused("contradiction");
  }
  if (!NUMERIC_DATE.test(texts["jwt.issued"])) throw new DocumentRefused("value_refused");
}

function keyOf(keys, id, issuer) {
  const key = keys.get(id);
  if (key === undefined) {
    const known = [...keys.values()].some((one) => one.controller === issuer);
    throw new DocumentRefused(known ? "key_unknown" : "issuer_unknown");
  }
  if (key.controller !== issuer) throw new DocumentRefused("key_of_another");
  return key;
}

async function requireProof(options, template, texts, key) {
  const value = texts["proof.value"];
  const signature = value.startsWith("z") ? decodeBase58(value.slice(1), SIGNATURE_BYTES) : null;
  if (signature === null) throw new DocumentRefused("signature_malformed");
  const parts = [utf8(fill(options, texts)), await writeQuads(template, texts)];
  const message = joinBytes(await sha256(parts[0]), await sha256(parts[1]));
  if (!(await signedBy(key, signature, message))) throw new DocumentRefused("signature_mismatch");
}

// base64url without padding, in its one spelling.
export function decodeBase64Url(text) {
  try {
    if (/[^A-Za-z0-9_-]/.test(text)) throw new RangeError("another alphabet");
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const again = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const spelled = again.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    if (!sameBytes(utf8(spelled), utf8(text))) throw new RangeError("another spelling");
    return bytes;
  } catch {
    throw new DocumentRefused("not_jwt");
  }
}

function refusing(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonRefused) throw new DocumentRefused(error.code);
    throw error;
  }
}

function refuse(code) {
  throw new DocumentRefused(code);
}
