// What somebody brings — a file, or what was typed or pasted — becomes one examination or several. Each answer says
// from what it was read: `source` is json, jwt, pdf, badge, code or photo.

import { utf8 } from "./bytes.js";
import { examineJson, examineSlip, examineToken } from "./examine.js";
import { PdfUnreadable, attachmentsOf } from "./pdf.js";
import { NoPicture, NoReader, bakedIntoPng, bakedIntoSvg, codesOf } from "./pictures.js";

const MOST_BYTES = 30 * 1024 * 1024;
const PICTURES = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0x47, 0x49, 0x46], [0x42, 0x4d], [0x52, 0x49, 0x46, 0x46]];
const PNG = PICTURES[1];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const CODE = /^https?:\/\/[^#]*?(?:\/v\/([0-9a-f]{32}))?\/?#([0-9].*)$/;
const ADDRESS = /^https?:\/\//;
const LONGEST_TEXT = 2 * 1024 * 1024;

export async function examineFile(file, known) {
  if (file.size > MOST_BYTES) return [nothing("file_too_large")];
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!bytes.length) return [nothing("empty")];
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-")) return examinePdf(bytes, known);
  const isSvg = /^\s*<(\?xml|svg)\b/.test(new TextDecoder("latin1").decode(bytes.subarray(0, 200)));
  if (!isSvg && (PICTURES.some((start) => begins(bytes, start)) || file.type.startsWith("image/"))) {
    return examinePicture(file, bytes, known);
  }
  if (begins(bytes, ZIP)) return [nothing("archive")];
  if (bytes.length > LONGEST_TEXT || bytes.includes(0)) return [nothing("unknown_kind")];
  const text = new TextDecoder().decode(bytes);
  const baked = isSvg ? bakedIntoSvg(text) : [];
  return baked.length ? examineBadge(baked, known) : examineText(text, known, bytes);
}

// Takes JSON, a JWT, the address from a QR code, or its digits alone, however they were broken over lines.
export async function examineText(text, known, bytes = utf8(text)) {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  const joined = trimmed.replace(/\s+/g, "");
  if (!joined) return [nothing("empty")];
  if (trimmed.startsWith("{")) return [from("json", await examineJson(bytes, known))];
  if (TOKEN.test(joined)) return [from("jwt", await examineToken(joined, known))];
  const addresses = trimmed.split(/\s+(?=https?:\/\/)/);
  if (addresses.length > 1) return (await Promise.all(addresses.map((one) => examineText(one, known)))).flat();
  return [from("code", await examineCode(joined, known))];
}

async function examineCode(said, known) {
  const code = CODE.exec(said);
  if (code !== null) return examineSlip(code[2], code[1] ?? "", known);
  if (ADDRESS.test(said)) return nothing("no_digits");
  const digits = said.replace(/^#/, "");
  return /^[0-9]+$/.test(digits) ? examineSlip(digits, "", known) : nothing("unknown_kind");
}

async function examinePdf(bytes, known) {
  let attached;
  try {
    attached = await attachmentsOf(bytes);
  } catch (error) {
    if (error instanceof PdfUnreadable) return [from("pdf", nothing("pdf_unreadable"))];
    throw error;
  }
  if (!attached.length) return [from("pdf", nothing("no_attachment"))];
  const answers = await Promise.all(attached.map((contents) => examineJson(contents, known)));
  const certificates = answers.filter((answer) => !["not_certificate", "not_json", "not_utf8"].includes(answer.code));
  return certificates.length ? certificates.map((answer) => from("pdf", answer)) : [from("pdf", nothing("no_certificate_in_pdf"))];
}

async function examinePicture(file, bytes, known) {
  const baked = begins(bytes, PNG) ? bakedIntoPng(bytes) : [];
  if (baked.length) return examineBadge(baked, known);
  try {
    const codes = await codesOf(file);
    if (!codes.length) return [from("photo", nothing("no_code"))];
    return Promise.all(codes.map(async (said) => from("photo", await examineCode(said.trim(), known))));
  } catch (error) {
    if (error instanceof NoReader) return [from("photo", nothing("no_reader"))];
    if (error instanceof NoPicture) return [from("photo", nothing("no_picture"))];
    throw error;
  }
}

async function examineBadge(baked, known) {
  const answers = await Promise.all(baked.map((text) => examineText(text, known)));
  return answers.flat().map((answer) => from("badge", answer));
}

function begins(bytes, start) {
  return start.every((byte, place) => bytes[place] === byte);
}

function nothing(code) {
  return { state: "unknown", code, fields: null, source: "" };
}

function from(source, answer) {
  return { ...answer, source };
}
