"""The access log (접속기록): who looked at whose personal data, when, from where, and what it was.

No view has to say whom it shows: every row about a person that is read while a request is served counts, so that a
page cannot forget somebody. One request writes one line, after its own work is stored; when the line cannot be
written, the answer is an error and not the page. What people see of themselves, and what everybody may see without an
account, is no access in this sense.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, delete, event, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account, Person
from app.core import clock
from app.core.access import Actor, Permission, current_actor
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, after_storing, db, new_public_id, unit_of_work, writes_now
from app.core.jobs import job

# 안전성 확보조치 기준 제8조 asks for two years; the database refuses to delete anything younger.
KEPT_FOR = timedelta(days=730)
_BY_PUBLIC_ID = ("person", None)


class AccessLog(Base):
    """One request that showed other people's personal data. Append-only for two years, then deleted."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    acted_for: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(45))
    endpoint: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(300))
    is_download: Mapped[bool] = mapped_column(Boolean)
    subjects: Mapped[int] = mapped_column(Integer)


class AccessLogSubject(Base):
    """Whose data it was: the public id of a person, or of an account that belongs to no person."""

    __tablename__ = "access_log_subjects"
    __table_args__ = (Index("ix_access_log_subjects_subject_id", "subject_id", "access_id"),)

    access_id: Mapped[int] = mapped_column(ForeignKey("access_log.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(32), primary_key=True)


def init_app(app: Flask) -> None:
    """Write a line for every answer that shows other people's personal data."""
    after_storing(app, _write_line)


@event.listens_for(Base, "load", propagate=True)
def _note(row: Any, _context: Any) -> None:
    """Remember whose data this request reads: people, accounts, and rows that carry a person's public id."""
    if not has_request_context():
        return
    if isinstance(row, Person):
        _read_now()[row.public_id] = ("person", row.id)
    elif isinstance(row, Account):
        _read_now()[row.public_id] = ("account", row.id)
    elif (person := getattr(row, "person_public_id", None)) is not None:
        note_read(person)


def note_read(public_id: str) -> None:
    """Remember somebody whose data was read without their row: a name in a list, for one."""
    _read_now().setdefault(public_id, _BY_PUBLIC_ID)


def _read_now() -> dict[str, tuple[str, int | None]]:
    if not hasattr(g, "personal_data_read"):
        g.personal_data_read = {}
    read: dict[str, tuple[str, int | None]] = g.personal_data_read
    return read


def _write_line(response: Response) -> None:
    read: dict[str, tuple[str, int | None]] = g.pop("personal_data_read", {})
    view = current_app.view_functions.get(request.endpoint or "")
    permission: Permission | None = getattr(view, "permission", None)
    shown = response.status_code < 300 or response.status_code in (409, 422)
    if not shown or permission is None or not permission.needs_account or request.method == "HEAD":
        return
    actor = current_actor()
    others = _without_oneself(read, actor)
    if not others:
        return
    with writes_now():
        line = AccessLog(
            at=clock.now(),
            account_id=actor.account_id,
            actor_label=actor.label[:120],
            acted_for=_organisations(actor, permission)[:300],
            address=(request.remote_addr or "")[:45],
            endpoint=request.endpoint or "",
            path=request.path[:300],
            is_download=response.headers.get("Content-Disposition", "").startswith("attachment"),
            subjects=len(others),
        )
        db.session.add(line)
        db.session.flush()
        db.session.execute(
            insert(AccessLogSubject), [{"access_id": line.id, "subject_id": subject} for subject in others]
        )


def _without_oneself(read: dict[str, tuple[str, int | None]], actor: Actor) -> list[str]:
    own = {("account", actor.account_id)} | ({("person", actor.person_id)} if actor.person_id is not None else set())
    others = {subject for subject, known_as in read.items() if known_as not in own}
    if actor.person_id is not None and any(read[subject] == _BY_PUBLIC_ID for subject in others):
        others.discard(db.session.scalar(select(Person.public_id).where(Person.id == actor.person_id)) or "")
    return sorted(others)


def _organisations(actor: Actor, permission: Permission) -> str:
    fitting = [m.name for m in actor.memberships if not permission.kinds or m.kind in permission.kinds]
    return "" if actor.is_operator and not fitting else ", ".join(fitting)


@job("access-log")
def sweep_old_lines(at: datetime) -> None:
    """Delete the lines that have been kept long enough: they name people, too."""
    old = select(AccessLog.id).where(AccessLog.at < at - KEPT_FOR)
    with unit_of_work():
        db.session.execute(delete(AccessLogSubject).where(AccessLogSubject.access_id.in_(old)))
        db.session.execute(delete(AccessLog).where(AccessLog.at < at - KEPT_FOR))
