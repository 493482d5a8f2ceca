// Our templates, as `credentials.portable` gives them: format strings with places `%(name)s`. A document is taken apart
// only if it stands exactly as the format writes it; its canonical N-Quads (RDFC-1.0) are written from what was taken.

import { hexOf, sha256, utf8 } from "./bytes.js";

const PLACE = /%\(([^)]+)\)s/;
const LABEL = { name: "blank", hashed: "_:a", canonical: "_:c14n" };
const compiled = new WeakMap();

// Answers the texts of a document by their names, or null when it is not exactly what the template writes.
export function matchTemplate(template, text) {
  const { pattern, names } = patternOf(template);
  const found = pattern.exec(text);
  if (found === null) return null;
  return Object.fromEntries(names.map((name, place) => [name, unescapeText(found[place + 1])]));
}

// Writes the document again.
export function writeDocument(template, texts) {
  return fill(template.json, escaped(texts));
}

// Writes the canonical N-Quads of the document without its proof, in UTF-8.
export async function writeQuads(template, texts) {
  const values = escaped(texts);
  for (const name of template.numbers) values[`${name}.float`] = canonicalFloat(texts[name]);
  // Subjects are distinct IRIs in ASCII, so sorting the nodes sorts the quads by code point.
  const named = template.named.map((quads) => fill(quads, values)).sort();
  const hashed = await Promise.all(
    template.blank.map(async ({ link, quads }) => {
      const firstDegree = fill(link + quads, { ...values, [LABEL.name]: LABEL.hashed });
      return { hash: hexOf(await sha256(utf8(firstDegree))), quads };
    }),
  );
  hashed.sort((one, other) => (one.hash < other.hash ? -1 : 1));
  const blank = hashed.map(({ quads }, place) => fill(quads, { ...values, [LABEL.name]: LABEL.canonical + place }));
  return utf8([...named, ...blank].join(""));
}

export function fill(format, values) {
  return format
    .split(PLACE)
    .map((piece, place) => (place % 2 ? values[piece] : piece.replaceAll("%%", "%")))
    .join("");
}

// A JSON number in the lexical form that JSON-LD gives it (JSON-LD 1.1 API §8.6): `40`, `4.05E1`.
export function canonicalFloat(spelled) {
  if (!spelled.includes(".")) return spelled;
  const [mantissa, exponent] = Number(spelled).toExponential(15).split("e");
  return `${mantissa.replace(/0+$/, "").replace(/\.$/, ".0")}E${Number(exponent)}`;
}

function escaped(texts) {
  const entries = Object.entries(texts);
  return Object.fromEntries(entries.map(([name, text]) => [name, text.replace(/["\\]/g, "\\$&")]));
}

function unescapeText(text) {
  return text.replace(/\\(["\\])/g, "$1");
}

function patternOf(template) {
  if (!compiled.has(template)) compiled.set(template, compilePattern(template));
  return compiled.get(template);
}

// A text ends at the first quotation mark that is not escaped, so there is one way to take a document apart. What
// stands twice must be equal.
function compilePattern({ json, numbers }) {
  const names = [];
  const pattern = json.split(PLACE).map((piece, place) => {
    if (place % 2 === 0) return piece.replaceAll("%%", "%").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    if (names.includes(piece)) return `(?:\\${names.indexOf(piece) + 1})`;
    names.push(piece);
    return numbers.includes(piece) ? "([0-9.]+)" : '((?:[^"\\\\]|\\\\["\\\\])*)';
  });
  return { pattern: new RegExp(`^${pattern.join("")}$`, "u"), names };
}
