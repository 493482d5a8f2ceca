"""How the record of attendance grows: new versions, and the ledger line of each that gains or loses minutes.

Whoever builds on the record (certificates) hears of it by a signal, in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.training.changes import Cell
from app.training.models import Attendance, AttendanceUpload, Cohort, CreditEntry, Enrolment
from app.training.signals import attendance_changed


def lock_cohort(cohort: Cohort) -> None:
    """Let one transaction at a time write a cohort's record.

    On SQLite the transaction has begun immediate and holds the only write lock already.
    """
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())


def basis_of(cohort: Cohort) -> str:
    """Name the state of a cohort's record: it changes with every upload, undo and enrolment."""
    last_upload = db.session.scalar(
        select(func.max(AttendanceUpload.id)).where(AttendanceUpload.cohort_id == cohort.id)
    )
    seats = db.session.execute(
        select(Enrolment.id, Enrolment.status).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    ).all()
    state = f"{cohort.policy_id}|{last_upload}|{[tuple(s) for s in seats]}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def known_cell(version: Attendance | None) -> Cell:
    """Answer what a version says as a cell of a preview; an undone one says nothing."""
    if version is None or version.known_mark is None:
        return Cell(None)
    return Cell(version.known_mark, version.minutes)


def store_versions(cohort: Cohort, added: Sequence[tuple[Attendance, int]], at: datetime) -> None:
    """Store versions, each with the minutes that it gains (or loses, below zero) against the one before it."""
    db.session.add_all([version for version, _delta in added])
    db.session.flush()
    db.session.add_all(
        [
            CreditEntry(
                person_id=version.enrolment.person_id,
                enrolment_id=version.enrolment_id,
                session_id=version.session_id,
                attendance_id=version.id,
                policy_id=cohort.policy_id,
                held_on=version.session.date,
                course_kind=cohort.course.kind,
                minutes=delta,
                created_at=at,
            )
            for version, delta in added
            if delta
        ]
    )
    db.session.flush()
    attendance_changed.send(cohort, enrolment_ids={version.enrolment_id for version, _delta in added}, at=at)
