"""What a file is, by its content alone, and where in it the thing to be verified stands. Pure: bytes in.

Nothing is opened that could grow: a PDF is searched for its attachments (`bulk_pdf`), a picture for its badge, both
up to a limit; archives, workbooks and web pages are named and left shut.
"""

from __future__ import annotations

import binascii
import json
import re
from dataclasses import dataclass, field

from app.certificates.bulk_answers import Form, Reason
from app.certificates.bulk_pdf import PdfUnreadable, attachments
from app.certificates.receipt_statement import is_receipt
from credentials import ImageRefused, extract_png, extract_svg

MOST_JSON = 64 * 1024
MOST_JWT = 128 * 1024
_BLANK = b" \t\r\n\xef\xbb\xbf"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"ALZ\x01", b"EGGA", b"BZh")
_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_JWT = re.compile(rb"[A-Za-z0-9_-]{2,}+\.[A-Za-z0-9_-]{2,}+\.[A-Za-z0-9_-]{2,}+")


@dataclass(frozen=True)
class Document:
    """One document: its form, and either what has to be verified or the reason why nothing could be read."""

    form: Form
    content: bytes = field(default=b"", repr=False)
    problem: Reason = Reason.NONE

    @property
    def is_token(self) -> bool:
        """Whether the content is a VC-JWT and not JSON."""
        return _JWT.fullmatch(self.content) is not None


def may_show_a_code(data: bytes, document: Document) -> bool:
    """Tell whether this is a photograph, or a PDF of pictures, in which a QR code may be found."""
    if document.problem is Reason.PICTURE:
        return data.startswith((_PNG, _JPEG))
    return document.problem is Reason.NO_ATTACHMENT


def recognise(data: bytes) -> Document:
    """Tell what a file is and take the credential out of it."""
    begins = data[:1024].lstrip(_BLANK)
    if not begins:
        return Document(Form.OTHER, problem=Reason.EMPTY)
    if b"%PDF-" in data[:1024]:
        return _from_pdf(data)
    if data.startswith(_PNG):
        return _from_picture(data, Form.BADGE)
    if begins.startswith(_ARCHIVES):
        return Document(Form.OTHER, problem=Reason.ARCHIVE)
    if begins.startswith(_PICTURES):
        return Document(Form.OTHER, problem=Reason.PICTURE)
    if begins.startswith(b"<"):
        is_drawing = b"<svg" in data[:4096]
        return _from_picture(data, Form.BADGE) if is_drawing else Document(Form.OTHER, problem=Reason.WEB_PAGE)
    return _from_text(data)


def _from_pdf(data: bytes) -> Document:
    try:
        found = attachments(data)
    except PdfUnreadable:
        return Document(Form.PDF, problem=Reason.PDF_UNREADABLE)
    if not found:
        return Document(Form.PDF, problem=Reason.NO_ATTACHMENT)
    readings = [_from_text(content) for content in found]
    first = next((r for r in readings if r.problem is Reason.NONE), readings[0])
    return Document(Form.PDF, first.content, first.problem)


def _from_picture(data: bytes, form: Form) -> Document:
    try:
        credential = extract_png(data) if data.startswith(_PNG) else extract_svg(data)
    except ImageRefused:
        return Document(form, problem=Reason.PICTURE)
    return Document(form, credential)


def _from_text(data: bytes) -> Document:
    text = data.strip(_BLANK)
    if text.startswith(b"{"):
        form, most = Form.JSON, MOST_JSON
    elif _JWT.fullmatch(text):
        form, most = Form.JWT, MOST_JWT
    else:
        return Document(Form.OTHER, problem=Reason.UNKNOWN_KIND)
    if is_receipt(text):
        return Document(form, problem=Reason.RECEIPT)
    if len(text) > most:
        return Document(form, problem=Reason.TOO_LARGE)
    if form is Form.JSON and not _looks_like_a_credential(text):
        return Document(form, problem=Reason.NOT_A_CERTIFICATE)
    return Document(form, text)


def _looks_like_a_credential(text: bytes) -> bool:
    # Broken JSON of ours names what it once was; whatever names neither was never a certificate.
    return b'"credentialSubject"' in text or b'"proof"' in text


def issuer_named(document: Document) -> str:
    """Answer whom a document calls its issuer, unverified: only to tell what is not ours from what is not true."""
    text = document.content
    try:
        if document.is_token:
            text = _payload(text)
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    issuer = (found.get("issuer") or found.get("iss")) if isinstance(found, dict) else None
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else ""


def id_named(token: bytes) -> str:
    """Answer the id that a token gives itself, unverified; empty when it gives none."""
    try:
        found = json.loads(_payload(token))
    except (ValueError, RecursionError):
        return ""
    named = found.get("jti") if isinstance(found, dict) else None
    return named if isinstance(named, str) else ""


def _payload(token: bytes) -> bytes:
    from_url = token.split(b".")[1].translate(bytes.maketrans(b"-_", b"+/"))
    return binascii.a2b_base64(from_url + b"=" * (-len(from_url) % 4))
