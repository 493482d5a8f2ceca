"""The QR code on a certificate: a web address for any phone camera, and room for the credential itself.

One code, two uses. The address stands first as bytes; a numeric segment may follow behind `#`, where a browser
keeps it to itself. The same input always gives the same code, because the mask is fixed.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.util import QRData

QUIET_ZONE = 4  # modules on every side, ISO/IEC 18004 §9.1

# Trying all eight masks takes ten times as long as drawing the code. Of the eight this one has the lowest
# mean penalty for verification addresses, with and without digits.
_MASK = 2

Modules = list[list[bool]]


def qr_modules(url: str, digits: str | None = None) -> Modules:
    """Answer the rows of the code from top to bottom, True for dark, without the quiet zone.

    `digits` are appended as a numeric segment behind `url` and `#`. Raises ValueError if they hold anything but
    the digits 0 to 9.
    """
    # With a payload, larger modules read better from paper than more error correction does.
    correction = ERROR_CORRECT_M if digits is None else ERROR_CORRECT_L
    code = QRCode(error_correction=correction, mask_pattern=_MASK, border=0)
    # Each segment takes the densest mode for its characters: bytes for the address, numeric for the digits.
    if digits is None:
        code.add_data(QRData(url), optimize=0)
    else:
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError("the numeric segment of a QR code holds only the digits 0 to 9")
        code.add_data(QRData(f"{url}#"), optimize=0)
        code.add_data(QRData(digits), optimize=0)
    code.make()
    return [[bool(module) for module in row] for row in code.modules]


def qr_svg(url: str, digits: str | None = None) -> str:
    """Draw the code as an SVG of one path, one unit per module, with its quiet zone."""
    return draw_svg(qr_modules(url, digits))


def draw_svg(modules: Modules) -> str:
    """Draw the rows of a code as `qr_svg` does, for callers who need to know its size too."""
    side = len(modules) + 2 * QUIET_ZONE
    runs = "".join(_runs(row, y + QUIET_ZONE) for y, row in enumerate(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{runs}"/></svg>'
    )


def qr_png(url: str, digits: str | None = None, *, module_pixels: int = 8) -> bytes:
    """Draw the code as a black and white PNG with its quiet zone, `module_pixels` wide and high per module."""
    modules = qr_modules(url, digits)
    side = len(modules) + 2 * QUIET_ZONE
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    buffer = BytesIO()
    enlarged = image.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST)
    enlarged.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _runs(row: list[bool], y: int) -> str:
    """Write the dark runs of one row as closed rectangles of a path."""
    parts: list[str] = []
    x = 0
    while x < len(row):
        if not row[x]:
            x += 1
            continue
        start = x
        while x < len(row) and row[x]:
            x += 1
        parts.append(f"M{start + QUIET_ZONE} {y}h{x - start}v1h-{x - start}z")
    return "".join(parts)
