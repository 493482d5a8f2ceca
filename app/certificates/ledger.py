"""The issue ledger (발급대장) as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable

from app.certificates.models import Certificate, CertificateStatus
from app.core.clock import seoul_date
from app.core.export import Value, write_csv, write_xlsx
from app.core.i18n import _
from app.core.templating import hours_number
from app.training.models import CourseKind

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write_ledger(certificates: Iterable[Certificate], form: str) -> bytes:
    """Write certificates as XLSX or CSV, in the order given."""
    rows = [_row(c) for c in certificates]
    return write_xlsx(_("발급대장"), _header(), rows) if form == "xlsx" else write_csv(_header(), rows)


def _header() -> list[str]:
    return [
        _("증서번호"),
        _("문서확인번호"),
        _("성명"),
        _("생년월일"),
        _("과정명"),
        _("종류"),
        _("기수"),
        _("교육 시작일"),
        _("교육 종료일"),
        _("이수시간"),
        _("출석률"),
        _("발급일"),
        _("교육기관"),
        _("발급기관"),
        _("상태"),
    ]


def _row(certificate: Certificate) -> list[Value]:
    return [
        certificate.serial,
        certificate.document_number,
        certificate.name,
        certificate.birth_date,
        certificate.course_name,
        str(CourseKind(certificate.course_kind).label),
        certificate.cohort_name,
        certificate.started_on,
        certificate.ended_on,
        float(hours_number(certificate.credited_minutes)),
        float(certificate.attendance_percent),
        seoul_date(certificate.issued_at),
        certificate.centre_name,
        certificate.issuer_name,
        str(CertificateStatus(certificate.status).label),
    ]
