"""From an attendance file to the record: preview and apply.

A preview stores nothing, neither rows nor the file: what it understood travels with the page, signed, and comes
back on confirmation. Applying is all or nothing, in one transaction, under a lock on the cohort.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import Text, _
from app.core.templating import datetime as show_datetime
from app.training import queries
from app.training.attendance_reading import Standing
from app.training.attendance_sheet import AttendanceReading, CohortPlan, Entry, PlannedPerson, PlannedSession, read
from app.training.changes import Cell, PersonChange, person_change
from app.training.models import Attendance, AttendanceUpload, Cohort, Enrolment, EnrolmentStatus
from app.training.received_file import ReceivedFile
from app.training.record import basis_of, known_cell, lock_cohort, store_versions
from app.training.understanding import Understanding


@dataclass(frozen=True)
class AttendancePreview:
    """What a file would do to a cohort. `basis` names the state of the record that this was worked out on.

    `kind` says what the file is where its name says something else.
    """

    filename: str
    sha256: str
    reading: AttendanceReading
    people: tuple[PersonChange, ...]
    basis: str
    applied: AttendanceUpload | None
    kind: Text = ""

    @property
    def can_be_applied(self) -> bool:
        return self.reading.accepted and self.applied is None and bool(self.reading.entries)

    @property
    def changes(self) -> int:
        """How many records would be written."""
        return sum(p.cells for p in self.people)

    @property
    def completing(self) -> int:
        """How many people would have completed."""
        return sum(1 for p in self.people if p.decision_after.completed)

    @property
    def completing_before(self) -> int:
        """How many people have completed by what is recorded now."""
        return sum(1 for p in self.people if p.decision_before.completed)

    @property
    def changing(self) -> list[PersonChange]:
        return [p for p in self.people if p.cells]

    @property
    def unchanged(self) -> list[PersonChange]:
        """People whom the file names and whose record says the same already."""
        return [p for p in self.people if not p.cells and p.enrolment.public_id in self.reading.people_found]

    @property
    def missing(self) -> list[PersonChange]:
        """People of the cohort whom the file does not name."""
        return [p for p in self.people if p.enrolment.public_id in self.reading.people_missing]

    @property
    def understanding(self) -> Understanding:
        """What is to be applied when this preview is confirmed."""
        return Understanding(self.filename, self.sha256, self.reading.layout or "", self.basis, self.reading.entries)


def plan_of(cohort: Cohort, everybody: Iterable[Enrolment]) -> CohortPlan:
    """Answer the cohort as the pure reader wants it; a person's key is the enrolment's public id."""
    people = [PlannedPerson(e.public_id, e.person.name, e.person.birth_date, _STANDINGS[e.status]) for e in everybody]
    return CohortPlan(
        course=cohort.course.name,
        cohort=cohort.name,
        sessions=tuple(PlannedSession(s.number, s.date, s.start, s.end) for s in cohort.sessions),
        people=tuple(person for person in people if person.standing == "enrolled"),
        others=tuple(person for person in people if person.standing != "enrolled"),
    )


_STANDINGS: dict[str, Standing] = {
    EnrolmentStatus.ENROLLED.value: "enrolled",
    EnrolmentStatus.WAITLISTED.value: "waitlisted",
    EnrolmentStatus.CANCELLED.value: "cancelled",
}


def preview(cohort: Cohort, file: ReceivedFile) -> AttendancePreview:
    """Work out what a file would do. Stores nothing; problems inside the file are in the reading."""
    everybody = queries.enrolments(cohort, *EnrolmentStatus)
    reading = read(file.workbook, plan_of(cohort, everybody), cohort.policy.rules)
    enrolments = [e for e in everybody if e.status == EnrolmentStatus.ENROLLED]
    return AttendancePreview(
        filename=file.filename,
        sha256=file.sha256,
        reading=reading,
        people=_people(cohort, enrolments, reading),
        basis=basis_of(cohort),
        applied=queries.applied_upload(cohort, file.sha256),
        kind=file.workbook.kind,
    )


def _people(cohort: Cohort, enrolments: list[Enrolment], reading: AttendanceReading) -> tuple[PersonChange, ...]:
    attendance = queries.attendance_of_cohort(cohort)
    said = {(entry.person_key, entry.session_number): entry for entry in reading.entries}
    people: list[PersonChange] = []
    for enrolment in enrolments:
        known = [attendance.get((enrolment.id, session.id)) for session in cohort.sessions]
        entries = [said.get((enrolment.public_id, session.number)) for session in cohort.sessions]
        before = [known_cell(version) for version in known]
        after = [
            Cell(entry.mark, entry.minutes) if entry is not None else cell
            for entry, cell in zip(entries, before, strict=True)
        ]
        cells = sum(
            1 for entry, old in zip(entries, known, strict=True) if entry is not None and _differs(old, entry)
        )
        people.append(person_change(cohort, enrolment, before, after, cells))
    return tuple(people)


def _differs(known: Attendance | None, entry: Entry) -> bool:
    if known is None or known.mark is None:
        return True
    return (known.mark, known.minutes, known.check_in, known.check_out) != (
        entry.mark.value,
        entry.minutes,
        entry.check_in,
        entry.check_out,
    )


def apply(cohort: Cohort, what: Understanding, actor: Actor, at: datetime) -> AttendanceUpload:
    """Add what a previewed file says to the record: one upload, one version per change, one ledger line per minute
    gained or lost.

    Raises `AlreadyApplied` when this very file stands applied, `Conflict` when the record is no longer the one that
    was previewed, `Invalid` when there is nothing to apply.
    """
    if not what.entries:
        raise Invalid(_("파일에서 적용할 출결을 찾지 못했어요."))
    lock_cohort(cohort)
    applied = queries.applied_upload(cohort, what.sha256)
    if applied is not None:
        raise AlreadyApplied(applied)
    if basis_of(cohort) != what.basis:
        raise Conflict(
            _(
                "미리보기를 본 뒤에 이 기수의 출결이나 명단이 바뀌었어요. "
                "파일을 다시 올려 새 미리보기를 확인해 주세요."
            )
        )
    upload = AttendanceUpload(
        organisation_id=cohort.organisation_id,
        cohort_id=cohort.id,
        policy_id=cohort.policy_id,
        sha256=what.sha256,
        filename=what.filename,
        layout=what.layout,
        rows_changed=0,
        actor_label=actor.label,
        created_at=at,
    )
    db.session.add(upload)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("같은 파일을 방금 다른 화면에서 적용했어요. 출결 화면에서 확인해 주세요.")) from error
    upload.rows_changed = _append(cohort, upload, what.entries, at)
    db.session.flush()
    audit.record(
        actor,
        "attendance.apply",
        upload,
        at=at,
        after={"cohort": cohort.public_id, "changed": upload.rows_changed, "sha256": what.sha256},
    )
    return upload


class AlreadyApplied(Conflict):
    """This very file stands applied; nothing was done and nothing is wrong."""

    def __init__(self, upload: AttendanceUpload) -> None:
        super().__init__(
            _("이미 %(when)s에 적용한 파일이에요. 바뀐 것은 없어요.", when=show_datetime(upload.created_at))
        )
        self.upload = upload


def _append(cohort: Cohort, upload: AttendanceUpload, entries: tuple[Entry, ...], at: datetime) -> int:
    enrolments = {e.public_id: e for e in queries.enrolments(cohort)}
    sessions = {s.number: s for s in cohort.sessions}
    known = queries.attendance_of_cohort(cohort)
    added: list[tuple[Attendance, int]] = []
    for entry in entries:
        enrolment, session = enrolments[entry.person_key], sessions[entry.session_number]
        before = known.get((enrolment.id, session.id))
        if not _differs(before, entry):
            continue
        version = Attendance(
            enrolment_id=enrolment.id,
            session_id=session.id,
            upload_id=upload.id,
            version=(before.version if before is not None else 0) + 1,
            mark=entry.mark.value,
            minutes=entry.minutes,
            check_in=entry.check_in,
            check_out=entry.check_out,
            raw=entry.raw[:80],
            sheet=entry.sheet[:80],
            row=entry.row,
            column=entry.column[:4],
            created_at=at,
        )
        added.append((version, entry.minutes - (before.minutes if before is not None else 0)))
    store_versions(cohort, upload, added, at)
    return len(added)
