// Finds the files attached to a PDF (ISO 32000-2 §7.11.4). Their streams stand by themselves in the file, whatever else
// is packed together in it, so nothing but them has to be understood.

import { inflateBytes } from "./knowledge.js";

const MOST_BYTES = 256 * 1024;
const ATTACHED = /\/Type\s*\/EmbeddedFile\b/g;
const LONGEST_DICTIONARY = 4096;

export class PdfUnreadable extends Error {}

// Answers the bytes of every attached file. Throws PdfUnreadable for a PDF that is locked or packed in a way that ours
// are not.
export async function attachmentsOf(bytes) {
  // One character for each byte, so that places in the text are places in the file.
  const text = new TextDecoder("latin1").decode(bytes);
  const attached = [...text.matchAll(ATTACHED)].map((found) => streamAround(text, found.index)).filter(Boolean);
  if (!attached.length && /\/Encrypt\s+\d+\s+\d+\s+R/.test(text)) throw new PdfUnreadable();
  return Promise.all(attached.map((stream) => contentsOf(bytes, text, stream)));
}

function streamAround(text, place) {
  const before = text.slice(Math.max(0, place - LONGEST_DICTIONARY), place);
  const object = before.lastIndexOf(" obj");
  const after = /stream\r?\n/.exec(text.slice(place, place + LONGEST_DICTIONARY));
  if (object < 0 || after === null) return null;
  const dictionary = before.slice(object) + text.slice(place, place + after.index);
  return { dictionary, begin: place + after.index + after[0].length };
}

async function contentsOf(bytes, text, { dictionary, begin }) {
  const packed = bytes.subarray(begin, endOf(text, dictionary, begin));
  const filters = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(dictionary)?.[1].match(/\/\w+/g) ?? [];
  if (!filters.length) return packed;
  if (filters.length > 1 || filters[0] !== "/FlateDecode") throw new PdfUnreadable();
  try {
    return await inflateBytes(packed, "deflate", MOST_BYTES);
  } catch {
    throw new PdfUnreadable();
  }
}

function endOf(text, dictionary, begin) {
  const length = /\/Length\s+(\d+)(?!\s+\d+\s+R)\b/.exec(dictionary);
  const said = length === null ? NaN : begin + Number(length[1]);
  if (/^\s*endstream/.test(text.slice(said, said + 12))) return said;
  const end = text.indexOf("endstream", begin);
  return text.slice(0, end).replace(/\r?\n$/, "").length;
}
