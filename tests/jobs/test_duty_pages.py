"""Duties on pages and by mail: the employer's, the office's, reminders once each, return and schedule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import MembershipRole, OrganisationKind
from app.core import clock
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import withdraw_consent
from app.jobs.duties.duty_job import note_duties
from app.jobs.duties.duty_models import DutyReminder, OpenDuty, ReturnRequest, ScheduleNotice
from app.jobs.duties.duty_service import why_no_return
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.duties import make_return_request
from tests.factories.jobs import make_application, make_employer, make_opening, make_reviewer

NOW = clock.now()


def closed_opening(days_ago: int, name: str = "") -> Opening:
    """Store an opening whose last day to apply was some days ago, with two applications without result."""
    closed = NOW - timedelta(days=days_ago)
    opening = make_opening(make_employer(name), at=closed - timedelta(days=30))
    for applicant in ("가나다", "라마바"):
        make_application(opening, make_account(person=make_person(applicant)), at=closed - timedelta(days=1))
    return opening


def mails() -> list[tuple[str, str]]:
    return [(m.recipient, m.subject) for m in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


def test_the_employer_sees_what_is_due_and_what_is_overdue(app: Flask, visitor: Visitor) -> None:
    opening = closed_opening(10)
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    for address in ("/duties", f"/hiring/{opening.public_id}", f"/hiring/{opening.public_id}/duties"):
        page = visitor.get(address).get_data(as_text=True)
        assert "3일 지남" in page, address
        assert "20일 남음" in page, address
        assert "가나다" not in page, address


def test_who_only_looks_sees_the_duties_of_what_they_judge(app: Flask, visitor: Visitor) -> None:
    opening = closed_opening(10)
    assert opening.organisation is not None
    note_duties(NOW)
    viewer = make_member(opening.organisation, MembershipRole.VIEWER)
    sign_in(visitor, viewer)
    assert opening.title not in visitor.get("/duties").get_data(as_text=True)
    make_reviewer(opening, viewer)
    assert visitor.get("/duties").get_data(as_text=True).count(opening.title) > 1


def test_an_opening_without_applicants_owes_nothing(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer))
    assert opening.title not in visitor.get("/duties").get_data(as_text=True)


def test_smaller_employers_are_told_that_it_is_advice(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer, has_thirty_staff=False)
    sign_in(visitor, make_member(employer))
    assert "권고예요" in visitor.get(f"/hiring/{opening.public_id}/duties").get_data(as_text=True)


def test_the_office_sees_the_most_overdue_first_and_no_applicant(app: Flask, visitor: Visitor) -> None:
    closed_opening(10, "가회동센터")
    closed_opening(40, "나루센터")
    note_duties(NOW)
    sign_in(visitor, make_member(make_organisation(kind=OrganisationKind.OFFICE)))
    page = visitor.get("/duties/overview").get_data(as_text=True)
    assert page.index("나루센터") < page.index("가회동센터")
    assert "가나다" not in page
    found = visitor.get("/duties/overview?q=나루").get_data(as_text=True)
    assert found.count("나루센터") == 2
    assert "가회동센터" not in found
    overdue = visitor.get("/duties/overview?overdue=1").get_data(as_text=True)
    assert "일 남음" not in overdue
    assert "일 지남" in overdue


def test_it_reminds_once_before_and_once_after(app: Flask) -> None:
    opening = closed_opening(4)
    assert opening.organisation is not None
    clerk = make_member(opening.organisation, MembershipRole.CLERK)
    make_member(opening.organisation, MembershipRole.VIEWER)
    for later in (0, 0, 1, 4, 5, 6):
        note_duties(NOW + timedelta(days=later))
    assert mails() == [
        (clerk.email, "[이음] 곧 해야 할 일이 있어요: 채용일정 고지"),
        (clerk.email, "[이음] 기한이 지났어요: 채용일정 고지"),
    ]
    phases = db.session.scalars(select(DutyReminder.phase).order_by(DutyReminder.id)).all()
    assert phases == ["soon", "overdue"]


def test_what_is_done_leaves_the_office_s_list(app: Flask) -> None:
    opening = closed_opening(40)
    note_duties(NOW)
    kinds = select(OpenDuty.kind).order_by(OpenDuty.due_on)
    assert db.session.scalars(kinds).all() == ["schedule", "result"]
    for application in db.session.scalars(select(Application).filter_by(opening_id=opening.id)):
        application.stage, application.decided_at = Stage.REJECTED, NOW
    db.session.commit()
    note_duties(NOW + timedelta(days=1))
    assert db.session.scalars(kinds).all() == ["destruction"]


def test_everybody_who_waits_is_told_the_schedule(app: Flask, visitor: Visitor) -> None:
    opening = closed_opening(1)
    decided = make_account("decided@example.kr", person=make_person("사아자"))
    make_application(opening, decided, Stage.REJECTED, decided_at=NOW)
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    address = f"/hiring/{opening.public_id}/schedule"
    assert visitor.post(address, data={"words": ""}).status_code == 422
    assert visitor.post(address, data={"words": "면접은 4월 1일이에요."}).status_code == 303
    assert db.session.scalars(select(ScheduleNotice.recipients)).one() == 2
    told = [mail for mail in db.session.scalars(select(OutgoingMail)) if "채용일정" in mail.subject]
    assert len(told) == 2
    assert all("면접은 4월 1일이에요." in mail.body for mail in told)
    assert "decided@example.kr" not in {mail.recipient for mail in told}
    words = db.session.scalars(select(ApplicationEvent).where(ApplicationEvent.action == "schedule")).all()
    assert {event.why for event in words} == {""}


def test_nobody_tells_the_applicants_of_another_employer(app: Flask, visitor: Visitor) -> None:
    opening = closed_opening(1)
    sign_in(visitor, make_member(make_employer()))
    assert visitor.post(f"/hiring/{opening.public_id}/schedule", data={"words": "면접"}).status_code == 404


@pytest.mark.parametrize(
    ("stage", "days_ago", "can_ask"),
    [
        (Stage.REJECTED, 0, True),
        (Stage.REJECTED, 180, True),
        (Stage.REJECTED, 182, False),
        (Stage.HIRED, 0, False),
        (Stage.WITHDRAWN, 0, False),
        (Stage.VIEWED, None, False),
    ],
)
def test_an_applicant_asks_for_her_papers(
    app: Flask, visitor: Visitor, stage: str, days_ago: int | None, can_ask: bool
) -> None:
    applicant = make_account(person=make_person())
    decided = NOW - timedelta(days=days_ago) if days_ago is not None else None
    employer = make_employer()
    application = make_application(make_opening(employer), applicant, stage, decided_at=decided)
    manager = make_member(employer)
    sign_in(visitor, applicant)
    address = f"/applications/{application.public_id}/return"
    assert ("반환 청구하기" in visitor.get(address).get_data(as_text=True)) is can_ask
    assert visitor.post(address).status_code == (303 if can_ask else 409)
    assert len(db.session.scalars(select(ReturnRequest)).all()) == int(can_ask)
    assert (manager.email in {recipient for recipient, _subject in mails()}) is can_ask
    if can_ask:
        assert visitor.post(address).status_code == 409


def test_nobody_asks_for_papers_whose_consent_was_withdrawn(app: Flask) -> None:
    applicant = make_account(person=make_person("나지원"))
    application = make_application(make_opening(), applicant, Stage.REJECTED, decided_at=NOW)
    assert applicant.person is not None
    assert why_no_return(application, NOW) == ""
    withdraw_consent(applicant.person, application.public_id, applicant.actor, NOW)
    assert "지워져서" in why_no_return(application, NOW)


def test_nobody_asks_for_the_papers_of_another(app: Flask, visitor: Visitor) -> None:
    application = make_application(make_opening(), make_account(person=make_person()), Stage.REJECTED, decided_at=NOW)
    sign_in(visitor, make_account(person=make_person("남다른")))
    assert visitor.post(f"/applications/{application.public_id}/return").status_code == 404


def test_the_employer_says_that_papers_were_returned(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    application = make_application(opening, make_account(person=make_person()), Stage.REJECTED, decided_at=NOW)
    request = make_return_request(application)
    sign_in(visitor, make_member(employer))
    address = f"/hiring/{opening.public_id}/returns/{request.public_id}"
    assert visitor.post(address).status_code == 303
    assert visitor.post(address).status_code == 409
    db.session.expire_all()
    assert request.returned_at is not None


def test_what_is_urgent_comes_first_and_goes_once_it_is_done(app: Flask, visitor: Visitor) -> None:
    opening = closed_opening(10)
    note_duties(NOW)
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    assert "급한 일" in visitor.get("/duties").get_data(as_text=True)
    visitor.post(f"/hiring/{opening.public_id}/schedule", data={"words": "면접은 4월 1일이에요."})
    assert "급한 일" not in visitor.get("/duties").get_data(as_text=True)
    sign_in(visitor, make_member(make_employer()))
    assert "급한 일" not in visitor.get("/duties").get_data(as_text=True)
