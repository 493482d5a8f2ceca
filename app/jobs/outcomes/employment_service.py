"""Confirming that somebody was hired, correcting it, ending it, and saying after six months whether it stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Account, Person
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import _l, in_language
from app.core.mail import send_later
from app.core.templating import date as written_date
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.opening_models import Opening
from app.jobs.opening_words import WorkKind
from app.jobs.outcomes.employment_history import facts_of, refuse_withdrawn, step, take_role
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.employment_queries import is_confirmed, next_in_service_cohorts
from app.jobs.outcomes.employment_rules import asked_on, ended_early
from app.portfolio.experience_models import ExperienceKind
from app.portfolio.experience_service import record_confirmed_experience


def confirm_employment(
    application: Application, title: str, started_on: date, actor: Actor, at: datetime
) -> Employment:
    """Record that an applicant in the last stage was hired; her portfolio, role and next courses follow.

    Raises `Conflict` when she is not in that stage, her identity is closed or it was confirmed before, `Invalid`
    without a title.
    """
    hold(application)
    person, opening = application.person, application.opening
    if application.stage != Stage.HIRED or person is None or opening.organisation is None:
        raise Conflict(_l("최종합격한 지원자만 채용을 확정할 수 있어요."))
    if opening.blind and application.revealed_at is None:
        # The record of a job names its person: nobody learns a name without that being kept and told.
        raise Conflict(_l("인적사항을 연 뒤에 채용을 확정할 수 있어요. 지원서에서 먼저 열어 주세요."))
    if is_confirmed(application):
        raise Conflict(_l("이미 채용을 확정했어요."))
    title = _checked(title, started_on, None)
    with in_language("ko"):
        field = str(WorkKind(opening.work_kind).label)
    experience = record_confirmed_experience(
        person, opening.organisation, title, ExperienceKind.EMPLOYMENT, started_on, None, actor, at, field=field
    )
    employment = Employment(application_id=application.id, opening_id=opening.id, title=title, started_on=started_on)
    employment.organisation_id, employment.person_id = application.organisation_id, person.id
    employment.experience_id, employment.version = experience.id, 1
    employment.confirmed_at, employment.confirmed_by = at, actor.label[:120]
    employment.steps.append(step("confirm", actor, at, after=facts_of(employment)))
    db.session.add(employment)
    db.session.flush()
    audit.record(actor, "employment.confirm", employment, at=at, after=facts_of(employment))
    take_role(employment, actor, at)
    _tell(employment, person, opening, at)
    return employment


def correct_employment(
    employment: Employment,
    version: int,
    title: str,
    started_on: date,
    ended_on: date | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Correct what was confirmed, or say when it ended; the portfolio says the same afterwards.

    Raises `Conflict` when somebody has changed it since it was read, `Invalid` for days that cannot be.
    """
    title = _checked(title, started_on, ended_on)
    refuse_withdrawn(employment)
    changed = db.session.execute(
        update(Employment)
        .where(Employment.id == employment.id, Employment.version == version, Employment.withdrawn_at.is_(None))
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("그사이 다른 분이 이 기록을 고쳤어요. 지금 내용을 확인하고 다시 고쳐 주세요."))
    db.session.refresh(employment)
    before = facts_of(employment)
    employment.title, employment.started_on, employment.ended_on = title, started_on, ended_on
    if ended_early(started_on, ended_on):
        employment.answered_at, employment.stood = employment.answered_at or at, False
    experience = employment.experience
    experience.title, experience.starts_on, experience.ends_on = title, started_on, ended_on
    after = facts_of(employment)
    employment.steps.append(step("correct", actor, at, before=before, after=after))
    db.session.flush()
    audit.record(actor, "employment.correct", employment, at=at, before=before, after=after)


def answer_standing(employment: Employment, stood: bool, actor: Actor, at: datetime) -> None:
    """Say whether the job stood after six months. Raises `Conflict` before that day."""
    hold(employment)
    if employment.answered_at is not None and employment.stood is stood:
        return
    if seoul_date(at) < asked_on(employment.started_on):
        raise Conflict(_l("시작한 날부터 6개월이 지난 뒤에 답할 수 있어요."))
    refuse_withdrawn(employment)
    before, after = {"stood": employment.stood}, {"stood": stood}
    employment.answered_at, employment.stood = at, stood
    employment.steps.append(step("answer", actor, at, before=before, after=after))
    db.session.flush()
    audit.record(actor, "employment.answer", employment, at=at, before=before, after=after)


def cut_from_application(application: Application, at: datetime, **_more: Any) -> dict[str, int]:
    """Take the link to an application from its employment when its papers are destroyed (receives
    `application-destroyed`): the job is record, what was handed in for it is not."""
    cut = db.session.execute(
        update(Employment).where(Employment.application_id == application.id).values(application_id=None)
    )
    return {"employments": cut.rowcount}  # type: ignore[attr-defined]


def _checked(title: str, started_on: date, ended_on: date | None) -> str:
    title = title.strip()[:120]
    if not title:
        raise Invalid(_l("직위나 하는 일을 적어 주세요."))
    if ended_on is not None and ended_on < started_on:
        raise Invalid(_l("끝난 날이 시작한 날보다 빨라요."))
    return title


def _tell(employment: Employment, person: Person, opening: Opening, at: datetime) -> None:
    account = db.session.scalars(select(Account).where(Account.person_id == person.id)).first()
    if account is None or account.confirmed_at is None:
        return
    courses = [
        f"{one.course} ({one.cohort}), {one.centre}, {written_date(one.starts_on, account.language)}"
        for one in next_in_service_cohorts(seoul_date(at))
    ]
    send_later(
        account.email,
        "employment_confirmed",
        at,
        language=account.language,
        name=account.name,
        employer=opening.employer_name,
        title=employment.title,
        courses=courses,
        page_url=absolute_url("employments.mine"),
    )
