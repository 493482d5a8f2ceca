"""Credentials baked into images: others find them, and altered images yield nothing."""

import io
import time
import zlib
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib import baking
from PIL import Image

from credentials import (
    ImageRefused,
    Outcome,
    bake_png,
    bake_svg,
    extract_png,
    extract_svg,
    sign_jwt,
)
from tests.credentials.examples import CLAIMS, ISSUED, KEY, issue, look

JSON = issue()
TOKEN = sign_jwt(CLAIMS, KEY, ISSUED)
BOTH = pytest.mark.parametrize("credential", [JSON, TOKEN], ids=["JSON", "JWS"])
SVG = """<?xml version="1.0" encoding="UTF-8"?>
<!-- 배지 --><svg xmlns="http://www.w3.org/2000/svg" viewBox='0 0 9 9'><path d="M0 0"/></svg>
""".encode()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(file, "PNG")
    return file.getvalue()


PNG = png()


@BOTH
def test_a_png_gives_back_what_was_baked(credential: bytes) -> None:
    baked = bake_png(PNG, credential)
    assert extract_png(baked) == credential
    assert baking.extract_png(baked, keyword=baking.ITXT_KEYWORD_OB3) == credential.decode()
    with Image.open(io.BytesIO(baked)) as image, Image.open(io.BytesIO(PNG)) as before:
        assert image.tobytes() == before.tobytes()
        assert image.info["openbadgecredential"] == credential.decode()


@BOTH
def test_an_svg_gives_back_what_was_baked(credential: bytes) -> None:
    baked = bake_svg(SVG, credential)
    assert extract_svg(baked) == credential
    found = baking.extract_svg(baked, element=baking.SVG_ELEMENT_OB3, text_fallback=True)
    assert found == credential.decode()
    first = next(iter(ElementTree.fromstring(baked)))
    assert first.tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert (first.get("verify"), first.text) == (
        (None, JSON.decode()) if credential == JSON else (TOKEN.decode(), None)
    )


def test_what_comes_out_verifies() -> None:
    assert look(extract_png(bake_png(PNG, JSON))).outcome is Outcome.VALID
    assert look(extract_svg(bake_svg(SVG, JSON))).outcome is Outcome.VALID


def test_what_others_bake_into_a_png_is_read() -> None:
    other = baking.bake_png(PNG, JSON.decode(), keyword=baking.ITXT_KEYWORD_OB3)
    assert extract_png(other) == JSON


def test_every_flipped_byte_of_a_png_is_refused_or_shows() -> None:
    baked = bake_png(PNG, JSON)
    for place in range(len(baked)):
        altered = baked[:place] + bytes([baked[place] ^ 1 << place % 8]) + baked[place + 1 :]
        with pytest.raises(ImageRefused):
            extract_png(altered)


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


END = chunk(b"IEND", b"")
OURS = b"openbadgecredential\0"


def before_end(*chunks: bytes) -> Callable[[], bytes]:
    return lambda: PNG.removesuffix(END) + b"".join(chunks) + END


