"""Finds the files attached to a PDF (ISO 32000-2 §7.11.4), without reading the PDF.

An attached file's stream stands by itself in the file, whatever else is packed together in it, so nothing but such
streams has to be understood. Everything is searched for once, forwards, and inflated up to a limit.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

MOST_ATTACHMENTS = 4
MOST_BYTES = 256 * 1024
_LONGEST_DICTIONARY = 4096
_MARK = re.compile(rb"/Type\s{0,8}/EmbeddedFile(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")
_LENGTH = re.compile(rb"/Length\s{1,8}(\d{1,9})(?!\d|\s{1,8}\d{1,9}\s{1,8}R)")
_FILTER = re.compile(rb"/Filter\s{0,8}(?:\[([^\]]{0,80})\]|/(\w{1,40}))")
_LOCKED = re.compile(rb"/Encrypt\s{1,8}\d{1,9}\s{1,8}\d{1,9}\s{1,8}R")


class PdfUnreadable(Exception):
    """The PDF is locked, or its attachments are packed as ours never are."""


def attachments(pdf: bytes) -> list[bytes]:
    """Answer what is attached, the first four at most. Raises `PdfUnreadable`."""
    if _LOCKED.search(pdf):
        raise PdfUnreadable
    return list(_attachments(pdf))


def _attachments(pdf: bytes) -> Iterator[bytes]:
    for count, mark in enumerate(_MARK.finditer(pdf)):
        if count == MOST_ATTACHMENTS:
            return
        begins = pdf.rfind(b" obj", max(0, mark.start() - _LONGEST_DICTIONARY), mark.start())
        stream = _STREAM.search(pdf, mark.end(), mark.end() + _LONGEST_DICTIONARY)
        if begins < 0 or stream is None:
            continue
        yield _contents(pdf, pdf[begins : stream.start()], stream.end())


def _contents(pdf: bytes, dictionary: bytes, begin: int) -> bytes:
    packed = pdf[begin : _end(pdf, dictionary, begin)]
    found = _FILTER.search(dictionary)
    filters = re.findall(rb"\w+", found[1] or found[2]) if found is not None else []
    if not filters:
        return packed[: MOST_BYTES + 1]
    if filters != [b"FlateDecode"]:
        raise PdfUnreadable
    try:
        return zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise PdfUnreadable from error


def _end(pdf: bytes, dictionary: bytes, begin: int) -> int:
    said = _LENGTH.search(dictionary)
    if said is not None:
        end = begin + int(said[1])
        if pdf[end : end + 12].lstrip(b"\r\n").startswith(b"endstream"):
            return end
    end = pdf.find(b"endstream", begin)
    return end if end >= 0 else len(pdf)
