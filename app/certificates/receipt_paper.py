"""The receipt on paper: PDF/A-3a with the signed statement attached, under the seal of all our papers."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from app.certificates.bulk_models import VerificationReceipt
from app.certificates.fonts import missing_glyphs
from app.certificates.qr import QUIET_ZONE, draw_svg, qr_modules
from app.certificates.receipt_page import ReceiptLine, ReceiptPage
from app.certificates.receipt_service import ReceiptAnswer, verify_stored_receipt
from app.certificates.receipt_statement import flattened
from app.certificates.seal_keys import paper_seal
from app.certificates.typesetting import typeset
from app.core.clock import SEOUL
from app.core.errors import NotFound, Unavailable
from app.core.i18n import _l, in_language
from app.core.templating import datetime

_TEMPLATE = "receipt.typ"
_QR_MM = 26
_MISSING = "〓"  # What printers set for a letter that they have no type for.


def receipt_file(receipt: VerificationReceipt, form: str) -> bytes:
    """Answer a receipt as `pdf`, `json` or `jwt`, verified. Raises `NotFound` when it has been destroyed."""
    found = verify_stored_receipt(receipt.public_id)
    if found is None or receipt.token is None:
        raise NotFound
    if found.answer is not ReceiptAnswer.GENUINE or found.statement is None:
        raise Unavailable(_l("저장된 확인결과서가 서명한 그대로가 아니에요. 운영기관에 알려 주세요."))
    token = receipt.token.encode()
    if form == "jwt":
        return token
    return flattened(token) if form == "json" else _sealed_pdf(ReceiptPage.of(found.statement), token)


def _sealed_pdf(page: ReceiptPage, token: bytes) -> bytes:
    seal = paper_seal()
    with in_language("ko"):
        printed = typeset(_TEMPLATE, _inputs(page, token), form="pdf")
    return seal.sign(printed, signer_name=page.issuer_name, reason=f"확인결과서 {page.public_id}")


def _inputs(page: ReceiptPage, token: bytes) -> dict[str, str]:
    modules = qr_modules(page.url)
    millimetres = _QR_MM / len(modules)
    signed = page.signed_at.astimezone(SEOUL)
    printed: dict[str, Any] = {
        "id": page.public_id,
        "url": page.url,
        "issuer": _printable(page.issuer_name),
        "organisation": _printable(page.organisation),
        "requested": datetime(page.requested_at),
        "signed": datetime(page.signed_at),
        "signed_on": {"year": signed.year, "month": signed.month, "day": signed.day},
        "trial": page.is_trial,
        "counts": [[str(answer.label), str(count)] for answer, count in page.counts.items()],
        "lines": [_line(line) for line in page.lines],
        "checkpoint": page.checkpoint.strip().splitlines()[:3],
        "qr_mm": round(millimetres * (len(modules) + 2 * QUIET_ZONE), 3),
    }
    return {
        "receipt": json.dumps(printed, ensure_ascii=False, sort_keys=True),
        "statement": flattened(token).decode(),
        "qr": draw_svg(modules),
    }


def _line(line: ReceiptLine) -> dict[str, str]:
    answer = str(line.answer.label)
    what = "수료증" if line.serial else "것"
    same = f" ({line.same_as}번과 같은 {what})" if line.same_as is not None else ""
    return {
        "number": str(line.number),
        "form": str(line.form.label),
        "answer": answer + same,
        "reason": str(line.reason.label),
        "serial": _printable(line.serial),
        "document_number": line.document_number,
        "name": _printable(line.name),
        "checked": datetime(line.checked_at),
        "sha256": line.sha256,
    }


def _printable(text: str) -> str:
    """Answer the text with a sign for each letter that no font of ours has; the attached statement has them all."""
    normal = unicodedata.normalize("NFC", text)
    missing = set(missing_glyphs(normal))
    return "".join(_MISSING if letter in missing else letter for letter in normal)
