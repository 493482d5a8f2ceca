"""Documents that are a ZIP: those of Word (DOCX) and of Hangul (HWPX). Pure.

The archive is exactly one: it begins with its first member and ends with its directory, so that nothing else can be
made of the same bytes. Members are inflated only where they tell something, and up to a limit.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from app.core.errors import Invalid
from app.core.i18n import _l

_MOST_MEMBERS = 2_000
_MOST_DIRECTORY = 512 * 1024
_MOST_INFLATED = 100 * 1024 * 1024
_MOST_READ = 4 * 1024 * 1024
_MOST_RATIO = 200
_SMALL = 1024 * 1024

_UNKNOWN = _l("PDF, DOCX, HWP, HWPX 파일만 받아요. 파일 이름이 아니라 내용을 보고 판단해요.")
_BROKEN = _l("파일이 깨졌거나 다른 것이 섞여 있어요. 프로그램에서 다시 저장해 올려 주세요.")
_BOMB = _l("풀면 지나치게 커지는 파일이라 받지 않아요. 그림을 줄여 다시 저장해 올려 주세요.")
_ENCRYPTED = _l("암호가 걸린 파일은 확인할 수 없어서 받지 않아요. 암호를 풀고 다시 올려 주세요.")
_MACROS = _l("매크로나 다른 파일이 들어 있는 문서예요. 빼고 다시 저장해 올려 주세요.")

_WORD_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_BAD_MEMBER = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/|oleobject|\.(?:bin|exe|dll|js|vbs|bat|cmd|ps1|scr|lnk|jar|hta|html?|svg|ole)$",
    re.IGNORECASE,
)
# What Hangul writes of itself: empty events and the names of its objects.
_EMPTY_SCRIPT = re.compile(r"(?:\s|//[^\r\n]*|var [A-Za-z]\w* = [A-Za-z.]+;|function \w+\(\)|[{}])*", re.ASCII)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


def zip_kind(data: bytes) -> str:
    """Answer `docx` or `hwpx`. Raises `Invalid`."""
    _require_one_archive(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeError, RuntimeError) as error:
        raise Invalid(_BROKEN) from error


def _require_one_archive(data: bytes) -> None:
    end = data.rfind(b"PK\x05\x06")
    # A comment or anything behind the directory could be another file.
    if end < 0 or end != len(data) - 22:
        raise Invalid(_BROKEN)
    members, size, offset = struct.unpack_from("<HLL", data, end + 10)
    if members > _MOST_MEMBERS or size > _MOST_DIRECTORY:
        raise Invalid(_BOMB)
    if offset + size != end or data[offset : offset + 4] != b"PK\x01\x02":
        raise Invalid(_BROKEN)


def _kind(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or len(names) > _MOST_MEMBERS or any(map(_leads_away, names)):
        raise Invalid(_BROKEN)
    if any(member.flag_bits & 1 for member in members):
        raise Invalid(_ENCRYPTED)
    if sum(member.file_size for member in members) > _MOST_INFLATED or any(map(_is_bomb, members)):
        raise Invalid(_BOMB)
    first = min(members, key=lambda member: member.header_offset, default=None)
    if first is None or first.header_offset != 0:
        raise Invalid(_BROKEN)
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return _docx(archive, names)
    if "mimetype" in names and "Contents/header.xml" in names:
        return _hwpx(archive, names)
    raise Invalid(_UNKNOWN)


def _docx(archive: zipfile.ZipFile, names: list[str]) -> str:
    types = _read(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or any(_BAD_MEMBER.search(name) for name in names):
        raise Invalid(_MACROS)
    if _WORD_TYPE not in types:
        raise Invalid(_UNKNOWN)
    for name in names:
        if name.endswith(".rels") and any(map(_fetches, _RELATION.findall(_read(archive, name)))):
            raise Invalid(_MACROS)
        if name.endswith(".xml"):
            _refuse_entities(archive, name)
    return "docx"


def _fetches(relation: bytes) -> bool:
    # A template on this writer's own disk is what Word notes of most documents; one elsewhere would be fetched.
    if re.search(rb"/attachedTemplate[\"']", relation):
        return not re.search(rb"Target\s*=\s*[\"'](?:file:///[A-Za-z]:|[A-Za-z]:|[^\"':/\\]+[\"'])", relation)
    return bool(re.search(rb"/(?:oleObject|frame|subDocument|package|aFChunk)[\"']", relation))


def _hwpx(archive: zipfile.ZipFile, names: list[str]) -> str:
    if _read(archive, "mimetype").strip() != b"application/hwp+zip":
        raise Invalid(_UNKNOWN)
    scripts = [name for name in names if name.startswith("Scripts/")]
    if any(_BAD_MEMBER.search(name) for name in names if name not in scripts):
        raise Invalid(_MACROS)
    if any(not _is_empty_script(_read(archive, name)) for name in scripts):
        raise Invalid(_MACROS)
    for name in names:
        if name.endswith((".xml", ".hpf", ".rdf")):
            _refuse_entities(archive, name)
    return "hwpx"


def _is_empty_script(content: bytes) -> bool:
    encoding = "utf-16" if b"\0" in content[:64] else "utf-8"
    return bool(_EMPTY_SCRIPT.fullmatch(content.decode(encoding, "replace").lstrip("\ufeff")))


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        content = member.read(_MOST_READ + 1)
    if len(content) > _MOST_READ:
        raise Invalid(_BOMB)
    return content


def _refuse_entities(archive: zipfile.ZipFile, name: str) -> None:
    with archive.open(name) as member:
        beginning = member.read(4096)
    if any(word in beginning.replace(b"\0", b"") for word in (b"<!DOCTYPE", b"<!ENTITY")):
        raise Invalid(_BROKEN)


def _leads_away(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\\" in name or ":" in name


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _SMALL and member.file_size > _MOST_RATIO * max(member.compress_size, 1)
