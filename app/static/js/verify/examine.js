// What a sunset kit answers about one certificate: {state, code, fields}. `state` is held, revoked, replaced, invalid or
// unknown, always as of the kit's moment; fields are given out only if they are signed and on record.

import { hexOf, sha256, utf8 } from "./bytes.js";
import { SKEW_MS, findIssued, stateOn } from "./knowledge.js";
import { signedBy } from "./signatures.js";
import { DocumentRefused, openCertificate, openToken } from "./signed_document.js";
import { SlipRefused, readSlip } from "./slip.js";
import { readInstant } from "./values.js";

const SEOUL_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;
// A batch that was being issued during the export bears the time at which it began, and may have come too late for it.
const LONGEST_ISSUE_MS = 6 * 3_600_000;
// Whoever is not known to us is no liar, and a file that cannot be read says nothing: these are no "no".
const UNKNOWN = ["issuer_unknown", "ends_early", "not_json", "not_utf8", "too_large", "not_certificate", "not_digits", "not_jwt"];

export async function examineJson(bytes, known) {
  const examine = async () => judgeDocument(await openCertificate(bytes, known.templates, known.keys), known, "json");
  return answering(examine, (code) => reasonOf(code, bytes, known));
}

export async function examineToken(token, known) {
  return answering(async () => judgeDocument(await openToken(token, known.templates, known.keys), known, "jwt"));
}

// `named` is the id in the address before the digits, if there was one: a paper put together from two is no paper.
export async function examineSlip(digits, named, known) {
  return answering(async () => {
    const { fields, digest, key } = await readSlip(digits, [...known.keys.values()], signedBy);
    if (named && fields.credential_id.replace(/^urn:uuid:|-/g, "") !== named) return no("address_differs");
    // Not by the digest that it names: whoever has a key can name any.
    const logged = findIssued(known, await sha256(utf8(digits)), "slip");
    // Days begin in Korea; what was issued on the kit's own day may be older or newer than the kit.
    const mayBeNewer = Date.parse(fields.issued) - SEOUL_MS + DAY_MS > known.exported - LONGEST_ISSUE_MS;
    const problem = problemOnRecord(known, key, logged, mayBeNewer);
    const shown = { ...fields, digest, key_id: key.id, ...timeOf(logged) };
    if (problem) return answer(problem, shown);
    if (logged.list === null) return { state: "unknown", code: "status_list_missing", fields: shown };
    return byStatus(stateOn(known, logged.list, logged.place, key.controller), shown);
  });
}

async function judgeDocument({ texts, key, created, bytes }, known, body) {
  const digest = await sha256(bytes);
  const logged = findIssued(known, digest, body);
  const fields = { ...fieldsOf(texts), digest: hexOf(digest), key_id: key.id, signed_at: isoOf(created), ...timeOf(logged) };
  const problem = problemOnRecord(known, key, logged, created > known.exported - LONGEST_ISSUE_MS);
  if (problem) return answer(problem, fields);
  if (created < key.created - SKEW_MS) return no("signed_before_key");
  const now = Math.max(Date.now(), known.exported);
  if (readInstant(texts.valid_from) > now + SKEW_MS) return { ...no("not_yet_valid"), fields };
  if ("valid_until" in texts && readInstant(texts.valid_until) < now - SKEW_MS) return { ...no("expired"), fields };
  return byStatus(stateOn(known, texts["status.list_url"], Number(texts["status.index"]), texts["issuer.id"]), fields);
}

// The key alone proves nothing that the log does not confirm: whoever steals it later, or has stolen it unnoticed, can
// sign what he likes, but cannot put it into the log of a service that is off.
function problemOnRecord(known, key, logged, mayBeNewer) {
  if (key.revokedSince !== null && (logged === null || logged.at >= key.revokedSince)) return "key_revoked";
  if (logged !== null) return null;
  return mayBeNewer && !known.isFinal ? "newer" : "not_in_log";
}

function answer(problem, fields) {
  return problem === "newer" ? { state: "unknown", code: problem, fields } : no(problem);
}

function byStatus(found, fields) {
  const decided = ["held", "revoked", "replaced"].includes(found);
  return { state: decided ? found : "unknown", code: found, fields };
}

function no(code) {
  return { state: UNKNOWN.includes(code) ? "unknown" : "invalid", code, fields: null };
}

async function answering(examine, explain = (code) => code) {
  try {
    return await examine();
  } catch (error) {
    if (!(error instanceof DocumentRefused || error instanceof SlipRefused)) throw error;
    // A slip names no issuer: a key that we do not know may be anybody's.
    if (error instanceof SlipRefused && error.code === "key_unknown") return no("issuer_unknown");
    return no(explain(error.code));
  }
}

// Says why a JSON file did not do: it is none of ours, no certificate at all, or ours and altered.
function reasonOf(code, bytes, known) {
  if (code !== "unexpected_value" && code !== "value_refused") return code;
  const document = JSON.parse(new TextDecoder().decode(bytes));
  const types = [document?.type ?? []].flat();
  if (!types.includes("VerifiableCredential")) return "not_certificate";
  const methods = [document.proof ?? []].flat().map((proof) => String(proof?.verificationMethod ?? ""));
  const owners = [document.issuer?.id ?? document.issuer, ...methods.map((id) => id.split("#")[0])];
  const ours = new Set([...known.keys.values()].map((key) => key.controller));
  return owners.some((owner) => ours.has(owner)) ? code : "issuer_unknown";
}

function fieldsOf(texts) {
  const hidden = /^(proof\.|jwt\.)/;
  const fields = Object.entries(texts).filter(([name]) => !hidden.test(name));
  return Object.fromEntries(fields.map(([name, text]) => [NAMES[name] ?? name, text]));
}

// The names under which a slip has the same.
const NAMES = {
  "course.name": "course_name",
  "course.kind": "course_kind",
  "centre.name": "centre_name",
  hours_earned: "hours",
  valid_from: "issued",
};

function timeOf(logged) {
  return logged === null ? {} : { logged_at: isoOf(logged.at) };
}

function isoOf(moment) {
  return new Date(moment).toISOString();
}
