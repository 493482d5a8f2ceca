"""Courses, policies, cohorts and sessions: made from a plan file or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select

from app.accounts.models import Organisation, OrganisationKind
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _
from app.training.attendance_sheet import PlannedSession
from app.training.models import AttendancePolicy, Cohort, Course, Session
from app.training.plan_file import Plan, PlannedCourse
from app.training.policy import PolicyRules

RATE_STEPS = 10_000  # Rates are kept with four decimals.
STANDARD_RULES = PolicyRules.of(
    name="standard", version=1, completion_rate="0.8", slips_per_absence=3, grace_minutes=10, absent_below="0.5"
)


@dataclass(frozen=True)
class PlanResult:
    """What importing a plan has added; a plan imported again adds nothing."""

    organisation: Organisation
    added: tuple[Cohort, ...]
    known: tuple[Cohort, ...]


def import_plan(plan: Plan, actor: Actor, at: datetime, organisation: Organisation | None = None) -> PlanResult:
    """Create the policy version, courses, cohorts and sessions that a plan names and we lack.

    They belong to `organisation`; None means the centre that the plan names, which is created when it is new.
    Idempotent. Raises `Conflict` when a cohort code or policy version is known with other content: what has been
    taught under it must not change under people's feet.
    """
    organisation = organisation or _centre(plan.centre, actor, at)
    policy = ensure_policy(organisation, plan.policy, actor, at)
    added: list[Cohort] = []
    known: list[Cohort] = []
    for planned in plan.courses:
        cohort = _known_cohort(organisation, planned)
        if cohort is not None:
            _check_same(cohort, planned)
            known.append(cohort)
            continue
        course = ensure_course(organisation, planned.name, planned.kind, policy, actor, at)
        added.append(
            create_cohort(
                course, planned.code, planned.cohort, planned.capacity, planned.sessions, actor, at, policy=policy
            )
        )
    return PlanResult(organisation, tuple(added), tuple(known))


def new_courses(plan: Plan, organisation: Organisation) -> list[PlannedCourse]:
    """Answer what importing a plan would add to a centre. Raises `Conflict` like `import_plan`; stores nothing."""
    _check_policy(organisation, plan.policy)
    added: list[PlannedCourse] = []
    for planned in plan.courses:
        cohort = _known_cohort(organisation, planned)
        if cohort is None:
            added.append(planned)
        else:
            _check_same(cohort, planned)
    return added


def _known_cohort(organisation: Organisation, planned: PlannedCourse) -> Cohort | None:
    return db.session.scalars(
        select(Cohort).where(Cohort.organisation_id == organisation.id, Cohort.code == planned.code)
    ).one_or_none()


def _centre(name: str, actor: Actor, at: datetime) -> Organisation:
    kind = OrganisationKind.TRAINING_CENTRE.value
    found = db.session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.kind == kind)
    ).one_or_none()
    if found is not None:
        return found
    organisation = Organisation(name=name, kind=kind, created_at=at, approved_at=at)
    db.session.add(organisation)
    db.session.flush()
    audit.record(actor, "organisation.create", organisation, at=at, after={"name": name, "kind": kind})
    return organisation


def _check_same(cohort: Cohort, planned: PlannedCourse) -> None:
    theirs = [(s.number, s.date, s.start, s.end) for s in planned.sessions]
    ours = [(s.number, s.date, s.start, s.end) for s in cohort.sessions]
    same = (cohort.name, cohort.course.name, cohort.course.kind) == (planned.cohort, planned.name, planned.kind)
    if not same or theirs != ours:
        raise Conflict(
            _(
                "기수 %(code)s은(는) 이미 다른 내용으로 등록되어 있어요. "
                "계획 파일의 과정명·기수·회차를 확인하거나 다른 코드를 써 주세요.",
                code=planned.code,
            )
        )


def _lock(organisation_id: int) -> None:
    """Let one transaction at a time add to a centre, so that "is it taken?" still holds when the row is stored."""
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())


def ensure_policy(organisation: Organisation, rules: PolicyRules, actor: Actor, at: datetime) -> AttendancePolicy:
    """Answer the stored version of these rules, adding it when it is new.

    Raises `Conflict` when the version is known with other rules: a version never changes.
    """
    _lock(organisation.id)
    found = _check_policy(organisation, rules)
    if found is not None:
        return found
    policy = AttendancePolicy(
        organisation_id=organisation.id,
        name=rules.name,
        version=rules.version,
        completion_rate=_stored(rules.completion_rate),
        slips_per_absence=rules.slips_per_absence,
        grace_minutes=rules.grace_minutes,
        absent_below=_stored(rules.absent_below),
        created_at=at,
    )
    db.session.add(policy)
    db.session.flush()
    audit.record(actor, "policy.create", policy, at=at, after={"name": rules.name, "version": rules.version})
    return policy


def _check_policy(organisation: Organisation, rules: PolicyRules) -> AttendancePolicy | None:
    """Find the stored version of these rules. Raises `Conflict` when it says something else."""
    found = db.session.scalars(
        select(AttendancePolicy).where(
            AttendancePolicy.organisation_id == organisation.id,
            AttendancePolicy.name == rules.name,
            AttendancePolicy.version == rules.version,
        )
    ).one_or_none()
    if found is not None and found.rules != rules:
        raise Conflict(
            _(
                "출결기준 “%(name)s” %(version)s판은 이미 다른 내용으로 등록되어 있어요. 판 번호를 올려 주세요.",
                name=rules.name,
                version=rules.version,
            )
        )
    return found


def _stored(rate: Fraction) -> Decimal:
    """Answer a rate as the column keeps it. Raises `Invalid` when it has more than four decimals."""
    if RATE_STEPS % rate.denominator:
        raise Invalid(_("출결기준의 비율은 소수점 아래 네 자리까지 쓸 수 있어요: %(rate)s", rate=float(rate)))
    return Decimal(rate.numerator) / Decimal(rate.denominator)


def first_policy(organisation: Organisation, actor: Actor, at: datetime) -> AttendancePolicy:
    """Answer the policy a new course begins with: the centre's newest, or the standard rules when it has none."""
    newest = select(AttendancePolicy).where(AttendancePolicy.organisation_id == organisation.id)
    found = db.session.scalars(newest.order_by(AttendancePolicy.id.desc()).limit(1)).one_or_none()
    return found or ensure_policy(organisation, STANDARD_RULES, actor, at)


