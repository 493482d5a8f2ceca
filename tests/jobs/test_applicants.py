"""An employer opens, decides, takes back: board and list, stages, mails, versions, proofs, queries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from app.accounts.access_log import AccessLog, AccessLogSubject
from app.accounts.models import Account, MembershipRole, Organisation
from app.certificates import revocation_service
from app.certificates.models import StatusReason
from app.core import clock
from app.core.db import db
from app.core.mail import OutgoingMail, deliver_waiting
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import withdraw_consent
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.duties.duty_service import tell_schedule
from app.jobs.hiring.applicant_forms import DecisionForm
from app.jobs.interview_models import InterviewChoice
from app.jobs.opening_models import Opening
from app.jobs.outcomes.employment_service import confirm_employment
from app.jobs.reviewer_models import Recusal
from tests.conftest import Visitor
from tests.factories.accounts import (
    audit_lines,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)
from tests.factories.certificates import CLERK as ISSUER
from tests.factories.certificates import issue_one
from tests.factories.jobs import (
    make_application,
    make_certificate_item,
    make_criterion,
    make_employer,
    make_opening,
    make_reviewer,
    make_slot,
)


@dataclass(frozen=True)
class Hiring:
    """An employer with one opening and its first applicant."""

    employer: Organisation
    manager: Account
    opening: Opening
    applicant: Account
    application: Application

    @property
    def address(self) -> str:
        return f"/hiring/{self.opening.public_id}/applications"

    def of(self, application: Application) -> str:
        return f"{self.address}/{application.public_id}"


@pytest.fixture
def hiring(app: Flask, visitor: Visitor) -> Hiring:
    employer = make_employer()
    manager = make_member(employer, name="김담당")
    opening = make_opening(employer)
    applicant = make_account(person=make_person("나지원"))
    application = make_application(opening, applicant)
    sign_in(visitor, manager)
    return Hiring(employer, manager, opening, applicant, application)


def another(hiring: Hiring, name: str, **values: object) -> Application:
    return make_application(hiring.opening, make_account(person=make_person(name)), **values)  # type: ignore[arg-type]


def decide(visitor: Visitor, hiring: Hiring, stage: Stage, *chosen: Application, **more: str) -> object:
    pairs = [f"{a.public_id}:{a.stage}" for a in chosen]
    return visitor.post(f"{hiring.address}/decide", data={"chosen": pairs, "stage": stage.value, **more})


def text_of(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined, no-any-return]


def sent(mail: OutgoingMail) -> object:
    return db.session.scalar(select(OutgoingMail.sent_at).where(OutgoingMail.id == mail.id))


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_first_opening_is_a_step_that_the_applicant_sees(visitor: Visitor, hiring: Hiring) -> None:
    page = text_of(visitor.get(hiring.of(hiring.application)))
    assert "아직 열어 보지 않은 지원서예요" in page
    assert hiring.application.stage == Stage.RECEIVED
    for _twice in range(2):
        assert visitor.post(f"{hiring.of(hiring.application)}/open").status_code == 303
    assert (hiring.application.stage, hiring.application.viewed_at is not None) == (Stage.VIEWED, True)
    steps = db.session.scalars(select(ApplicationEvent).where(ApplicationEvent.action == "view")).all()
    assert [(s.stage, s.is_shown, s.actor_label) for s in steps] == [("viewed", True, hiring.employer.name)]
    assert len(audit_lines("application.view")) == 1


def test_no_download_goes_around_the_first_opening(visitor: Visitor, hiring: Hiring) -> None:
    assert visitor.get(f"{hiring.of(hiring.application)}/paper").status_code == 409
    visitor.post(f"{hiring.of(hiring.application)}/open")
    answer = visitor.get(f"{hiring.of(hiring.application)}/paper")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_the_access_log_says_whose_application_was_shown(visitor: Visitor, hiring: Hiring) -> None:
    visitor.get(hiring.address)
    line = db.session.scalars(select(AccessLog).where(AccessLog.endpoint == "hiring.applicants")).one()
    person = hiring.applicant.person
    assert person is not None
    subjects = db.session.scalars(
        select(AccessLogSubject.subject_id).where(AccessLogSubject.access_id == line.id)
    ).all()
    assert person.public_id in subjects


def test_no_page_shows_a_name_without_a_line_of_the_access_log(visitor: Visitor, hiring: Hiring) -> None:
    one, opened = hiring.of(hiring.application), f"/hiring/{hiring.opening.public_id}"
    slot = make_slot(hiring.opening)
    db.session.add(InterviewChoice(application_id=hiring.application.id, slot_id=slot.id, chosen_at=clock.now()))
    make_criterion(hiring.opening)
    person = hiring.applicant.person
    assert person is not None
    subjects = select(func.count()).where(AccessLogSubject.subject_id == person.public_id)
    decision = {"chosen": f"{hiring.application.public_id}:received", "stage": "shortlisted"}
    shown = 0
    for address, data in (
        (hiring.address, None),
        (f"{hiring.address}/board", None),
        (one, None),
        (f"{hiring.address}/decide", decision),
        (
            f"{hiring.address}/decide",
            {**decision, "chosen": f"{hiring.application.public_id}:viewed", "step": "confirm"},
        ),
        (f"{one}/messages", None),
        (f"{opened}/scores", None),
        (f"{opened}/interviews", None),
    ):
        before = db.session.scalar(subjects) or 0
        answer = visitor.get(address) if data is None else visitor.post(address, data=data)
        assert "나지원" in text_of(answer), address
        assert (db.session.scalar(subjects) or 0) == before + 1, address
        shown += 1
    assert shown == 8


def test_a_decision_shows_its_mail_first_and_sends_it_when_it_stands(visitor: Visitor, hiring: Hiring) -> None:
    preview = text_of(decide(visitor, hiring, Stage.SHORTLISTED, hiring.application, words="서류를 잘 읽었어요."))
    assert "서류를 잘 읽었어요." in preview
    assert "나지원 지원자님" in preview
    assert hiring.application.stage == Stage.RECEIVED
    assert mails_to(hiring.applicant.email) == []
    answer = decide(
        visitor,
        hiring,
        Stage.SHORTLISTED,
        hiring.application,
        words="잘 읽었어요.",
        why="맞음",
        step="confirm",
    )
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert hiring.application.stage == Stage.SHORTLISTED
    (mail,) = mails_to(hiring.applicant.email)
    assert "잘 읽었어요." in mail.body
    assert "맞음" not in mail.body
    deliver_waiting(clock.now())
    assert sent(mail) is None
    deliver_waiting(clock.now() + timedelta(minutes=11))
    assert sent(mail) is not None
    assert "맞음" not in str([e.why for e in db.session.scalars(select(ApplicationEvent))])
    assert [line.why for line in audit_lines("application.decide")] == [""]


def test_no_id_that_cannot_be_is_asked_for(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"chosen": ["a\0b:viewed", ":viewed", "ab12:viewed"]}):
        assert DecisionForm().seen() == {"ab12": "viewed"}


def test_whoever_moved_since_is_said_and_left_out(visitor: Visitor, hiring: Hiring) -> None:
    gone = another(hiring, "남취소")
    chosen = [f"{a.public_id}:received" for a in (hiring.application, gone)]
    gone.stage = Stage.WITHDRAWN
    db.session.commit()
    preview = text_of(visitor.post(f"{hiring.address}/decide", data={"chosen": chosen, "stage": "shortlisted"}))
    assert "이 결정에서 빠지는 지원자가 있어요" in preview
    answer = visitor.post(
        f"{hiring.address}/decide", data={"chosen": chosen, "stage": "shortlisted", "step": "confirm"}
    )
    assert "남취소: 그사이 이 지원서의 단계가 바뀌었어요" in text_of(answer)
    assert (hiring.application.stage, gone.stage) == (Stage.SHORTLISTED, Stage.WITHDRAWN)
    assert db.session.scalar(select(StageMove.application_id)) == hiring.application.id


def test_a_step_that_may_not_follow_is_refused(visitor: Visitor, hiring: Hiring) -> None:
    answer = text_of(decide(visitor, hiring, Stage.HIRED, hiring.application, step="confirm"))
    assert "‘접수’ 다음에는 ‘최종합격’ 결정을 할 수 없어요" in answer
    assert hiring.application.stage == Stage.RECEIVED


def take_back(visitor: Visitor, hiring: Hiring) -> Any:
    return visitor.post(f"{hiring.of(hiring.application)}/undo", data={"seen": str(hiring.application.stage)})


def test_a_decision_is_taken_back_with_its_mail(visitor: Visitor, hiring: Hiring) -> None:
    decide(visitor, hiring, Stage.REJECTED, hiring.application, step="confirm")
    assert hiring.application.decided_at is not None
    assert take_back(visitor, hiring).status_code == 303
    assert hiring.application.stage == Stage.RECEIVED
    assert db.session.scalar(select(Application.decided_at)) is None
    assert db.session.scalars(select(OutgoingMail)).all() == []
    assert take_back(visitor, hiring).status_code == 409


def test_a_decision_that_was_told_stays(visitor: Visitor, hiring: Hiring, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(visitor, hiring, Stage.REJECTED, hiring.application, step="confirm")
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert take_back(visitor, hiring).status_code == 409
    assert hiring.application.stage == Stage.REJECTED


@pytest.mark.parametrize("gone", ["consent", "papers"])
def test_a_decision_stays_once_what_was_handed_in_is_gone(visitor: Visitor, hiring: Hiring, gone: str) -> None:
    decide(visitor, hiring, Stage.REJECTED, hiring.application, step="confirm")
    if gone == "papers":
        destroy_papers(hiring.application.id, hiring.manager.actor, clock.now(), is_automatic=False)
    else:
        assert hiring.applicant.person is not None
        withdraw_consent(hiring.applicant.person, hiring.application.public_id, hiring.applicant.actor, clock.now())
    db.session.commit()
    assert "결정 되돌리기" not in text_of(visitor.get(hiring.of(hiring.application)))
    assert take_back(visitor, hiring).status_code == 409
    assert hiring.application.stage == Stage.REJECTED


def test_the_employer_reads_what_each_step_was(visitor: Visitor, hiring: Hiring) -> None:
    hiring.application.stage = Stage.VIEWED
    tell_schedule(hiring.opening, "면접은 다음 주예요.", hiring.manager.actor, clock.now())
    db.session.commit()
    assert "기관이 채용 일정을 알렸어요" in text_of(visitor.get(hiring.of(hiring.application)))


def test_a_decision_stays_once_the_job_was_confirmed(visitor: Visitor, hiring: Hiring) -> None:
    hiring.application.stage = Stage.INTERVIEW
    decide(visitor, hiring, Stage.HIRED, hiring.application, step="confirm")
    today = clock.seoul_date(clock.now())
    confirm_employment(hiring.application, "코디네이터", today, hiring.manager.actor, clock.now())
    db.session.commit()
    assert take_back(visitor, hiring).status_code == 409
    assert hiring.application.stage == Stage.HIRED


def test_proofs_are_verified_when_they_are_looked_at(visitor: Visitor, hiring: Hiring) -> None:
    certificate = issue_one(make_organisation(), clock.now())
    make_certificate_item(hiring.application, certificate)
    assert "서명 확인됨" in text_of(visitor.get(hiring.address))
    revocation_service.revoke(certificate, StatusReason.HOLDERS_WISH, "시험", ISSUER, clock.now())
    page = text_of(visitor.get(hiring.address))
    assert "폐지됨" in page
    assert "서명 확인됨" not in page


def test_a_proof_that_was_changed_is_not_confirmed(visitor: Visitor, hiring: Hiring) -> None:
    certificate = issue_one(make_organisation(), clock.now())
    item = make_certificate_item(hiring.application, certificate)
    item.document = certificate.credential.replace(b'"hoursEarned"', b'"hoursEarmed"').replace(b"20", b"21", 1)
    page = text_of(visitor.get(hiring.address))
    assert "서명 확인됨" not in page
    assert "서명이 맞지 않음" in page or "확인하지 못함" in page


def test_another_persons_certificate_under_this_items_name_is_not_confirmed(visitor: Visitor, hiring: Hiring) -> None:
    item = make_certificate_item(hiring.application, issue_one(make_organisation(), clock.now()))
    item.source_public_id = "0" * 32
    assert "서명이 맞지 않음" in text_of(visitor.get(hiring.address))


@pytest.mark.parametrize("place", ["applications", "applications/board", "scores", "interviews"])
def test_a_page_asks_as_often_whatever_the_number_of_applicants(visitor: Visitor, hiring: Hiring, place: str) -> None:
    certificate = issue_one(make_organisation(), clock.now())
    numbers: list[int] = []
    for _round in range(2):
        for number in range(6):
            person = make_person(f"사람{number}{len(numbers)}", date(1990, 1, 1 + number))
            application = make_application(hiring.opening, make_account(person=person))
            make_certificate_item(application, certificate)
        address = f"/hiring/{hiring.opening.public_id}/{place}"
        visitor.get(address)
        with counted() as statements:
            assert visitor.get(address).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
    assert numbers[0] < 25


def cells_of(answer: object) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(answer.data)).active  # type: ignore[attr-defined]
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_table_to_take_away_says_of_the_unopened_only_that_they_are_there(
    visitor: Visitor, hiring: Hiring
) -> None:
    make_certificate_item(hiring.application, issue_one(make_organisation(), clock.now()))
    unopened, opened = hiring.application, another(hiring, "나열람")
    visitor.post(f"{hiring.of(opened)}/open")
    _head, *rows = cells_of(visitor.get(f"{hiring.address}/export"))
    assert [row[:2] for row in rows] == [[unopened.number, "접수"], [opened.number, "열람"]]
    assert rows[0][2], "when it came"
    assert not any(rows[0][3:])
    assert "나열람" in rows[1]
    line = db.session.scalars(select(AccessLog).where(AccessLog.endpoint == "hiring.export_applicants")).one()
    assert line.subjects == 1, "nothing of the other one was shown"
    assert unopened.stage == Stage.RECEIVED
    visitor.post(f"{hiring.of(unopened)}/open")
    assert any("서명" in str(cell) for cell in cells_of(visitor.get(f"{hiring.address}/export"))[1])


def test_all_applications_are_opened_at_once_and_each_applicant_sees_it(visitor: Visitor, hiring: Hiring) -> None:
    second, judged = another(hiring, "나둘째"), another(hiring, "나탈락", stage=Stage.REJECTED)
    elsewhere = make_application(make_opening(hiring.employer), hiring.applicant)
    own = another(hiring, "나친척")
    db.session.add(Recusal(application_id=own.id, account_id=hiring.manager.id, at=clock.now(), why="친척"))
    db.session.commit()
    page = text_of(visitor.get(hiring.address))
    assert "아직 열지 않은 지원서가 2건 있어요" in page
    assert visitor.post(f"{hiring.address}/open").status_code == 303
    stages = [a.stage for a in (hiring.application, second, judged, elsewhere, own)]
    assert stages == ["viewed", "viewed", "rejected", "received", "received"]
    seen = db.session.scalars(
        select(ApplicationEvent.application_id).where(
            ApplicationEvent.action == "view", ApplicationEvent.is_shown.is_(True)
        )
    ).all()
    assert sorted(seen) == sorted([hiring.application.id, second.id])
    assert len(audit_lines("application.view")) == 2
    assert "아직 열지 않은 지원서가" not in text_of(visitor.get(hiring.address))
    assert visitor.post(f"{hiring.address}/open").status_code == 303
    assert len(audit_lines("application.view")) == 2


def test_the_table_to_take_away_is_safe_and_on_record(visitor: Visitor, hiring: Hiring) -> None:
    another(hiring, "=1+1")
    visitor.post(f"{hiring.address}/open")
    answer = visitor.get(f"{hiring.address}/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "나지원")]
    assert {(cell.value, cell.data_type) for cell in cells} == {("=1+1", "s"), ("나지원", "s")}
    line = db.session.scalars(select(AccessLog).where(AccessLog.endpoint == "hiring.export_applicants")).one()
    assert (line.is_download, line.subjects) == (True, 2)


def test_a_reviewer_sees_their_openings_only(visitor: Visitor, hiring: Hiring) -> None:
    reviewer = make_member(hiring.employer, MembershipRole.VIEWER)
    other = make_opening(hiring.employer, title="다른 공고")
    visitor.get("/sign-out")
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, reviewer)
    assert visitor.get(hiring.address).status_code == 404
    make_reviewer(hiring.opening, reviewer)
    assert visitor.get(hiring.address).status_code == 200
    assert "다른 공고" not in text_of(visitor.get("/hiring"))
    assert visitor.get(f"/hiring/{other.public_id}/applications").status_code == 404


def test_the_list_is_searched_filtered_and_sorted(visitor: Visitor, hiring: Hiring) -> None:
    another(hiring, "박둘째", stage=Stage.VIEWED)
    assert "나지원" not in text_of(visitor.get(f"{hiring.address}?q=둘째"))
    assert "박둘째" in text_of(visitor.get(f"{hiring.address}?q=2"))
    assert "나지원" not in text_of(visitor.get(f"{hiring.address}?stage=viewed"))
    newest = text_of(visitor.get(f"{hiring.address}?sort=newest"))
    assert newest.index("박둘째") < newest.index("나지원")
