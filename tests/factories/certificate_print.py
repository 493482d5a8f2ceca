"""A certificate as it goes to the printer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.certificates.document import CertificatePrint

CREDENTIAL_JSON = '{"id":"urn:uuid:1","name":"도시재생 코디네이터 양성교육","escaped":"\\u0022 \\\\ #"}'.encode()

_USUAL = CertificatePrint(
    serial="제 2026-양성-0042호",
    document_number="1234-5678-9012-3450",
    name="김하늘",
    birth_date=date(1990, 5, 17),
    course_name="도시재생 코디네이터 양성교육",
    course_kind="양성교육",
    cohort_name="2026년 상반기 1기",
    started=date(2026, 3, 9),
    ended=date(2026, 4, 27),
    minutes=4770,
    issued=date(2026, 11, 23),
    issuer_name="서울도시재생지원센터",
    head_title="센터장",
    centre_name="서울도시재생교육원",
    verification_url="https://ieum.example.kr/v/0123456789abcdef0123456789abcdef",
)


def certificate_print(**changes: Any) -> CertificatePrint:
    """Answer a usual certificate with some fields changed."""
    return replace(_USUAL, **changes)
