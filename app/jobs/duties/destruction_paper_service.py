"""The certificate of destruction as a file: asked for by each destruction, sealed by the worker, offered when it is
there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from app.certificates.authority import this_authority
from app.certificates.seal_keys import paper_seal
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound, Unavailable
from app.core.i18n import _, _l, in_language
from app.core.jobs import wake
from app.jobs.application_models import Application
from app.jobs.duties.destruction_models import DestructionPaper, PaperState
from app.jobs.duties.destruction_paper import destruction_pdf
from app.jobs.duties.destruction_queries import destructions_of, summary_of
from app.jobs.opening_models import Opening

JOB = "destruction-papers"


@dataclass(frozen=True)
class Printed:
    """A sealed certificate, what had been asked for when it was printed, and of how many destructions it tells."""

    opening_id: int
    asked: int
    destructions: int
    content: bytes


def want_paper(application: Application) -> None:
    """Note, in the transaction of a destruction, that the opening's certificate has to tell of one more."""
    if not _ask(application.opening_id):
        row = DestructionPaper(opening_id=application.opening_id, organisation_id=application.organisation_id)
        row.asked, row.state = 1, PaperState.WAITING.value
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            _ask(application.opening_id)  # Another transaction has made the row in this moment.
    wake(JOB)


def paper_of(opening: Opening) -> DestructionPaper | None:
    """Answer how far the certificate of an opening is; None when nothing was destroyed."""
    return db.session.get(DestructionPaper, opening.id)


def sealed_paper(opening: Opening) -> bytes:
    """Answer the sealed certificate. Raises `NotFound` when nothing was destroyed, `Unavailable` while it is made."""
    rows = select(DestructionPaper).where(DestructionPaper.opening_id == opening.id)
    paper = db.session.scalars(rows.options(undefer(DestructionPaper.content))).one_or_none()
    if paper is None:
        raise NotFound
    if paper.is_under_way or paper.content is None:
        raise Unavailable(_l("파기확인서를 준비하고 있어요. 1분 뒤에 다시 받아 주세요."))
    return paper.content


def next_waiting(after: int) -> int | None:
    """Answer the next opening, by its id, whose certificate waits."""
    rows = select(DestructionPaper.opening_id).where(
        DestructionPaper.state == PaperState.WAITING.value, DestructionPaper.opening_id > after
    )
    return db.session.scalar(rows.order_by(DestructionPaper.opening_id).limit(1))


def print_and_seal(opening_id: int, at: datetime) -> Printed:
    """Print and seal the certificate of what has been destroyed of an opening by now."""
    opening = db.session.get_one(Opening, opening_id)
    asked = db.session.get_one(DestructionPaper, opening_id).asked
    summary, rows, issuer = summary_of(opening), destructions_of(opening), this_authority().name
    if summary is None:
        raise LookupError(f"nothing was destroyed of the opening {opening_id}")
    seal = paper_seal()
    printed = destruction_pdf(opening, summary, rows, issuer, at)
    with in_language("ko"):
        title = str(_("채용서류 파기확인서"))
    sealed = seal.sign(printed, signer_name=issuer, reason=f"{title} {opening.public_id}")
    return Printed(opening_id, asked, len(rows), sealed)


def keep_paper(printed: Printed, actor: Actor, at: datetime) -> bool:
    """Keep a sealed certificate unless something has been destroyed since it was printed; tell whether it is kept."""
    kept = db.session.execute(
        update(DestructionPaper)
        .where(DestructionPaper.opening_id == printed.opening_id, DestructionPaper.asked == printed.asked)
        .values(state=PaperState.SEALED.value, content=printed.content, sealed_at=at)
        .execution_options(synchronize_session=False)
    )
    if not kept.rowcount:  # type: ignore[attr-defined]
        return False
    opening = db.session.get_one(Opening, printed.opening_id)
    after = {"destructions": printed.destructions}
    audit.record(actor, "opening.seal_destruction_paper", opening, at=at, after=after)
    return True


def _ask(opening_id: int) -> int:
    asked = db.session.execute(
        update(DestructionPaper)
        .where(DestructionPaper.opening_id == opening_id)
        .values(asked=DestructionPaper.asked + 1, state=PaperState.WAITING.value)
        .execution_options(synchronize_session=False)
    )
    rows: int = asked.rowcount  # type: ignore[attr-defined]
    return rows
