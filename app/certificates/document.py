"""The certificate on paper: one A4 page as PDF/A-3a and PDF/UA-1 with the signed credential inside, or as PNG.

The same input gives the same bytes: the only date in the file is the day of issue.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlsplit

from app.certificates.fonts import missing_glyphs
from app.certificates.ornament import background_svg
from app.certificates.qr import QUIET_ZONE, draw_svg, qr_modules
from app.certificates.seal import seal_svg
from app.certificates.typesetting import typeset
from app.core.errors import Invalid
from app.core.i18n import _l
from app.core.templating import hours_number

AWARD_SENTENCE = "위 사람은 위 교육과정을 성실히 이수하고 수료기준을 갖추었으므로 이 증서를 수여합니다."

_TEMPLATE = "certificate.typ"
_QR_SYMBOL_MM = 35  # without the quiet zone; smaller modules are lost when the paper is copied


class UnprintableText(Invalid):
    """A text holds characters that no font of the certificate has; issuing must wait until it is respelled."""

    def __init__(self, characters: list[str]) -> None:
        self.characters = characters
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in characters)
        super().__init__(
            _l("수료증에 인쇄할 수 없는 글자가 있어요: %(characters)s. 다른 표기로 바꿔 주세요.", characters=named)
        )


@dataclass(frozen=True)
class CertificatePrint:
    """Everything that the paper says, as it was signed.

    `centre_name` taught; `issuer_name` awards and seals, signed by the head whose title is `head_title`.
    `document_number` is in groups; `slip` are the digits that follow the address in the QR code. `trial` marks
    certificates that no one may rely on.
    """

    serial: str
    document_number: str
    name: str
    birth_date: date
    course_name: str
    course_kind: str
    cohort_name: str
    started: date
    ended: date
    minutes: int
    issued: date
    issuer_name: str
    centre_name: str
    verification_url: str
    slip: str | None = None
    head_title: str = ""
    award_sentence: str = AWARD_SENTENCE
    trial: bool = False


def unprintable(certificate: CertificatePrint) -> list[str]:
    """List the characters of a certificate that cannot be printed, so that issuing can be refused in time."""
    texts = (getattr(certificate, field.name) for field in fields(certificate))
    return missing_glyphs("".join(text for text in texts if isinstance(text, str)))


def render_pdf(certificate: CertificatePrint, credential_json: bytes) -> bytes:
    """Render the certificate as PDF/A-3a and PDF/UA-1 with `credential.json` attached byte for byte.

    Raises UnprintableText if a character has no glyph, ValueError if the credential is not UTF-8.
    """
    inputs = _inputs(certificate, credential_json.decode())
    return typeset(_TEMPLATE, inputs, form="pdf")


def render_png(certificate: CertificatePrint, *, dots_per_inch: int = 110) -> bytes:
    """Render the certificate as a picture for the screen: it looks the same and proves nothing.

    Raises UnprintableText if a character has no glyph.
    """
    inputs = _inputs(certificate, "{}")
    return typeset(_TEMPLATE, inputs, form="png", dots_per_inch=dots_per_inch)


def _inputs(certificate: CertificatePrint, credential: str) -> dict[str, str]:
    missing = unprintable(certificate)
    if missing:
        raise UnprintableText(missing)
    url = certificate.verification_url
    modules = qr_modules(url, certificate.slip)
    millimetres = _QR_SYMBOL_MM / len(modules)
    texts = {
        "serial": certificate.serial,
        "document_number": certificate.document_number,
        "name": certificate.name,
        "birth_date": _long_date(certificate.birth_date),
        "course_name": certificate.course_name,
        "cohort_name": certificate.cohort_name,
        "course_kind": certificate.course_kind,
        "period": _period(certificate.started, certificate.ended),
        "hours": f"{hours_number(certificate.minutes)}시간",
        "award_sentence": certificate.award_sentence,
        "issued": _long_date(certificate.issued),
        "issuer_name": certificate.issuer_name,
        "signatory": f"{certificate.issuer_name} {certificate.head_title}".strip(),
        "centre_name": certificate.centre_name,
        "verification_url": url,
        "verification_host": urlsplit(url).netloc,
    }
    printed: dict[str, object] = {key: unicodedata.normalize("NFC", text) for key, text in texts.items()}
    printed["issued_on"] = {
        "year": certificate.issued.year,
        "month": certificate.issued.month,
        "day": certificate.issued.day,
    }
    printed["trial"] = certificate.trial
    printed["quiet_mm"] = round(millimetres * QUIET_ZONE, 3)
    printed["qr_mm"] = round(millimetres * (len(modules) + 2 * QUIET_ZONE), 3)
    return {
        "certificate": json.dumps(printed, ensure_ascii=False, sort_keys=True),
        "credential": credential,
        "background": background_svg(),
        "qr": draw_svg(modules),
        "seal": seal_svg(certificate.issuer_name),
    }


def _long_date(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일"


def _period(started: date, ended: date) -> str:
    return _long_date(started) if started == ended else f"{_long_date(started)} ~ {_long_date(ended)}"
