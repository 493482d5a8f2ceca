"""Badge images with the credential baked in (Open Badges 3.0 §5.3): PNG and SVG, written and read.

A PNG carries it in an `iTXt` chunk with the keyword `openbadgecredential`, uncompressed (§5.3.1). An SVG carries it
in an element `openbadges:credential` directly after the opening tag of the root, which declares the prefix: JSON as
CDATA, a compact JWS as the attribute `verify` (§5.3.2). The image is only the carrier: what comes out has to be
verified.

Reading is strict and bounded, for our own images. An image holds exactly one credential, of at most 64 KB; a PNG has
sound chunks and checksums; an SVG holds no document type, entity or processing instruction.
"""

import re
import zlib
from collections.abc import Iterator

from credentials.errors import ImageRefused
from credentials.strict_json import MAX_BYTES

MOST_BYTES = 2 * 1024 * 1024
"""Largest image that is read or written, in bytes."""

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 4_096
_TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")
# Keyword, not compressed, method 0, no language, no translated keyword.
_HEAD = KEYWORD + b"\0\0\0\0\0"

_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PREFIX = f' xmlns:openbadges="{NAMESPACE}"'
# Nothing here is tried in a second way (?> … *+), so no image makes it slow.
_ROOT = re.compile(
    r"""\A\ufeff?(?><\?xml [^<>]*\?>)?(?>\s+|<!--(?>.*?-->))*+"""
    r"""<svg(?=[\s>])((?>[^<>"']+|"[^"<]*"|'[^'<]*')*+)>""",
    re.DOTALL,
)
_ELEMENT = re.compile(
    r'<openbadges:credential(?: verify="([^"<]*)"/>|><!\[CDATA\[(.*?)\]\]></openbadges:credential>)', re.S
)
_UNWELCOME = re.compile(r"<!DOCTYPE|<!ENTITY|<\?(?!xml )", re.IGNORECASE)


def bake_png(image: bytes, credential: bytes) -> bytes:
    """Put a credential, JSON or compact JWS in UTF-8, into a PNG, before its last chunk.

    Raises ImageRefused for an image that is no sound PNG, is larger than 2 MB or holds a credential already, and for
    a credential that is larger than 64 KB.
    """
    text = _require_credential(credential)
    chunks = list(_chunks(image))
    if any(_is_ours(kind, data) for kind, data in chunks):
        raise ImageRefused("a PNG that holds a credential already")
    chunks.insert(-1, (b"iTXt", _HEAD + text.encode()))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def extract_png(image: bytes) -> bytes:
    """Take the credential out of a PNG; ImageRefused unless the image is sound and holds exactly one."""
    found = [data for kind, data in _chunks(image) if _is_ours(kind, data)]
    if len(found) != 1:
        raise ImageRefused(f"a PNG with {len(found)} credentials")
    if not found[0].startswith(_HEAD):
        raise ImageRefused("a credential that is compressed or has a language")
    credential = found[0][len(_HEAD) :]
    _require_credential(credential)
    return credential


def bake_svg(image: bytes, credential: bytes) -> bytes:
    """Put a credential, JSON or compact JWS in UTF-8, into an SVG, directly after the opening tag of its root.

    Raises ImageRefused for an image that is no plain SVG, is larger than 2 MB or holds a credential already, and for
    a credential that is larger than 64 KB or does not fit into CDATA.
    """
    text = _require_credential(credential)
    document, root = _svg(image)
    if "openbadges" in document:
        raise ImageRefused("an SVG that holds a credential already")
    if _JWS.fullmatch(text) is not None:
        element = f'<openbadges:credential verify="{text}"/>'
    elif "]]>" in text:
        raise ImageRefused("a credential that does not fit into CDATA")
    else:
        element = f"<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
    inside, after = root.end(1), root.end()
    return (document[:inside] + _PREFIX + ">" + element + document[after:]).encode()


def extract_svg(image: bytes) -> bytes:
    """Take the credential out of an SVG; ImageRefused unless it stands there alone, as `bake_svg` writes it."""
    document, root = _svg(image)
    found = _ELEMENT.match(document, root.end())
    if found is None or not root[1].endswith(_PREFIX):
        raise ImageRefused("an SVG without a credential directly after the opening tag of its root")
    if "openbadges" in root[1].removesuffix(_PREFIX) or "openbadges" in document[found.end() :]:
        raise ImageRefused("an SVG with more than one credential")
    token, text = found.groups()
    if token is not None and _JWS.fullmatch(token) is None:
        raise ImageRefused("what should be a compact JWS is none")
    credential: bytes = (text if token is None else token).encode()
    _require_credential(credential)
    return credential


def _require_credential(credential: bytes) -> str:
    if not credential or len(credential) > MAX_BYTES:
        raise ImageRefused(f"a credential of {len(credential)} bytes; at most {MAX_BYTES}")
    try:
        text = credential.decode()
    except UnicodeDecodeError:
        raise ImageRefused("a credential that is not UTF-8") from None
    if any(character < " " and character not in "\t\n\r" for character in text):
        raise ImageRefused("a credential with control characters")
    return text


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk over the chunks of a PNG: kind and data (PNG 3 §5.3); ImageRefused at the first that is not sound."""
    if len(image) > MOST_BYTES or not image.startswith(_SIGNATURE):
        raise ImageRefused("not a PNG, or larger than 2 MB")
    at, count, kind = len(_SIGNATURE), 0, b""
    while kind != b"IEND":
        length, kind = int.from_bytes(image[at : at + 4], "big"), image[at + 4 : at + 8]
        data, end = image[at + 8 : at + 8 + length], at + 12 + length
        if end > len(image) or count == _MOST_CHUNKS or (kind == b"IHDR") != (count == 0):
            raise ImageRefused("a PNG that ends early, has too many chunks, or has them in the wrong order")
        if image[at:end] != _chunk(kind, data):
            raise ImageRefused("a PNG with a wrong checksum")
        yield kind, data
        at, count = end, count + 1
    if at != len(image):
        raise ImageRefused("a PNG with something after its end")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def _is_ours(kind: bytes, data: bytes) -> bool:
    return kind in _TEXT_CHUNKS and data.partition(b"\0")[0] == KEYWORD


def _svg(image: bytes) -> tuple[str, re.Match[str]]:
    """Decode an SVG and find the opening tag of its root."""
    if len(image) > MOST_BYTES:
        raise ImageRefused("an SVG larger than 2 MB")
    try:
        document = image.decode()
    except UnicodeDecodeError:
        raise ImageRefused("an SVG that is not UTF-8") from None
    root = _ROOT.match(document)
    if root is None or root[1].endswith("/") or not document.rstrip().endswith("</svg>"):
        raise ImageRefused("not an SVG with a root that holds something")
    if _UNWELCOME.search(document) is not None:
        raise ImageRefused("an SVG with a document type, an entity or a processing instruction")
    return document, root
