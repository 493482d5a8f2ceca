"""From a certificate to its paper: what is printed, and under which name the file is saved."""

from __future__ import annotations

import re

from app.certificates.authority import Authority
from app.certificates.claims import kind_in_words
from app.certificates.document import CertificatePrint, render_pdf
from app.certificates.log_queries import is_as_issued
from app.certificates.models import Certificate
from app.certificates.seal_keys import paper_seal
from app.core.clock import seoul_date
from app.core.errors import Unavailable
from app.core.i18n import _l
from app.training.models import Cohort

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
        slip=certificate.slip,
        trial=certificate.is_trial,
    )


def sealed_pdf(certificate: Certificate, authority: Authority) -> bytes:
    """Print a certificate and seal it: PDF/A-3 with the credential inside and a PAdES signature over the whole.

    Most of what is printed comes from the row and not from what was signed; so it is printed only where the row is
    as the log tells. Raises `Unavailable` where it is not, and before the worker has made the seal on its first run.
    """
    if not is_as_issued(certificate):
        raise Unavailable(
            _l(
                "저장된 내용이 발급 기록과 달라서 PDF를 만들 수 없어요. 운영기관에 알려 주세요: %(id)s",
                id=certificate.public_id,
            )
        )
    seal = paper_seal()
    printed = render_pdf(paper_of(certificate, authority), certificate.credential)
    return seal.sign(printed, signer_name=certificate.issuer_name, reason=f"수료증 {certificate.serial}")


def archive_name(cohort: Cohort) -> str:
    """Answer the name of a saved archive of papers, such as `수료증_2026-1기.zip`."""
    return _NOT_IN_FILENAMES.sub("-", f"수료증_{cohort.code}") + ".zip"


def file_name(certificate: Certificate, ending: str) -> str:
    """Answer the name of a saved certificate, such as `수료증_2026-양성-0042_홍길동.pdf`."""
    serial = certificate.serial.removeprefix("제 ").removesuffix("호")
    return _NOT_IN_FILENAMES.sub("-", f"수료증_{serial}_{certificate.name}") + f".{ending}"
