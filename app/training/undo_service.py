"""Taking an upload back: compensating versions that say again what held before it. Nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _
from app.training import queries
from app.training.changes import PersonChange, person_change
from app.training.models import Attendance, AttendanceUpload, Cohort, Enrolment, EnrolmentStatus
from app.training.record import known_cell, lock_cohort, store_versions

UNDO_LAYOUT = "undo"


@dataclass(frozen=True)
class UndoPreview:
    """What undoing an upload would do: the people it touches, with their marks and decisions now and afterwards."""

    people: tuple[PersonChange, ...]
    changes: int


@dataclass(frozen=True)
class _Step:
    """What holds now in a cell that the upload touched, and what held before the upload (None: nothing)."""

    now: Attendance
    before: Attendance | None

    @property
    def delta(self) -> int:
        """The minutes that going back gains (or loses, below zero)."""
        return (self.before.minutes if self.before is not None else 0) - self.now.minutes


def undo(upload: AttendanceUpload, cohort: Cohort, actor: Actor, at: datetime, why: str = "") -> AttendanceUpload:
    """Take the newest standing upload of a cohort back by adding versions that say what held before it.

    Raises `Conflict` when it is not the newest one: undoing an older one would silently mix two files.
    """
    lock_cohort(cohort)
    _check_newest(upload, cohort)
    undoing = AttendanceUpload(
        organisation_id=cohort.organisation_id,
        cohort_id=cohort.id,
        policy_id=cohort.policy_id,
        sha256=upload.sha256,
        filename=upload.filename,
        layout=UNDO_LAYOUT,
        rows_changed=0,
        actor_label=actor.label,
        created_at=at,
        undoes_id=upload.id,
    )
    db.session.add(undoing)
    db.session.flush()
    steps = _steps(cohort, upload)
    added = [(_compensation(step, undoing, at), step.delta) for step in steps]
    store_versions(cohort, undoing, added, at)
    undoing.rows_changed = len(added)
    upload.undone_at = at
    db.session.flush()
    audit.record(
        actor, "attendance.undo", upload, at=at, after={"undoing": undoing.public_id, "changed": len(added)}, why=why
    )
    return undoing


def preview_undo(upload: AttendanceUpload, cohort: Cohort) -> UndoPreview:
    """Work out what undoing an upload would do. Stores nothing; raises `Conflict` like `undo`."""
    _check_newest(upload, cohort)
    steps = {(s.now.enrolment_id, s.now.session_id): s for s in _steps(cohort, upload)}
    touched = {enrolment_id for enrolment_id, _session_id in steps}
    attendance = queries.attendance_of_cohort(cohort)
    people = [
        _person(cohort, enrolment, attendance, steps)
        for enrolment in queries.enrolments(cohort, *EnrolmentStatus)
        if enrolment.id in touched
    ]
    return UndoPreview(tuple(people), len(steps))


def newest_standing(cohort: Cohort) -> AttendanceUpload | None:
    """Find the newest upload of a cohort that has not been undone: the one that can be."""
    return db.session.scalars(
        queries.uploads_of(cohort)
        .where(AttendanceUpload.undone_at.is_(None), AttendanceUpload.undoes_id.is_(None))
        .limit(1)
    ).one_or_none()


def _check_newest(upload: AttendanceUpload, cohort: Cohort) -> None:
    if newest_standing(cohort) != upload:
        raise Conflict(_("가장 최근에 적용한 파일만 되돌릴 수 있어요. 나중 것부터 차례로 되돌려 주세요."))


def _steps(cohort: Cohort, upload: AttendanceUpload) -> list[_Step]:
    """Pair what holds now in each cell the upload touched with what held before it.

    What holds now may be a later upload's undoing rather than the upload's own version; the state to return to is
    in both cases the one just below the upload's own.
    """
    touched = db.session.scalars(
        select(Attendance).where(Attendance.upload_id == upload.id).order_by(Attendance.id)
    ).all()
    cells = select(Attendance.enrolment_id, Attendance.session_id).where(Attendance.upload_id == upload.id).subquery()
    versions = db.session.scalars(
        select(Attendance).join(
            cells,
            (Attendance.enrolment_id == cells.c.enrolment_id) & (Attendance.session_id == cells.c.session_id),
        )
    )
    history = {(a.enrolment_id, a.session_id, a.version): a for a in versions}
    now = queries.attendance_of_cohort(cohort)
    return [
        _Step(now[a.enrolment_id, a.session_id], history.get((a.enrolment_id, a.session_id, a.version - 1)))
        for a in touched
    ]


def _compensation(step: _Step, undoing: AttendanceUpload, at: datetime) -> Attendance:
    before = step.before
    return Attendance(
        enrolment_id=step.now.enrolment_id,
        session_id=step.now.session_id,
        upload_id=undoing.id,
        version=step.now.version + 1,
        mark=before.mark if before is not None else None,
        minutes=before.minutes if before is not None else 0,
        check_in=before.check_in if before is not None else None,
        check_out=before.check_out if before is not None else None,
        raw=before.raw if before is not None else "",
        sheet=before.sheet if before is not None else "",
        row=before.row if before is not None else None,
        column=before.column if before is not None else "",
        created_at=at,
    )


def _person(
    cohort: Cohort,
    enrolment: Enrolment,
    attendance: dict[tuple[int, int], Attendance],
    steps: dict[tuple[int, int], _Step],
) -> PersonChange:
    cells = [(attendance.get((enrolment.id, s.id)), steps.get((enrolment.id, s.id))) for s in cohort.sessions]
    now = [known_cell(known) for known, _step in cells]
    back = [known_cell(step.before if step is not None else known) for known, step in cells]
    return person_change(cohort, enrolment, now, back, sum(1 for _known, step in cells if step is not None))
