"""What an uploaded file is, by its content and never by its name; what could do harm is refused. Pure.

Nothing is opened as a program would open it. A PDF is searched, its object streams inflated up to a limit; a document
of Word or Hangul is a ZIP whose list of members is read and whose few telling members are inflated up to a limit; an
HWP file is a compound file whose directory is read. Whatever cannot be looked into (encrypted, filtered otherwise) is
refused: nobody here could say that it is harmless.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

from app.core.errors import Invalid
from app.core.i18n import _l
from app.jobs.applying.application_zip_check import zip_kind
from app.jobs.applying.compound_file import SIGNATURE, CompoundFile, NotCompound

MAX_BYTES = 10 * 1024 * 1024
KINDS = ("pdf", "docx", "hwp", "hwpx")
MIMETYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "hwp": "application/x-hwp",
    "hwpx": "application/hwp+zip",
}
_MOST_INFLATED = 48 * 1024 * 1024

_UNKNOWN = _l("PDF, DOCX, HWP, HWPX 파일만 받아요. 파일 이름이 아니라 내용을 보고 판단해요.")
_TOO_LARGE = _l("너무 커요. 파일 하나는 10MB까지 올릴 수 있어요.")
_EMPTY = _l("빈 파일이에요.")
_BROKEN = _l("파일이 깨졌거나 다른 것이 섞여 있어요. 프로그램에서 다시 저장해 올려 주세요.")
_ENCRYPTED = _l("암호가 걸린 파일은 확인할 수 없어서 받지 않아요. 암호를 풀고 다시 올려 주세요.")
_ACTIVE = _l(
    "실행되는 내용(스크립트, 첨부, 서식 전송)이 든 PDF예요. 인쇄하듯 PDF로 다시 저장해 올려 주세요. "
    "이음의 수료증은 올리지 않고 목록에서 고르면 돼요."
)
_SCRIPTED = _l("스크립트나 다른 파일이 들어 있는 한글 문서예요. 빼고 다시 저장해 올려 주세요.")

_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n \t%]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream[ \t]*(?:\r\n|\r|\n)")
_FOREIGN = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|\?php)\b", re.IGNORECASE)
_LONG = (
    rb"JavaScript|Launch|EmbeddedFiles?|FileAttachment|Filespec|RichMedia|Rendition|ImportData|SubmitForm|GoToE|GoToR"
)
_SHORT = rb"JS|EF|XFA|Movie|Sound"
_NAME_ENDS = rb"(?![A-Za-z0-9_.\-])"
_HARMFUL = re.compile(rb"/(?:" + _LONG + rb"|" + _SHORT + rb")" + _NAME_ENDS)
# Binary data can hold two letters behind a slash by chance; longer names it does not.
_HARMFUL_ANYWHERE = re.compile(rb"/(?:" + _LONG + rb")" + _NAME_ENDS)
_ENCRYPT = re.compile(rb"/Encrypt" + _NAME_ENDS)
_PACKED_PLAINLY = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])" + _NAME_ENDS)


def kind_of(data: bytes) -> str:
    """Answer `pdf`, `docx`, `hwp` or `hwpx`. Raises `Invalid` for anything else, with what to do."""
    if not data:
        raise Invalid(_EMPTY)
    if len(data) > MAX_BYTES:
        raise Invalid(_TOO_LARGE)
    for beginning, look in _LOOKS:
        if data.startswith(beginning):
            return look(data)
    raise Invalid(_UNKNOWN)


def _pdf(data: bytes) -> str:
    if not _HEADER.match(data):
        raise Invalid(_UNKNOWN)
    # Anything behind the end could be another file; writers leave no more than blanks and line ends there.
    if b"startxref" not in data[-2048:] or not data.rstrip(b" \t\r\n\0").endswith(b"%%EOF"):
        raise Invalid(_BROKEN)
    if _FOREIGN.search(data[:4096]):
        raise Invalid(_BROKEN)
    # Names may be written with escapes: /J#61vaScript.
    plain = _named(data)
    if _ENCRYPT.search(plain):
        raise Invalid(_ENCRYPTED)
    if _HARMFUL_ANYWHERE.search(plain) or _HARMFUL.search(_outside_of_streams(plain)):
        raise Invalid(_ACTIVE)
    if any(_HARMFUL.search(_named(objects)) for objects in _object_streams(data)):
        raise Invalid(_ACTIVE)
    return "pdf"


def _named(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _outside_of_streams(data: bytes) -> bytes:
    """Answer the file without what stands in its streams; each stream ends at the first `endstream`."""
    parts, at = [], 0
    for begin in _STREAM.finditer(data):
        if begin.start() < at:
            continue
        end = data.find(b"endstream", begin.end())
        if end < 0:
            break
        parts.append(data[at : begin.end()])
        at = end
    return b"".join([*parts, data[at:]])


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Inflate whatever may be a stream of objects. Raises `Invalid` for one packed in another way, or too well."""
    left, before = _MOST_INFLATED, 0
    for begin in _STREAM.finditer(data):
        # All that was said since the last stream counts: a file decides by itself where its objects begin.
        said, before = _named(data[before : begin.start()]), begin.end()
        if b"/ObjStm" not in said:
            continue
        if b"/Filter" not in said:
            yield data[begin.end() : data.find(b"endstream", begin.end())]
            continue
        if not _PACKED_PLAINLY.search(said) or b"/Predictor" in said or b"/Crypt" in said:
            raise Invalid(_BROKEN)
        objects = _inflate(data[begin.end() :], left)
        left -= len(objects)
        yield objects


def _inflate(packed: bytes, most: int) -> bytes:
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(packed, max(most, 1))
    except zlib.error as error:
        raise Invalid(_BROKEN) from error
    if len(plain) >= most:
        raise Invalid(_BROKEN)
    return plain


def _hwp(data: bytes) -> str:
    try:
        file = CompoundFile(data)
        header = next((e for e in file.entries if e.kind == 2 and e.name == "FileHeader"), None)
        said = file.read(header) if header is not None else b""
    except NotCompound as error:
        raise Invalid(_BROKEN) from error
    if not said.startswith(b"HWP Document File") or len(said) < 40:
        raise Invalid(_UNKNOWN)
    flags = int.from_bytes(said[36:40], "little")
    if flags & 0b10 or flags & 0b10000:
        raise Invalid(_ENCRYPTED)
    names = [entry.name for entry in file.entries]
    if flags & 0b1000 or any(_harmful_in_hwp(name) for name in names):
        raise Invalid(_SCRIPTED)
    return "hwp"


def _harmful_in_hwp(name: str) -> bool:
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    return ending in ("ole", "eps", "ps", "exe", "js", "vbs", "bat", "cmd", "scr", "lnk") or name in (
        "VBA",
        "_VBA_PROJECT",
        "Macros",
    )


_LOOKS: tuple[tuple[bytes, Callable[[bytes], str]], ...] = (
    (b"%PDF-", _pdf),
    (b"PK\x03\x04", zip_kind),
    (SIGNATURE, _hwp),
)
