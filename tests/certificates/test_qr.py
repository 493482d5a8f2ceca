"""The QR code, read back by a reader that we did not write."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from app.certificates.qr import QUIET_ZONE, qr_modules, qr_png, qr_svg

URL = "https://ieum.example.kr/v/0123456789abcdef0123456789abcdef"
DIGITS = "0" + "1029384756" * 57 + "00000"


def read(png: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L"))]


@pytest.mark.parametrize(("digits", "expected"), [(None, URL), (DIGITS, f"{URL}#{DIGITS}"), ("0", f"{URL}#0")])
def test_png_reads_as_address_and_digits(digits: str | None, expected: str) -> None:
    assert read(qr_png(URL, digits, module_pixels=4)) == [expected]


def test_digits_are_packed_as_a_numeric_segment() -> None:
    # 628 characters as bytes would need version 16 (81 modules) at level L; packed they fit version 11.
    assert len(qr_modules(URL, DIGITS)) == 61


@pytest.mark.parametrize("digits", ["", "12a", "-1", "１２"])
def test_the_numeric_segment_takes_digits_only(digits: str) -> None:
    with pytest.raises(ValueError, match="only the digits"):
        qr_modules(URL, digits)


def test_png_has_a_quiet_zone_of_four_modules() -> None:
    pixels = 3
    image = Image.open(BytesIO(qr_png(URL, module_pixels=pixels))).convert("L")
    dark = image.point(lambda value: 255 - value).getbbox()
    edge = QUIET_ZONE * pixels
    assert QUIET_ZONE == 4
    assert dark == (edge, edge, image.width - edge, image.height - edge)


def test_svg_draws_exactly_the_modules() -> None:
    modules = qr_modules(URL)
    svg = ElementTree.fromstring(qr_svg(URL))
    side = len(modules) + 2 * QUIET_ZONE
    assert svg.get("viewBox") == f"0 0 {side} {side}"
    paths = svg.findall("{http://www.w3.org/2000/svg}path")
    assert len(paths) == 2
    painted = {
        (int(x) + step - QUIET_ZONE, int(y) - QUIET_ZONE)
        for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", paths[1].get("d", ""))
        for step in range(int(width))
        if width == back
    }
    assert painted == {(x, y) for y, row in enumerate(modules) for x, dark in enumerate(row) if dark}


def test_the_same_input_gives_the_same_code() -> None:
    assert qr_png(URL, DIGITS) == qr_png(URL, DIGITS)
    assert qr_svg(URL) == qr_svg(URL)
    assert qr_svg(URL) != qr_svg(URL + "0")
