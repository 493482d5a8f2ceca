"""From a certificate to its paper: what is printed, and under which name the file is saved."""

from __future__ import annotations

import re

from app.certificates.authority import Authority
from app.certificates.claims import kind_in_words
from app.certificates.document import CertificatePrint
from app.certificates.models import Certificate
from app.core.clock import seoul_date

_NOT_IN_FILENAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def paper_of(certificate: Certificate, authority: Authority) -> CertificatePrint:
    """Answer everything that the paper of this certificate says."""
    return CertificatePrint(
        serial=certificate.serial,
        document_number=certificate.document_number,
        name=certificate.name,
        birth_date=certificate.birth_date,
        course_name=certificate.course_name,
        course_kind=kind_in_words(certificate.course_kind),
        cohort_name=certificate.cohort_name,
        started=certificate.started_on,
        ended=certificate.ended_on,
        minutes=certificate.credited_minutes,
        issued=seoul_date(certificate.issued_at),
        issuer_name=certificate.issuer_name,
        centre_name=certificate.centre_name,
        verification_url=authority.verification_url(certificate.public_id),
        trial=certificate.is_trial,
    )


def file_name(certificate: Certificate, ending: str) -> str:
    """Answer the name of a saved certificate, such as `수료증_2026-양성-0042_홍길동.pdf`."""
    serial = certificate.serial.removeprefix("제 ").removesuffix("호")
    return _NOT_IN_FILENAMES.sub("-", f"수료증_{serial}_{certificate.name}") + f".{ending}"
