// Reads QR codes from a photo, with the browser's own reader where it has one, and a badge's credential from a PNG.

export class NoReader extends Error {}
export class NoPicture extends Error {}

const KEYWORD = "openbadgecredential";

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

// Answers the credential baked into a PNG (Open Badges 3.0 §5.3.1), or null: uncompressed iTXt, as ours are.
export function bakedIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const text = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 8 + KEYWORD.length));
    if (text === `iTXt${KEYWORD}`) return textOf(bytes.subarray(at + 8 + KEYWORD.length, at + 8 + length));
    at += 12 + length;
  }
  return null;
}

// After the keyword: a zero, no compression (two zeros), language and translated keyword with a zero after each.
function textOf(rest) {
  if (rest[0] !== 0 || rest[1] !== 0 || rest[2] !== 0) return null;
  const language = rest.indexOf(0, 3);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  return translated < 0 ? null : rest.subarray(translated + 1);
}
