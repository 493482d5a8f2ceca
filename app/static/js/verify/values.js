// The one permitted spelling of single values in a certificate, as the signer has it (credentials/values.py).

import { isSoundText } from "./texts.js";

const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WEB = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::[1-9][0-9]{0,4})?(?:\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/;
const FRAGMENT = /^[A-Za-z0-9._~-]+$/;
const DID = /^did:web:[a-z0-9][a-z0-9.-]*(?:%3A[1-9][0-9]{0,4})?$/;
const INSTANT = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|([+-])(\d\d):(\d\d))$/;
const NUMBER = /^(?:0|[1-9][0-9]{0,7})(?:\.[0-9]?[1-9])?$/;
const LONGEST_IRI = 500;
const MOST_PLACES = 2 ** 31;

export const isUuid = (text) => UUID.test(text);
export const isDid = (text) => text.length <= LONGEST_IRI && DID.test(text);
export const isWebAddress = (text) => text.length <= LONGEST_IRI && WEB.test(text);
export const isNumber = (most) => (text) => NUMBER.test(text) && Number(text) <= most;
export const isYear = (text) => /^(?:19|2[0-9])[0-9]{2}$/.test(text);
export const isPlace = (text) => /^(?:0|[1-9][0-9]{0,9})$/.test(text) && Number(text) < MOST_PLACES;
export const isInstant = (text) => readInstant(text) !== null;
export { isSoundText };

export function isAbsoluteId(text) {
  const [base, ...fragments] = text.split("#");
  const whole = UUID.test(base) || WEB.test(base);
  return text.length <= LONGEST_IRI && whole && fragments.length < 2 && fragments.every((part) => FRAGMENT.test(part));
}

// Answers the milliseconds since 1970 of a time with seconds and a zone, or null for any other spelling.
export function readInstant(text) {
  const parts = INSTANT.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const [zoneHour, zoneMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return null;
  // Without distance to UTC there is one spelling: Z.
  if (parts[7] !== "Z" && zoneHour === 0 && zoneMinute === 0) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(local).toISOString().slice(0, 19) !== text.slice(0, 19)) return null;
  const away = (zoneHour * 60 + zoneMinute) * 60_000;
  return parts[8] === "-" ? local + away : local - away;
}
