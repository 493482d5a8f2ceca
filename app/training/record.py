"""How the record of attendance grows: new versions, and the ledger line of each that gains or loses minutes.

Whoever builds on the record (certificates) hears of it by a signal, in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.core.db import db
from app.training.changes import Cell
from app.training.models import Attendance, AttendanceUpload, Cohort, CreditEntry, Enrolment, Session
from app.training.signals import attendance_changed


def lock_cohort(cohort: Cohort) -> None:
    """Let one transaction at a time write a cohort's record.

    On SQLite the transaction has begun immediate and holds the only write lock already.
    """
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())


def basis_of(cohort: Cohort) -> str:
    """Name the state of a cohort's record: it changes with every upload, undo, enrolment and edit of the cohort."""
    last_upload = db.session.scalar(
        select(func.max(AttendanceUpload.id)).where(AttendanceUpload.cohort_id == cohort.id)
    )
    seats = db.session.execute(
        select(Enrolment.id, Enrolment.status).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    ).all()
    meetings = db.session.execute(
        select(Session.number, Session.date, Session.start, Session.end)
        .where(Session.cohort_id == cohort.id)
        .order_by(Session.number)
    ).all()
    capacity = db.session.scalar(select(Cohort.capacity).where(Cohort.id == cohort.id))
    plan = [tuple(meeting) for meeting in meetings]
    state = f"{cohort.policy_id}|{last_upload}|{[tuple(s) for s in seats]}|{capacity}|{plan}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def known_cell(version: Attendance | None) -> Cell:
    """Answer what a version says as a cell of a preview; an undone one says nothing."""
    if version is None or version.known_mark is None:
        return Cell(None)
    return Cell(version.known_mark, version.minutes)


def store_versions(
    cohort: Cohort, upload: AttendanceUpload, added: Sequence[tuple[Attendance, int]], at: datetime
) -> None:
    """Store the versions of an upload, each with the minutes that it gains (or loses, below zero) against the one
    before it. The upload has been flushed; the versions are complete but for their ids and belong to no session.
    """
    if not added:
        return
    # As rows of one statement: objects would be inserted one by one, since SQLite tells no order of what it returns.
    db.session.execute(insert(Attendance), [_row(version) for version, _gained in added])
    stored = {
        (enrolment_id, session_id): id
        for id, enrolment_id, session_id in db.session.execute(
            select(Attendance.id, Attendance.enrolment_id, Attendance.session_id).where(
                Attendance.upload_id == upload.id
            )
        )
    }
    people = dict(
        db.session.execute(select(Enrolment.id, Enrolment.person_id).where(Enrolment.cohort_id == cohort.id)).all()
    )
    days = {session.id: session.date for session in cohort.sessions}
    lines = [
        {
            "person_id": people[version.enrolment_id],
            "enrolment_id": version.enrolment_id,
            "session_id": version.session_id,
            "attendance_id": stored[version.enrolment_id, version.session_id],
            "policy_id": cohort.policy_id,
            "held_on": days[version.session_id],
            "course_kind": cohort.course.kind,
            "minutes": gained,
            "created_at": at,
        }
        for version, gained in added
        if gained
    ]
    if lines:
        db.session.execute(insert(CreditEntry), lines)
    attendance_changed.send(cohort, enrolment_ids={version.enrolment_id for version, _gained in added}, at=at)


def _row(version: Attendance) -> dict[str, Any]:
    return {column.key: getattr(version, column.key) for column in Attendance.__table__.columns if column.key != "id"}
