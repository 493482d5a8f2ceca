"""Questions about experience. Every one starts from the person's own id."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.models import Person
from app.core.db import db
from app.core.errors import NotFound
from app.portfolio.experience_models import Experience


def experiences_of(person: Person, search: str = "") -> Select[Experience]:
    """Select a person's experience, the newest first; `search` looks at organisation, title and field."""
    rows = select(Experience).where(*_of(person))
    if search:
        columns = (Experience.organisation, Experience.title, Experience.field)
        rows = rows.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return rows.order_by(Experience.starts_on.desc(), Experience.id.desc())


def experience_of(person: Person, public_id: str, *, for_change: bool = False) -> Experience:
    """Answer one experience of this person. Raises `NotFound` for anybody else's."""
    rows = select(Experience).where(*_of(person), Experience.public_id == public_id)
    found = db.session.scalars(rows.with_for_update() if for_change else rows).one_or_none()
    if found is None:
        raise NotFound
    return found


def stated_experiences_of(person: Person) -> Sequence[Experience]:
    """Answer what a person has stated and nobody has confirmed."""
    rows = select(Experience).where(Experience.person_id == person.id, Experience.confirmed_at.is_(None))
    return db.session.scalars(rows).all()


def number_of_experiences(person: Person) -> int:
    """Count a person's experience."""
    return db.session.scalar(select(func.count()).where(*_of(person))) or 0


def _of(person: Person) -> tuple[ColumnElement[bool], ...]:
    return (Experience.person_id == person.id, Experience.withdrawn_at.is_(None))
