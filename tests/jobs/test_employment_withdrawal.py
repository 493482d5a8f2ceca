"""An employment that was confirmed by mistake is withdrawn: everything that followed from it follows again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Account, MembershipRole, Organisation, PersonRole
from app.core import clock
from app.core.audit import AuditLine
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.matching.record_queries import record_of
from app.jobs.opening_words import WorkKind
from app.jobs.outcomes.employment_job import ask_about_employments
from app.jobs.outcomes.employment_models import Employment, EmploymentStep
from app.jobs.outcomes.employment_rules import months_after
from app.jobs.outcomes.employment_service import answer_standing, correct_employment
from app.jobs.outcomes.employment_withdrawal import withdraw_employment
from app.jobs.outcomes.figure_queries import events_until
from app.jobs.outcomes.figures import What
from app.portfolio.experience_queries import experiences_of, number_of_experiences
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.duties import make_employment
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening

NOW = clock.now()
TODAY = clock.seoul_date(NOW)
WHY = "동명이인을 잘못 골랐어요."


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer("종로센터")


@pytest.fixture
def applicant(app: Flask) -> Account:
    return make_account("jiwon@example.kr", person=make_person("나지원", role=PersonRole.TRAINEE))


def hired(employer: Organisation, applicant: Account, work_kind: str = WorkKind.COORDINATOR) -> Application:
    opening = make_opening(employer, work_kind=work_kind, headcount=1)
    return make_application(opening, applicant, Stage.HIRED, decided_at=NOW)


def mails_to(account: Account) -> list[OutgoingMail]:
    rows = select(OutgoingMail).where(OutgoingMail.recipient == account.email).order_by(OutgoingMail.id)
    return [mail for mail in db.session.scalars(rows) if "철회" in mail.subject]


def counted(*what: What) -> int:
    return sum(event.what in what for event in events_until(TODAY))


def test_the_employer_withdraws_and_all_follows(employer: Organisation, applicant: Account, visitor: Visitor) -> None:
    job = make_employment(hired(employer, applicant), months_after(TODAY, -7))
    answer_standing(job, True, COMMAND, NOW)
    db.session.commit()
    person = applicant.person
    assert person is not None
    assert len(record_of(person).experiences) == 1
    assert (counted(What.HIRE), counted(What.ASKED, What.KEPT)) == (1, 2)
    sign_in(visitor, make_member(employer, MembershipRole.CLERK))
    address = f"/employments/{job.public_id}"
    assert f"{address}/withdraw" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(f"{address}/withdraw").status_code == 422
    assert visitor.post(f"{address}/withdraw", data={"why": WHY}).status_code == 303
    db.session.expire_all()
    # Portfolio, requirements, figures and role.
    assert db.session.scalars(experiences_of(person)).all() == []
    assert number_of_experiences(person) == 0
    assert record_of(person).experiences == ()
    assert (counted(What.HIRE), counted(What.ASKED, What.KEPT)) == (0, 0)
    assert person.role == PersonRole.TRAINEE
    # The other side is told, with the reason, and sees it; so does the employer.
    (mail,) = mails_to(applicant)
    assert WHY in mail.body
    page = visitor.get(address).get_data(as_text=True)
    assert "철회한 채용이에요" in page
    assert page.count(WHY) == 2
    assert "철회함" in visitor.get("/employments").get_data(as_text=True)
    sign_in(visitor, applicant)
    mine = visitor.get("/employments/mine").get_data(as_text=True)
    assert WHY in mine
    assert "일한 적이 없어요" not in mine


def test_whose_job_it_is_withdraws_and_the_employer_is_told(
    employer: Organisation, applicant: Account, visitor: Visitor
) -> None:
    job = make_employment(hired(employer, applicant))
    clerk, viewer = make_member(employer, MembershipRole.CLERK), make_member(employer, MembershipRole.VIEWER)
    sign_in(visitor, applicant)
    address = f"/employments/mine/{job.public_id}/withdraw"
    assert address in visitor.get("/employments/mine").get_data(as_text=True)
    assert "이 일을 한 적이 없나요?" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(address, data={"why": "합격했지만 일하지 않았어요."}).status_code == 303
    db.session.expire_all()
    assert job.withdrawn_at is not None
    assert (len(mails_to(clerk)), mails_to(viewer), mails_to(applicant)) == (1, [], [])
    # What can never be changed does not name her: closing the account and destroying the papers would not reach it.
    actions = ("employment.withdraw", "experience.withdraw", "person.role")
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.in_(actions), AuditLine.at >= NOW)).all()
    hers = [line for line in lines if line.actor_label != COMMAND.label]
    assert {(line.action, line.actor_label, line.account_id) for line in hers} == {
        (action, "applicant", None) for action in actions
    }
    assert [one.actor_label for one in job.steps if one.by_person] == ["applicant"]
    # Sent again, it has no second effect.
    assert visitor.post(address, data={"why": WHY}).status_code == 303
    assert [s.action for s in job.steps if s.action == "withdraw"] == ["withdraw"]
    sign_in(visitor, clerk)
    assert "채용된 분" in visitor.get(f"/employments/{job.public_id}").get_data(as_text=True)


def test_nobody_else_withdraws_it(employer: Organisation, applicant: Account, visitor: Visitor) -> None:
    job = make_employment(hired(employer, applicant))
    stranger = make_account(person=make_person("다른이"))
    for account, addresses in (
        (stranger, (f"/employments/mine/{job.public_id}/withdraw", f"/employments/{job.public_id}/withdraw")),
        (make_member(make_employer()), (f"/employments/{job.public_id}/withdraw",)),
        (make_member(employer), (f"/employments/mine/{job.public_id}/withdraw",)),
        (make_member(employer, MembershipRole.VIEWER), (f"/employments/{job.public_id}/withdraw",)),
    ):
        sign_in(visitor, account)
        for address in addresses:
            assert visitor.get(address).status_code in (403, 404)
            assert visitor.post(address, data={"why": WHY}).status_code in (403, 404)
    db.session.expire_all()
    assert job.withdrawn_at is None


def test_a_reason_is_asked_for_and_once_is_enough(employer: Organisation, applicant: Account) -> None:
    job = make_employment(hired(employer, applicant))
    with pytest.raises(Invalid, match="까닭"):
        withdraw_employment(job, "  ", COMMAND, NOW, by_person=False)
    withdraw_employment(job, WHY, COMMAND, NOW, by_person=False)
    db.session.commit()
    acts: tuple[Callable[[], None], ...] = (
        lambda: withdraw_employment(job, WHY, COMMAND, NOW, by_person=True),
        lambda: correct_employment(job, job.version, "팀장", TODAY, None, COMMAND, NOW),
        lambda: answer_standing(job, True, COMMAND, NOW + timedelta(days=300)),
    )
    for act in acts:
        with pytest.raises(Conflict):
            act()
        db.session.rollback()


def test_it_can_be_confirmed_anew(employer: Organisation, applicant: Account, visitor: Visitor) -> None:
    application = hired(employer, applicant)
    job = make_employment(application, title="사무원")
    sign_in(visitor, make_member(employer))
    visitor.post(f"/employments/{job.public_id}/withdraw", data={"why": WHY})
    address = f"/employments/new/{application.public_id}"
    assert address in visitor.get("/employments").get_data(as_text=True)
    data = {"title": "코디네이터", "started_on": TODAY.isoformat()}
    assert visitor.post(address, data=data).status_code == 303
    assert applicant.person is not None
    assert [one.title for one in db.session.scalars(experiences_of(applicant.person))] == ["코디네이터"]
    states = [one.withdrawn_at is None for one in db.session.scalars(select(Employment).order_by(Employment.id))]
    assert states == [False, True]
    assert counted(What.HIRE) == 1


def test_a_role_stays_that_another_job_has_made_theirs(employer: Organisation, applicant: Account) -> None:
    first, second = (make_employment(hired(employer, applicant)) for _ in range(2))
    assert applicant.person is not None
    withdraw_employment(first, WHY, COMMAND, NOW, by_person=False)
    assert applicant.person.role == PersonRole.COORDINATOR
    withdraw_employment(second, WHY, COMMAND, NOW, by_person=False)
    # The second changed no role, and what it was before the first is not known from it.
    assert applicant.person.role == PersonRole.COORDINATOR


def test_a_role_that_was_changed_since_stays(employer: Organisation, applicant: Account) -> None:
    job = make_employment(hired(employer, applicant))
    assert applicant.person is not None
    applicant.person.role = PersonRole.PLANNER
    withdraw_employment(job, WHY, COMMAND, NOW, by_person=False)
    assert applicant.person.role == PersonRole.PLANNER


def test_it_is_neither_asked_about_nor_fills_an_opening(
    employer: Organisation, applicant: Account, visitor: Visitor
) -> None:
    manager = make_member(employer)
    job = make_employment(hired(employer, applicant), months_after(TODAY, -7))
    sign_in(visitor, manager)
    address = f"/employments/{job.public_id}"
    assert "모집인원을 모두 채용했어요" in visitor.get(address).get_data(as_text=True)
    visitor.post(f"{address}/withdraw", data={"why": WHY})
    page = visitor.get(address).get_data(as_text=True)
    for words in ("모집인원을 모두 채용했어요", "잘못 확정했어요", "답하기", "고치거나"):
        assert words not in page
    ask_about_employments(NOW)
    db.session.expire_all()
    assert job.asked_at is None
    assert visitor.get(f"{address}/withdraw").status_code == 303


def test_its_history_never_changes(employer: Organisation, applicant: Account) -> None:
    job = make_employment(hired(employer, applicant), TODAY - timedelta(days=9))
    correct_employment(job, 1, "팀장", TODAY - timedelta(days=8), None, COMMAND, NOW)
    withdraw_employment(job, WHY, COMMAND, NOW, by_person=False)
    db.session.commit()
    steps = db.session.scalars(select(EmploymentStep).order_by(EmploymentStep.id)).all()
    assert [one.action for one in steps] == ["confirm", "role", "correct", "withdraw"]
    assert [(one.before or {}).get("title") for one in steps] == [None, None, "코디네이터", "팀장"]
    # The reason is for those whom it concerns, the audit trail for everybody who looks into it.
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "employment.withdraw")).all()
    assert [line.why for line in lines] == [""]
    for statement in ("UPDATE employment_steps SET why = ''", "DELETE FROM employment_steps"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
