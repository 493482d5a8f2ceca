"""Applications over the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.api.bodies import Body, PublicId
from app.api.cursors import Cursor, Limit
from app.jobs.application_words import Stage


class NextStage(StrEnum):
    """Where an employer may move an application."""

    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    INTERVIEW = "interview"
    HIRED = "hired"
    REJECTED = "rejected"


class FindingTold(Body):
    """What the applicant's record said of one requirement on the day of applying; `met` null: not to be told."""

    level: str
    text: str
    met: bool | None
    short_minutes: int


class IdentityTold(Body):
    """Who applies. Absent (null) as long as a blind opening withholds it, and after destruction."""

    name: str
    birth_date: str
    phone: str
    email: str


class ApplicationTold(Body):
    """An application as the employer may see it now; `number` counts within its opening."""

    id: PublicId
    opening_id: PublicId
    number: int
    stage: Stage
    submitted_at: datetime
    viewed_at: datetime | None
    decided_at: datetime | None
    destroyed_at: datetime | None
    is_blind: bool
    requirements: list[FindingTold]
    identity: IdentityTold | None


class ApplicationsTold(Body):
    """One page of applications; `next_cursor` leads on and is null on the last page."""

    items: list[ApplicationTold]
    next_cursor: str | None


class ApplicationsWanted(Body):
    """Which applications of an opening to list."""

    stage: Stage | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class StageChange(Body):
    """Move an application from the stage it was seen at (`seen`) to another."""

    seen: Stage
    stage: NextStage