def revise_policy(course: Course, rules: PolicyRules, actor: Actor, at: datetime) -> AttendancePolicy:
    """Give a course new rules as the next version of its policy. Cohorts that exist keep the version they began with.

    The name and version of `rules` are not looked at. Raises `Invalid` when the rules are the ones in force.
    """
    _lock(course.organisation_id)
    before = course.policy
    if replace(rules, name=before.name, version=before.version) == before.rules:
        raise Invalid(_("지금 출결기준과 같아요. 바꿀 내용을 입력해 주세요."))
    newest = db.session.scalar(
        select(func.max(AttendancePolicy.version)).where(
            AttendancePolicy.organisation_id == course.organisation_id, AttendancePolicy.name == before.name
        )
    )
    revised = replace(rules, name=before.name, version=(newest or 0) + 1)
    policy = ensure_policy(course.organisation, revised, actor, at)
    course.policy = policy
    db.session.flush()
    audit.record(
        actor,
        "course.change_policy",
        course,
        at=at,
        before={"version": before.version},
        after={"version": policy.version},
    )
    return policy


def ensure_course(
    organisation: Organisation, name: str, kind: str, policy: AttendancePolicy, actor: Actor, at: datetime
) -> Course:
    """Answer the centre's course of this name and kind, adding it when it is new."""
    found = db.session.scalars(
        select(Course).where(Course.organisation_id == organisation.id, Course.name == name, Course.kind == kind)
    ).one_or_none()
    return found or create_course(organisation, name, kind, "", policy, actor, at)


def create_course(
    organisation: Organisation,
    name: str,
    kind: str,
    description: str,
    policy: AttendancePolicy,
    actor: Actor,
    at: datetime,
) -> Course:
    """Add a course to a centre. Raises `Conflict` when it has one of this name and kind."""
    _lock(organisation.id)
    taken = db.session.scalar(
        select(Course.id).where(Course.organisation_id == organisation.id, Course.name == name, Course.kind == kind)
    )
    if taken is not None:
        raise Conflict(_("같은 이름과 종류의 과정이 이미 있어요: %(name)s", name=name))
    course = Course(
        organisation_id=organisation.id, name=name, kind=kind, description=description, policy=policy, created_at=at
    )
    db.session.add(course)
    db.session.flush()
    audit.record(actor, "course.create", course, at=at, after={"name": name, "kind": kind})
    return course


def create_cohort(
    course: Course,
    code: str,
    name: str,
    capacity: int,
    sessions: Sequence[PlannedSession],
    actor: Actor,
    at: datetime,
    *,
    policy: AttendancePolicy | None = None,
) -> Cohort:
    """Add a cohort with its sessions to a course, under the course's policy of today (or `policy`).

    Raises `Conflict` when the centre uses the code already, `Invalid` without sessions or capacity.
    """
    if not sessions:
        raise Invalid(_("회차가 하나도 없어요. 한 회차 이상 넣어 주세요."))
    if capacity < 1:
        raise Invalid(_("정원은 1명 이상이어야 해요."))
    _lock(course.organisation_id)
    taken = db.session.scalar(
        select(Cohort.id).where(Cohort.organisation_id == course.organisation_id, Cohort.code == code)
    )
    if taken is not None:
        raise Conflict(_("기수 코드 %(code)s은(는) 이미 쓰고 있어요. 다른 코드를 써 주세요.", code=code))
    cohort = Cohort(
        organisation_id=course.organisation_id,
        course=course,
        policy=policy or course.policy,
        code=code,
        name=name,
        capacity=capacity,
        starts_on=min(s.date for s in sessions),
        ends_on=max(s.date for s in sessions),
        created_at=at,
        sessions=[Session(number=s.number, date=s.date, start=s.start, end=s.end) for s in sessions],
    )
    db.session.add(cohort)
    db.session.flush()
    audit.record(actor, "cohort.create", cohort, at=at, after={"code": code, "sessions": len(sessions)})
    return cohort
