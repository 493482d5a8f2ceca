// Reads QR codes from a photo, with the browser's own reader where it has one, and the credential from a badge's image.

export class NoReader extends Error {}
export class NoPicture extends Error {}

const KEYWORD = "openbadgecredential";
const ELEMENT = /<openbadges:credential(?: verify="([^"]*)"\/>|><!\[CDATA\[(.*?)\]\]><\/openbadges:credential>)/gs;

// Answers what every QR code in the picture says. Throws NoReader where the browser cannot read codes, NoPicture for
// what it cannot open.
export async function codesOf(file) {
  const kinds = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (!kinds.includes("qr_code")) throw new NoReader();
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new NoPicture();
  }
  const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
  return found.map((code) => code.rawValue);
}

// Answers the credentials baked into a PNG (Open Badges 3.0 §5.3.1): uncompressed iTXt, as ours are.
export function bakedIntoPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const chunk = bytes.subarray(at + 4, at + 8 + view.getUint32(at));
    const start = new TextDecoder("latin1").decode(chunk.subarray(0, 4 + KEYWORD.length));
    if (start === `iTXt${KEYWORD}`) found.push(textOf(chunk.subarray(start.length)));
  }
  return found.filter((text) => text !== null);
}

// Answers those baked into an SVG (§5.3.2): JSON as CDATA, a JWT as an attribute.
export function bakedIntoSvg(text) {
  return [...text.matchAll(ELEMENT)].map(([, token, json]) => token ?? json);
}

// After the keyword: a zero, no compression (two zeros), language and translated keyword with a zero after each.
function textOf(rest) {
  if (rest[0] !== 0 || rest[1] !== 0 || rest[2] !== 0) return null;
  const language = rest.indexOf(0, 3);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  return translated < 0 ? null : new TextDecoder().decode(rest.subarray(translated + 1));
}