BAD_PNG: dict[str, Callable[[], bytes]] = {
    "none": lambda: PNG,
    "two": before_end(*[chunk(b"iTXt", OURS + b"\0\0\0\0" + JSON)] * 2),
    "compressed": before_end(chunk(b"iTXt", OURS + b"\1\0\0\0" + zlib.compress(JSON))),
    "compressed, a bomb": before_end(chunk(b"iTXt", OURS + b"\1\0\0\0" + zlib.compress(bytes(10**7)))),
    "in zTXt": before_end(chunk(b"zTXt", OURS + b"\0" + zlib.compress(JSON))),
    "in tEXt": before_end(chunk(b"tEXt", OURS + b"x")),
    "one in tEXt beside": before_end(chunk(b"iTXt", OURS + b"\0\0\0\0" + JSON), chunk(b"tEXt", OURS + b"x")),
    "with a language": before_end(chunk(b"iTXt", OURS + b"\0\0ko\0\0" + JSON)),
    "with a translated keyword": before_end(chunk(b"iTXt", OURS + b"\0\0\0x\0" + JSON)),
    "empty": before_end(chunk(b"iTXt", OURS + b"\0\0\0\0")),
    "not UTF-8": before_end(chunk(b"iTXt", OURS + b"\0\0\0\0\xff")),
    "with a zero byte": before_end(chunk(b"iTXt", OURS + b"\0\0\0\0a\0b")),
    "larger than 64 KB": before_end(chunk(b"iTXt", OURS + b"\0\0\0\0" + b"x" * 65_537)),
    "after the end": lambda: PNG + chunk(b"iTXt", OURS + b"\0\0\0\0" + JSON),
    "cut short": lambda: bake_png(PNG, JSON)[:-5],
    "a length beyond the end": before_end(b"\xff\xff\xff\xffiTXt"),
    "no header": lambda: PNG[:8] + PNG[33:],
    "the header twice": lambda: PNG[:33] + PNG[8:],
    "too many chunks": before_end(chunk(b"teSt", b"") * 5_000),
    "too large": before_end(chunk(b"teSt", bytes(3_000_000))),
    "something else": lambda: b"GIF89a" + bytes(100),
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", BAD_PNG)
def test_the_png_is_refused(name: str) -> None:
    with pytest.raises(ImageRefused):
        extract_png(BAD_PNG[name]())


BAKED = bake_svg(SVG, JSON).decode()
ELEMENT = BAKED[BAKED.index("<openbadges:credential") : BAKED.index("<path")]
BAD_SVG: dict[str, str] = {
    "none": SVG.decode(),
    "two": BAKED.replace(ELEMENT, ELEMENT * 2),
    "one in a comment beside": BAKED.replace("<path", f"<!--{ELEMENT}--><path"),
    "deeper": BAKED.replace(ELEMENT, f"<g>{ELEMENT}</g>"),
    "at the end": BAKED.replace(ELEMENT, "").replace("</svg>", f"{ELEMENT}</svg>"),
    "another namespace": BAKED.replace("/ob/v3p0", "/ob/v3p1"),
    "no namespace": BAKED.replace(' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"', ""),
    "text without CDATA": BAKED.replace("<![CDATA[", "").replace("]]>", ""),
    "both forms": BAKED.replace("<openbadges:credential>", '<openbadges:credential verify="a.b.c">'),
    "verify that is no JWS": BAKED.replace(ELEMENT, '<openbadges:credential verify="{}"/>'),
    "an empty one": BAKED.replace(ELEMENT, "<openbadges:credential><![CDATA[]]></openbadges:credential>"),
    "a document type": BAKED.replace("<!-- 배지 -->", '<!DOCTYPE svg [<!ENTITY a "b">]>'),
    "a document type in small letters": BAKED.replace("<!-- 배지 -->", "<!doctype svg>"),
    "a processing instruction": BAKED.replace("<path", "<?php ?><path"),
    "cut short": BAKED[:-10],
    "something before the root": "x" + BAKED,
    "larger than 64 KB": BAKED.replace(ELEMENT, ELEMENT.replace("{", "{" + " " * 65_536, 1)),
    "too large": BAKED.replace("<path", "<!--" + "x" * 2_100_000 + "--><path"),
    "HTML": "<html></html>",
    "nothing": "",
}


@pytest.mark.parametrize("name", BAD_SVG)
def test_the_svg_is_refused(name: str) -> None:
    assert BAD_SVG[name] != BAKED
    with pytest.raises(ImageRefused):
        extract_svg(BAD_SVG[name].encode())


def test_an_svg_in_another_encoding_is_refused() -> None:
    with pytest.raises(ImageRefused):
        extract_svg(BAKED.encode("utf-16"))


@pytest.mark.parametrize(
    "credential", [b"", b"\xff", b"a\0b", b"x" * 65_537], ids=["empty", "not UTF-8", "zero byte", "too large"]
)
def test_only_credentials_are_baked(credential: bytes) -> None:
    for bake, image in ((bake_png, PNG), (bake_svg, SVG)):
        with pytest.raises(ImageRefused):
            bake(image, credential)


def test_nothing_is_baked_twice_or_into_anything_else() -> None:
    for bake, image in ((bake_png, PNG), (bake_svg, SVG)):
        for wrong in (bake(image, JSON), image[:-3], b"", b"x" + image):
            with pytest.raises(ImageRefused):
                bake(wrong, TOKEN)
    with pytest.raises(ImageRefused, match="CDATA"):
        bake_svg(SVG, b'{"a":"]]>"}')
    with pytest.raises(ImageRefused):
        bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"/>', JSON)


@pytest.mark.parametrize(
    "head", ["<!-- -->" * 60_000, "<!--" * 100_000, "<svg " + " " * 400_000, "<svg " + "a='" * 100_000, " " * 400_000]
)
def test_no_image_takes_long(head: str) -> None:
    began = time.process_time()
    with pytest.raises(ImageRefused):
        extract_svg(head.encode())
    assert time.process_time() - began < 1


@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    for extract, image in (
        (extract_png, data),
        (extract_png, PNG[:33] + data),
        (extract_svg, data),
        (extract_svg, b"<svg>" + data + b"</svg>"),
    ):
        with pytest.raises(ImageRefused):
            extract(image)
