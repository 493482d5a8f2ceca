"""Reads a table that is an HTML page or an XML file of Excel 2003 under the limits of the process it runs in.

The encoding is told by a byte order mark, by the zero bytes of UTF-16, by what the bytes can only be, and by what the
page declares where they can be both UTF-8 and CP949. The answer is that of `sheet_worker.py`.
"""

from __future__ import annotations

import codecs
import json
import re
import sys

from app.core import sheet_text
from app.core.sheet_html import read_page
from app.core.sheet_worker import MAX_HIDDEN, Refused, limit_process
from app.core.sheet_xml import read_xml

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_KOREAN = re.compile(rb"euc-?kr|(cp|ms|(x-)?windows-)949|ks_?c_?5601(-1987)?|korean|uhc", re.IGNORECASE)
_SYLLABLE = re.compile("[\uac00-\ud7a3]")
_DIGITS = re.compile(r"(?<!\d)\d{6}-?[1-8]\d{6}(?!\d)", re.ASCII)


def decode(data: bytes) -> str:
    """Answer the text of a page. Raises UndecodableText."""
    for mark, encoding in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if data.lstrip(b" \r\n\t").startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:4096])
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.rstrip(b"\x00")  # What a buffer of the server has left behind the page.
    text = sheet_text.decode(data)
    if declared and _KOREAN.fullmatch(declared[1]) and not _SYLLABLE.search(text):
        try:
            return data.decode("cp949")
        except UnicodeDecodeError:
            return text
    return text


def read(data: bytes, kind: str) -> dict[str, object]:
    """Answer the sheets of a file of the kind `html` or `xml`, and what may be a resident number outside of cells.

    Raises Refused and UndecodableText.
    """
    text = decode(data)
    hidden: list[dict[str, str]]
    if kind == "xml":
        sheets, hidden = read_xml(text)
    else:
        sheets, unseen = read_page(text)
        hidden = [_elsewhere(found) for found in unseen]
    # Whatever no parser has made a text of is searched as it stands.
    hidden += [_elsewhere(match[0]) for match in _DIGITS.finditer(text)]
    return {"sheets": sheets, "hidden": hidden[:MAX_HIDDEN]}


def _elsewhere(text: str) -> dict[str, str]:
    return {"part": "markup", "sheet": "", "cell": "", "text": text}


def main(kind: str) -> int:
    """Read standard input under the limits and answer on standard output."""
    limit_process()
    answer: dict[str, object]
    try:
        answer = read(sys.stdin.buffer.read(), kind)
    except Refused as refusal:
        answer = {"error": refusal.args[0]}
    except sheet_text.UndecodableText:
        answer = {"error": "undecodable"}
    except MemoryError:
        answer = {"error": "rows"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")))
    return 0
