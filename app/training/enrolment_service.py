"""Who takes part in a cohort: enrolment from a roster, one by one, with capacity and a waitlist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.accounts.models import Person, PersonRole
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _
from app.training.models import Cohort, Course, CourseKind, Enrolment, EnrolmentStatus
from app.training.roster_sheet import RosterPerson
from app.training.sheet_words import person_name


@dataclass(frozen=True)
class EnrolmentResult:
    """What enrolling a roster has done: new enrolments, those put on the waitlist, and those known before."""

    enrolled: tuple[Enrolment, ...]
    waitlisted: tuple[Enrolment, ...]
    known: tuple[Enrolment, ...]


def enrol_people(cohort: Cohort, people: Sequence[RosterPerson], actor: Actor, at: datetime) -> EnrolmentResult:
    """Enrol everybody of a roster, in its order; when the cohort is full, the rest waits. Idempotent.

    The cohort's row is locked first, so that two rosters at once never sell one seat twice.
    """
    lock_seats(cohort.id)
    seated = _seated(cohort)
    enrolled: list[Enrolment] = []
    waitlisted: list[Enrolment] = []
    known: list[Enrolment] = []
    standing = select(Enrolment).where(Enrolment.cohort_id == cohort.id).execution_options(populate_existing=True)
    existing = {e.person_id: e for e in db.session.scalars(standing)}
    candidates = _Known.read(cohort, people)
    for row in people:
        person = _person_for(candidates, cohort, row, existing, actor, at)
        enrolment = existing.get(person.id)
        if enrolment is not None and enrolment.status != EnrolmentStatus.CANCELLED:
            enrolment.phone, enrolment.email = row.phone or enrolment.phone, row.email or enrolment.email
            known.append(enrolment)
            continue
        full = seated >= cohort.capacity
        status = EnrolmentStatus.WAITLISTED if full else EnrolmentStatus.ENROLLED
        if enrolment is None:
            enrolment = Enrolment(
                organisation_id=cohort.organisation_id, cohort_id=cohort.id, person_id=person.id, created_at=at
            )
            db.session.add(enrolment)
            existing[person.id] = enrolment
        enrolment.status, enrolment.phone, enrolment.email = status.value, row.phone, row.email
        seated += 0 if full else 1
        (waitlisted if full else enrolled).append(enrolment)
    db.session.flush()
    audit.record(
        actor,
        "cohort.enrol",
        cohort,
        at=at,
        after={"enrolled": len(enrolled), "waitlisted": len(waitlisted), "known": len(known)},
    )
    return EnrolmentResult(tuple(enrolled), tuple(waitlisted), tuple(known))


def free_seats(cohort: Cohort) -> int:
    """Answer how many more people the cohort can take; negative when it is overfull."""
    return cohort.capacity - _seated(cohort)


def standing(cohort: Cohort, people: Sequence[RosterPerson]) -> list[bool]:
    """Tell for each person of a roster whether they are enrolled or waiting already."""
    existing = {e.person_id: e for e in db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id))}
    known = _Known.read(cohort, people)
    found = [known.person(row, existing) for row in people]
    return [
        person is not None and person.id in existing and existing[person.id].status != EnrolmentStatus.CANCELLED.value
        for person in found
    ]


def enrol_one(cohort: Cohort, person: RosterPerson, actor: Actor, at: datetime) -> tuple[Enrolment, bool]:
    """Enrol one person as a roster of one; answer the enrolment and whether it is new."""
    result = enrol_people(cohort, [person], actor, at)
    ((enrolment, *_others),) = [group for group in (result.enrolled, result.waitlisted, result.known) if group]
    return enrolment, not result.known


def cancel_enrolment(enrolment: Enrolment, actor: Actor, at: datetime, why: str = "") -> Enrolment | None:
    """Cancel an enrolment and seat the first of the waitlist, who is answered (None: nobody waited).

    Raises `Conflict` when it is cancelled already. Minutes that were credited stay credited: they were attended.
    """
    _lock(enrolment)
    if enrolment.status == EnrolmentStatus.CANCELLED:
        raise Conflict(_("이미 취소된 수강이에요."))
    before, enrolment.status = enrolment.status, EnrolmentStatus.CANCELLED.value
    db.session.flush()
    audit.record(actor, "enrolment.cancel", enrolment, at=at, before={"status": before}, why=why)
    return next(iter(_seat_waiting(enrolment.cohort, 1, actor, at)), None)


def change_capacity(cohort: Cohort, capacity: int, actor: Actor, at: datetime) -> list[Enrolment]:
    """Give a cohort more seats or fewer; new seats go to the waitlist in order, and who got one is answered.

    Raises `Conflict` when fewer seats are wanted than people are enrolled.
    """
    lock_seats(cohort.id)
    db.session.refresh(cohort, ["capacity"])
    check_capacity(cohort, capacity)
    before, cohort.capacity = cohort.capacity, capacity
    db.session.flush()
    audit.record(
        actor, "cohort.change_capacity", cohort, at=at, before={"capacity": before}, after={"capacity": capacity}
    )
    return _seat_waiting(cohort, capacity, actor, at) if capacity > before else []


def check_capacity(cohort: Cohort, capacity: int) -> None:
    """Raise `Conflict` when more people are enrolled than the capacity would be."""
    seated = _seated(cohort)
    if capacity < seated and capacity != cohort.capacity:
        raise Conflict(
            _(
                "지금 %(count)s명이 수강하고 있어 정원을 그보다 줄일 수 없어요. 정원을 %(count)s명 이상으로 적거나 "
                "먼저 수강을 취소해 주세요.",
                count=seated,
            )
        )


def would_be_seated(cohort: Cohort, capacity: int) -> int:
    """Answer how many of the waitlist a capacity would give a seat."""
    if capacity <= cohort.capacity:
        return 0
    waiting = select(func.count()).where(
        Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.WAITLISTED.value
    )
    return max(0, min(capacity - _seated(cohort), db.session.scalar(waiting) or 0))


def _seat_waiting(cohort: Cohort, most: int, actor: Actor, at: datetime) -> list[Enrolment]:
    """Give the free seats, at most so many, to those who wait longest."""
    free = min(cohort.capacity - _seated(cohort), most)
    if free <= 0:
        return []
    waiting = (
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.WAITLISTED.value)
        .order_by(Enrolment.created_at, Enrolment.id)
        .limit(free)
    )
    following = list(db.session.scalars(waiting))
    for enrolment in following:
        enrolment.status = EnrolmentStatus.ENROLLED.value
    db.session.flush()
    for enrolment in following:
        audit.record(actor, "enrolment.seat", enrolment, at=at, before={"status": EnrolmentStatus.WAITLISTED.value})
    return following


def restore_enrolment(enrolment: Enrolment, actor: Actor, at: datetime, why: str = "") -> None:
    """Take a cancellation back; when the cohort has filled up meanwhile, the person waits.

    Raises `Conflict` when it is not cancelled.
    """
    _lock(enrolment)
    if enrolment.status != EnrolmentStatus.CANCELLED:
        raise Conflict(_("취소되지 않은 수강이에요."))
    full = _seated(enrolment.cohort) >= enrolment.cohort.capacity
    enrolment.status = (EnrolmentStatus.WAITLISTED if full else EnrolmentStatus.ENROLLED).value
    db.session.flush()
    audit.record(actor, "enrolment.restore", enrolment, at=at, after={"status": enrolment.status}, why=why)


def lock_seats(cohort_id: int) -> None:
    """Let one transaction at a time decide about a cohort's seats (SQLite's write lock is held already)."""
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())


def _lock(enrolment: Enrolment) -> None:
    # What was read before the lock may have been changed by whoever held it.
    lock_seats(enrolment.cohort_id)
    db.session.refresh(enrolment)


def _seated(cohort: Cohort) -> int:
    counted = select(func.count()).where(
        Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.ENROLLED.value
    )
    return db.session.scalar(counted) or 0


@dataclass(frozen=True)
class _Known:
    """The records that a roster could mean, read in two queries whatever its length."""

    namesakes: dict[tuple[str, date], list[Person]]
    taught_here: set[int]

    @classmethod
    def read(cls, cohort: Cohort, people: Sequence[RosterPerson]) -> _Known:
        names = {person_name(row.name) for row in people}
        # Spaces and capitals inside a name are left to whoever typed it, so the database is asked for the days.
        born = select(Person).where(Person.birth_date.in_({row.birth_date for row in people})).order_by(Person.id)
        found = [person for person in db.session.scalars(born) if person_name(person.name) in names]
        namesakes: dict[tuple[str, date], list[Person]] = {}
        for person in found:
            namesakes.setdefault((person_name(person.name), person.birth_date), []).append(person)
        here = select(Enrolment.person_id).where(
            Enrolment.organisation_id == cohort.organisation_id, Enrolment.person_id.in_([p.id for p in found])
        )
        return cls(namesakes, set(db.session.scalars(here)))

    def person(self, row: RosterPerson, existing: dict[int, Enrolment]) -> Person | None:
        """Find the record a row means.

        Name and date of birth alone are known to many, so they join a record only inside the centre that made
        it; across centres the mail address or telephone number has to agree as well. Otherwise a new record
        begins: two records of one person can be joined later, one record of two people never be parted.
        """
        candidates = self.namesakes.get((person_name(row.name), row.birth_date), [])
        in_cohort = (p for p in candidates if p.id in existing)
        known = (p for p in candidates if p.id in self.taught_here or _same_contact(row, p))
        return next(in_cohort, None) or next(known, None)


def _person_for(
    known: _Known, cohort: Cohort, row: RosterPerson, existing: dict[int, Enrolment], actor: Actor, at: datetime
) -> Person:
    if row.birth_date > seoul_date(at):
        raise Invalid(_("%(name)s님의 생년월일이 미래예요.", name=row.name))
    person = known.person(row, existing)
    if person is None:
        person = create_person(row.name, row.birth_date, row.phone, row.email, cohort.course, actor, at)
        known.namesakes.setdefault((person_name(row.name), row.birth_date), []).append(person)
        known.taught_here.add(person.id)
    return person


def _same_contact(row: RosterPerson, person: Person) -> bool:
    same_mail = bool(row.email) and row.email.lower() == person.email.lower()
    digits = _digits(row.phone)
    return same_mail or (bool(digits) and digits == _digits(person.phone))


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())


def create_person(
    name: str, birth_date: date, phone: str, email: str, course: Course, actor: Actor, at: datetime
) -> Person:
    """Record a person that a centre trains; whoever takes a foundation course is a trainee at first."""
    role = PersonRole.TRAINEE if course.kind == CourseKind.FOUNDATION else PersonRole.COORDINATOR
    person = Person(
        name=name, birth_date=birth_date, phone=phone, email=email.lower(), role=role.value, created_at=at
    )
    db.session.add(person)
    db.session.flush()
    audit.record(actor, "person.create", person, at=at)
    return person
