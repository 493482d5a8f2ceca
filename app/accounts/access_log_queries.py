"""Questions about the access log: for those who review it, and for the people it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.access_log import AccessLog, AccessLogSubject, note_read
from app.accounts.models import Account, Person
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page, Stretch, paginate, stretch

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One line of the log with the names of the first people it is about."""

    access: AccessLog
    names: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many people are not named."""
        return self.access.subjects - len(self.names)


@dataclass(frozen=True)
class Lookers:
    """Who looked at one person's record: an organisation (empty: the operating authority), how often, when last."""

    acted_for: str
    times: int
    last: datetime


def log_stretch(search: str, before: str) -> Stretch[Line]:
    """Answer a stretch of the log, the newest first, from behind the line of public id `before` on (empty: from the
    newest); `search` looks at who, for whom, and whose data it was. Raises `NotFound` for a line that is none."""
    rows = select(AccessLog).order_by(AccessLog.id.desc())
    if before:
        rows = rows.where(AccessLog.id < log_line(before).id)
    if search:
        rows = rows.where(
            or_(
                AccessLog.actor_label.icontains(search, autoescape=True),
                AccessLog.acted_for.icontains(search, autoescape=True),
                AccessLog.id.in_(_about_people_named(search)),
            )
        )
    found = stretch(rows)
    names = _first_names([access.id for access in found.items])
    return Stretch([Line(access, tuple(names.get(access.id, ()))) for access in found.items], found.goes_on)


def log_line(public_id: str) -> AccessLog:
    """Answer one line of the log. Raises `NotFound`."""
    line = db.session.scalars(select(AccessLog).where(AccessLog.public_id == public_id)).one_or_none()
    if line is None:
        raise NotFound
    return line


def names_in(line: AccessLog, page: int) -> Page[str]:
    """Answer one page of the names of everybody a line is about."""
    rows = _names().where(AccessLogSubject.access_id == line.id).order_by(_NAME, AccessLogSubject.subject_id)
    found = paginate(rows, page, per_page=100)
    return Page([_seen(*row) for row in found.items], found.page, found.pages, found.total)


def lookers_at(actor: Actor) -> Sequence[Lookers]:
    """Answer which organisations looked at the actor's own data, the latest first."""
    rows = (
        select(AccessLog.acted_for, func.count(), func.max(AccessLog.at))
        .where(AccessLog.id.in_(_about(actor)))
        .group_by(AccessLog.acted_for)
        .order_by(func.max(AccessLog.at).desc(), AccessLog.acted_for)
    )
    return [Lookers(*row) for row in db.session.execute(rows).all()]


def looks_at(actor: Actor) -> Select[AccessLog]:
    """Select the accesses to the actor's own data, the newest first, for a paged list."""
    return select(AccessLog).where(AccessLog.id.in_(_about(actor))).order_by(AccessLog.id.desc())


_NAME = func.coalesce(Person.name, Account.name, "")


def _seen(name: str, subject_id: str) -> str:
    # Whoever reads the log reads names: that is an access, too.
    note_read(subject_id)
    return name


def _names() -> Select[str, str]:
    return (
        select(_NAME, AccessLogSubject.subject_id)
        .select_from(AccessLogSubject)
        .outerjoin(Person, Person.public_id == AccessLogSubject.subject_id)
        .outerjoin(Account, Account.public_id == AccessLogSubject.subject_id)
    )


def _first_names(access_ids: Sequence[int]) -> dict[int, list[str]]:
    place = func.row_number().over(partition_by=AccessLogSubject.access_id, order_by=AccessLogSubject.subject_id)
    numbered = (
        _names()
        .add_columns(AccessLogSubject.access_id.label("access_id"), place.label("place"))
        .where(AccessLogSubject.access_id.in_(access_ids))
        .subquery()
    )
    name, subject_id, access_id, position = numbered.columns
    first = select(access_id, name, subject_id).where(position <= NAMES_SHOWN).order_by(position)
    found: dict[int, list[str]] = {}
    for line, *named in db.session.execute(first):
        found.setdefault(line, []).append(_seen(*named))
    return found


def _about_people_named(search: str) -> Select[int]:
    people = select(Person.public_id).where(Person.name.icontains(search, autoescape=True))
    accounts = select(Account.public_id).where(Account.name.icontains(search, autoescape=True))
    return select(AccessLogSubject.access_id).where(
        or_(AccessLogSubject.subject_id.in_(people), AccessLogSubject.subject_id.in_(accounts))
    )


def _about(actor: Actor) -> Select[int]:
    person = select(Person.public_id).where(Person.id == actor.person_id)
    account = select(Account.public_id).where(Account.id == actor.account_id)
    mine: ColumnElement[bool] = or_(AccessLogSubject.subject_id.in_(person), AccessLogSubject.subject_id.in_(account))
    return select(AccessLogSubject.access_id).where(mine)
