"""All papers of a cohort in one ZIP: for the ceremony, when a centre prints and hands out everybody's certificate.

Each paper stays a file of its own, since one file to print them all would break every seal. They are made one by one
while the archive is sent, so it takes the memory of one paper and the browser sees it grow. What is known to fail is
asked for before the first byte. What fails later breaks the archive off: without its directory, which comes last, no
program takes it for one, and an archive that opens is complete.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from threading import BoundedSemaphore
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import Flask

from app.certificates import keys, queries
from app.certificates.authority import Authority, this_authority
from app.certificates.document import UnprintableText, unprintable
from app.certificates.log_queries import is_as_issued
from app.certificates.models import Certificate, CertificateStatus
from app.certificates.paper import file_name, paper_of, sealed_pdf
from app.certificates.seal_keys import paper_seal
from app.certificates.verification_service import has_lost_its_key
from app.core.clock import SEOUL
from app.core.db import one_snapshot
from app.core.errors import Conflict, DomainError, TooMany
from app.core.i18n import Text, _l
from app.training.models import Cohort

MOST_AT_ONCE = 2
_RETRY_SECONDS = 30
_MOST_NAMED = 10
_places = BoundedSemaphore(MOST_AT_ONCE)


def archive_of(app: Flask, cohort: Cohort, at: datetime) -> Generator[bytes, None, None]:
    """Answer the ZIP of a cohort's papers in parts, which are made while they are taken.

    Every archive that is being sent holds a thread of the server and sets papers all the while. Raises `TooMany`
    while `MOST_AT_ONCE` are under way in this process, and what `papers_to_send` raises.
    """
    if not _places.acquire(blocking=False):
        raise TooMany(
            _l("지금 다른 수료증 ZIP을 만들어 보내고 있어요. 잠시 뒤에 다시 내려받아 주세요."), _RETRY_SECONDS
        )
    parts = _in_its_place(app, cohort, at)
    # Once begun, it gives its place back however it ends: read to the end, closed, or dropped unread.
    next(parts)
    return parts


def _in_its_place(app: Flask, cohort: Cohort, at: datetime) -> Generator[bytes, None, None]:
    try:
        public_ids = papers_to_send(cohort, at)
        yield b""
        yield from write_archive(app, public_ids)
    finally:
        _places.release()


def papers_to_send(cohort: Cohort, at: datetime) -> list[str]:
    """Answer the public ids of a cohort's certificates that hold, in the order of their serials.

    Raises `Conflict` when there is none, or when a paper of theirs cannot be made: it names everybody concerned, as
    an archive without them would look complete. Raises `Unavailable` before the worker has made the seal.
    """
    certificates = queries.holding(cohort)
    if not certificates:
        raise Conflict(_l("내려받을 수료증이 없어요. 유효한 수료증만 ZIP에 담아요."))
    paper_seal()
    authority = this_authority()
    any_revoked = any(key.revoked is not None for key in keys.verification_keys().credentials.values())
    problems = [
        (certificate, why)
        for certificate in certificates
        if (why := _why_not(certificate, authority, at, any_revoked=any_revoked)) is not None
    ]
    if problems:
        raise Conflict(_refusal(problems))
    return [certificate.public_id for certificate in certificates]


def _why_not(certificate: Certificate, authority: Authority, at: datetime, *, any_revoked: bool) -> Text | None:
    """Tell why the paper of a certificate cannot be made; None when it can."""
    if any_revoked and has_lost_its_key(certificate, at):
        return _l("서명한 키가 폐지됨")
    if not is_as_issued(certificate):
        return _l("저장된 내용이 발급 기록과 다름")
    missing = unprintable(paper_of(certificate, authority))
    return UnprintableText(missing).message if missing else None


def _refusal(problems: Sequence[tuple[Certificate, Text]]) -> Text:
    named = "; ".join(f"{c.serial} {c.name}: {why}" for c, why in problems[:_MOST_NAMED])
    return _l(
        "PDF를 만들 수 없는 수료증이 %(count)s장 있어서 ZIP을 만들지 않았어요. %(named)s",
        count=len(problems),
        named=named + (" …" if len(problems) > _MOST_NAMED else ""),
    )


def write_archive(app: Flask, public_ids: Sequence[str]) -> Iterator[bytes]:
    """Yield a ZIP with the sealed papers of these certificates, made one by one.

    It runs after the request has ended: every paper has a context and a transaction of its own, so that none stays
    open while somebody's slow line takes the bytes. Raises when a paper cannot be made after all.
    """
    out = _Outgoing()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for public_id in public_ids:
            with app.app_context(), one_snapshot():
                entry, paper = _paper(public_id)
            archive.writestr(entry, paper)
            yield out.take()
    yield out.take()


def _paper(public_id: str) -> tuple[ZipInfo, bytes]:
    certificate = queries.certificate_to_print(public_id)
    if certificate.status != CertificateStatus.VALID:
        raise Overtaken
    issued = certificate.issued_at.astimezone(SEOUL)
    entry = ZipInfo(file_name(certificate, "pdf"), issued.timetuple()[:6])
    return entry, sealed_pdf(certificate, this_authority())


class Overtaken(DomainError):
    """A certificate was revoked or corrected while the archive was being sent."""

    def __init__(self) -> None:
        super().__init__(_l("ZIP을 보내는 동안 수료증이 폐지되거나 정정됐어요. 다시 내려받아 주세요."))


class _Outgoing(io.BytesIO):
    """What of the archive has not been sent yet. Positions count from the archive's beginning, so that `zipfile` can
    go back to the head of the present entry and write its size there: several readers refuse stored entries whose
    size comes only behind them."""

    _sent = 0

    def tell(self) -> int:
        return self._sent + super().tell()

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        return self._sent + super().seek(position - self._sent if whence == io.SEEK_SET else position, whence)

    def take(self) -> bytes:
        data = self.getvalue()
        self._sent += len(data)
        super().seek(0)
        self.truncate()
        return data
