"""The answers of a bulk verification as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.certificates.bulk_fields import DATES, NAMES, NUMBERS
from app.certificates.bulk_models import BulkVerificationItem
from app.core.export import Value, write_csv, write_xlsx
from app.core.i18n import _
from app.core.templating import datetime


def write_answers(items: Iterable[BulkVerificationItem], form: str) -> bytes:
    """Write items as XLSX or CSV, in the order given."""
    rows = [_row(item) for item in items]
    return write_xlsx(_("일괄 진위확인"), _header(), rows) if form == "xlsx" else write_csv(_header(), rows)


def _header() -> list[str]:
    found = [_("번호"), _("형태"), _("파일 이름이나 번호"), _("결과"), _("설명"), _("같은 것의 번호"), _("확인한 때")]
    return [*found, *(str(label) for label in NAMES.values()), _("파일의 SHA-256")]


def _row(item: BulkVerificationItem) -> list[Value]:
    fields = item.fields or {}
    return [
        item.position,
        str(item.sent_as.label),
        item.label,
        str(item.verdict.label) if item.verdict is not None else "",
        str(item.why.label),
        item.same_as,
        datetime(item.checked_at),
        *(_value(name, fields.get(name, "")) for name in NAMES),
        item.sha256 or "",
    ]


def _value(name: str, text: str) -> Value:
    if text and name in DATES:
        return date.fromisoformat(text)
    return float(text) if text and name in NUMBERS else text
