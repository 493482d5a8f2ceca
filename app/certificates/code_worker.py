"""Reads the QR codes in a photograph, a scan or a PDF of pictures, under the limits of the process it runs in.

Started by the path of this file, confined (`core/confinement.py`), with the file on standard input. It answers
`{"texts": [...]}`, or `{"error": code}` for what is too large to look at (`too_large`) or no picture (`broken`).
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image

MAX_MEMORY = 1024 * 1024 * 1024
MAX_SECONDS = 15
# A phone's 50-megapixel picture is looked at, what claims to be larger is not even opened.
MAX_PIXELS = 64_000_000
MAX_PAGES = 5
MAX_TEXTS = 5
_MAX_TEXT = 4096
# Codes are found most often when a module has some pixels: neither a whole page of noise nor a blur.
_SIDES = (1800, 3600, 1100)
_PAGE_SIDE = 2400


class Refused(Exception):
    """The file must not be looked at further; the argument is the code of the reason."""


def limit_process() -> None:
    """Give this process an end to its memory and its processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes) -> list[str]:
    """Answer what the QR codes in a file say, each once, in the order of the pages. Raises Refused."""
    pictures = _pages(data) if b"%PDF-" in data[:1024] else iter([_picture(data)])
    return list(dict.fromkeys(text for picture in pictures for text in _texts(picture)))[:MAX_TEXTS]


def _picture(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # Our own limit stands below, and refuses instead of warning.
    try:
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused("too_large")
        picture.draft("L", (_SIDES[1], _SIDES[1]))
        return picture.convert("L")
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused("broken") from error


def _pages(data: bytes) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            longest = max(*page.get_size(), 1.0)
            yield page.render(scale=_PAGE_SIDE / longest, grayscale=True, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError as error:
        raise Refused("broken") from error


def _texts(picture: Image.Image) -> list[str]:
    longest = max(picture.size)
    for side in _SIDES:
        scaled = picture
        if longest > side:
            scaled = picture.copy()
            scaled.thumbnail((side, side), Image.Resampling.LANCZOS)
        codes = zxingcpp.read_barcodes(scaled, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        if found := list(dict.fromkeys(code.text for code in codes if code.text and len(code.text) <= _MAX_TEXT)):
            return found
    return []


def main() -> int:
    """Read standard input under the limits and answer on standard output."""
    limit_process()
    answer: dict[str, object]
    try:
        answer = {"texts": read(sys.stdin.buffer.read())}
    except Refused as refusal:
        answer = {"error": refusal.args[0]}
    except MemoryError:
        answer = {"error": "too_large"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
