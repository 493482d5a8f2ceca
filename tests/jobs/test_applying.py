"""From the opening to the receipt: a draft that survives, proofs frozen, consent kept, taken back, applied again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import closing_service
from app.accounts.models import Account
from app.core import clock
from app.core.db import db, unit_of_work
from app.jobs.application_models import (
    Application,
    ApplicationConsent,
    ApplicationEvent,
    ApplicationFile,
    ApplicationItem,
)
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, audit_lines, mails_to, make_account, make_person, sign_in
from tests.factories.applying import PDF
from tests.factories.jobs import COMMAND, make_opening
from tests.jobs.applying import EMAIL, PHONE, Applying, make_applicant


@pytest.fixture
def applicant(app: Flask, visitor: Visitor) -> Account:
    account = make_applicant()
    sign_in(visitor, account)
    return account


@pytest.fixture
def applying(visitor: Visitor, applicant: Account) -> Applying:
    return Applying(visitor, make_opening())


@pytest.fixture
def rich(app: Flask, visitor: Visitor) -> Applying:
    sign_in(visitor, make_applicant(rich=True))
    return Applying(visitor, make_opening())


def count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def events(application: Application) -> list[str]:
    rows = select(ApplicationEvent.action).where(ApplicationEvent.application_id == application.id)
    return list(db.session.scalars(rows.order_by(ApplicationEvent.id)))


def test_everything_chosen_is_frozen_with_its_proof(rich: Applying) -> None:
    rich.visitor.post(rich.start)
    keys = rich.offered()
    assert [key.split("-")[0] for key in keys] == ["certificate", "hours", "course", "badge", "experience"]
    application = rich.apply(*keys, makes_resume="y", words="주민과 함께 일하고 싶어요.")
    items = db.session.scalars(select(ApplicationItem).order_by(ApplicationItem.position)).all()
    by_kind = {item.kind: item for item in items}
    certificate = by_kind["certificate"]
    assert certificate.facts["minutes"] == 1200
    assert certificate.facts["signature"] in ("valid", "could_not_check")
    assert certificate.full["centre"] == "종로교육원"
    assert certificate.document is not None
    assert certificate.document.startswith(b"{")
    assert by_kind["hours"].facts["minutes"] == 1200
    assert by_kind["course"].facts["state"] == "completed"
    assert by_kind["badge"].document == b"{}"
    assert by_kind["experience"].facts["months"] == 12
    facts = str([item.facts for item in items])
    for name in ("홍정훈", "종로교육원", "창신동", "호"):
        assert name not in facts, "facts name nobody"
    assert application.identity == {"name": "홍정훈", "birth_date": "1969-10-28", "phone": PHONE, "email": EMAIL}
    assert application.number == 1
    (resume,) = db.session.scalars(select(ApplicationFile)).all()
    assert (resume.is_made, resume.kind) == (True, "pdf")
    assert resume.content.startswith(b"%PDF-")


def test_a_receipt_comes_at_once_and_is_recorded(applying: Applying) -> None:
    application = applying.apply()
    page = applying.visitor.get(f"/applications/{application.public_id}/received").get_data(as_text=True)
    number = f"{clock.seoul_date(application.submitted_at):%Y%m%d}-0001"
    assert number in page
    assert events(application) == ["submit", "acknowledge"]
    (mail,) = mails_to(db.session.scalars(select(Account.email)).all()[-1])
    assert number in mail.body
    assert f"/applications/{application.public_id}" in mail.body
    (consent,) = db.session.scalars(select(ApplicationConsent)).all()
    assert (consent.recipient, consent.retention_days) == (applying.opening.employer_name, 180)
    assert consent.items == ["name", "birth_date", "phone", "email"]
    assert len(audit_lines("application.submit")) == 1
    assert count(ApplicationDraft) == 0


def test_what_was_begun_is_still_there(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    applying.choose(words="쓰다 만 글", act="upload", file=PDF)
    applying.visitor.post("/sign-out")
    sign_in(applying.visitor, db.session.scalars(select(Account)).all()[-1])
    assert "이어서 쓰기" in applying.page()
    page = applying.page("/documents")
    assert "쓰다 만 글" in page
    assert "이력서.pdf" in page
    assert applying.opening.title in applying.visitor.get("/applications").get_data(as_text=True)


def test_the_last_page_shows_what_the_employer_gets(rich: Applying) -> None:
    rich.to_the_confirmation(*rich_keys(rich), words="주민과 함께", file=PDF, makes_resume="y")
    page = rich.page("/confirm")
    for said in (
        "홍정훈",
        PHONE,
        EMAIL,
        "양성교육 20시간",
        "종로교육원",
        "창신동 현장지원센터",
        "주민과 함께",
        "이력서.pdf",
    ):
        assert said in page, said


def test_the_findings_stay_readable_after_handing_in(visitor: Visitor, applicant: Account) -> None:
    """What was found of each requirement when it was handed in, as the last page showed it."""
    hours = {"level": "required", "kind": "hours", "course_kind": "in_service", "minutes": 2400}
    opening = make_opening(
        requirements=(Requirement(**hours), Requirement(level="preferred", kind="other", text="운전"))
    )
    applying = Applying(visitor, opening)
    application = applying.apply()
    page = visitor.get(f"/applications/{application.public_id}").get_data(as_text=True)
    assert "자격요건 확인 결과" in page
    for words in ("직무교육 40시간 이상", "40시간 더 필요해요", "운전", "기관이 판단해요", "낼 때 확인한 결과예요"):
        assert words in page
    assert visitor.post(f"/applications/{application.public_id}/withdraw").status_code == 303
    assert "낼 때 확인한 결과예요" not in visitor.get(f"/applications/{application.public_id}").get_data(as_text=True)


def rich_keys(rich: Applying) -> list[str]:
    rich.visitor.post(rich.start)
    return rich.offered()


def test_nothing_is_handed_in_that_was_not_on_that_page(applying: Applying) -> None:
    digest = applying.to_the_confirmation()
    draft = db.session.scalars(select(ApplicationDraft)).one()
    draft.phone = "010-9999-9999"
    db.session.commit()
    assert applying.hand_in(digest).status_code == 409
    assert applying.hand_in("").status_code == 409
    assert count(Application) == 0
    assert applying.hand_in(applying.digest()).status_code == 303


def test_a_consent_to_something_else_does_not_count(applying: Applying) -> None:
    digest = applying.to_the_confirmation()
    opening = db.session.get_one(Opening, applying.opening.id)
    opening.retention_days = 90
    db.session.commit()
    assert applying.hand_in(digest).status_code == 409
    assert applying.visitor.get(f"{applying.start}/confirm").headers["Location"].endswith("/consent")
    assert count(Application) == 0


def test_without_consent_there_is_no_application(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    applying.choose()
    answer = applying.visitor.post(f"{applying.start}/consent")
    assert answer.status_code == 422
    assert "동의해야 지원서를 낼 수 있어요." in answer.get_data(as_text=True)
    for said in ("제공받는 자", "이용 목적", "제공하는 항목", "보유·이용 기간", "거부할 권리"):
        assert said in answer.get_data(as_text=True)
    assert applying.hand_in("").status_code == 409


def test_handing_in_twice_answers_the_first(applying: Applying) -> None:
    digest = applying.to_the_confirmation()
    first, second = applying.hand_in(digest), applying.hand_in(digest)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(Application) == 1
    assert applying.visitor.get(applying.start).headers["Location"].startswith("/applications/")


@pytest.mark.parametrize("why", ["late", "closed"])
def test_the_deadline_is_looked_at_when_it_is_handed_in(applying: Applying, why: str) -> None:
    digest = applying.to_the_confirmation()
    opening = db.session.get_one(Opening, applying.opening.id)
    if why == "late":
        opening.deadline_at = clock.now() - timedelta(seconds=1)
    else:
        opening_service.close_opening(opening, COMMAND, clock.now())
    db.session.commit()
    answer = applying.hand_in(digest)
    assert answer.status_code == 409
    assert "접수가 끝난 공고예요" in answer.get_data(as_text=True)
    assert count(Application) == 0


def test_taken_back_it_leaves_nothing_with_the_employer_and_can_be_applied_again(applying: Applying) -> None:
    application = applying.apply(words="비밀 이야기", file=PDF, makes_resume="y")
    own = f"/applications/{application.public_id}"
    assert "지원을 취소할까요?" in applying.visitor.get(f"{own}/withdraw").get_data(as_text=True)
    assert applying.visitor.post(f"{own}/withdraw").status_code == 303
    stored = db.session.scalars(select(Application)).one()
    assert (stored.stage, stored.identity, stored.words) == ("withdrawn", None, "")
    assert (count(ApplicationItem), count(ApplicationFile)) == (0, 0)
    assert db.session.scalars(select(ApplicationConsent.withdrawn_at)).one() is not None
    page = applying.visitor.get(own).get_data(as_text=True)
    assert "낸 서류와 인적사항은 지웠어요." in page
    assert "다시 지원하기" in page
    assert applying.visitor.post(f"{own}/withdraw").status_code == 409
    again = applying.apply()
    assert (again.public_id, again.number, again.stage) == (application.public_id, 1, "received")
    assert events(again) == ["submit", "acknowledge", "withdraw", "submit", "acknowledge"]
    assert count(ApplicationConsent) == 2


def test_after_the_deadline_only_the_consent_can_be_withdrawn(applying: Applying) -> None:
    application = applying.apply()
    opening = db.session.get_one(Opening, applying.opening.id)
    opening.deadline_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    own = f"/applications/{application.public_id}"
    assert applying.visitor.post(f"{own}/withdraw").status_code == 409
    page = applying.visitor.get(own).get_data(as_text=True)
    assert "지원 취소하기" not in page
    assert "동의 철회하기" in page
    assert applying.visitor.post(f"{own}/consent").status_code == 303
    assert db.session.scalars(select(Application.identity)).one() is None
    assert events(application)[-1] == "consent_withdraw"


@pytest.mark.parametrize(("stage", "status", "left"), [("rejected", 303, "rejected"), ("hired", 409, "hired")])
def test_a_decision_outlives_the_consent(applying: Applying, stage: str, status: int, left: str) -> None:
    application = applying.apply()
    db.session.get_one(Application, application.id).stage = stage
    db.session.commit()
    assert applying.visitor.post(f"/applications/{application.public_id}/consent").status_code == status
    stored = db.session.scalars(select(Application)).one()
    assert stored.stage == left
    assert (stored.identity is None) == (stage == "rejected")


def test_the_list_is_searched_filtered_and_paged(applying: Applying, applicant: Account) -> None:
    assert "아직 낸 지원서가 없어요" in applying.visitor.get("/applications").get_data(as_text=True)
    applying.apply()
    title = applying.opening.title
    for query, there in (("", True), ("?q=코디네이터", True), ("?q=없는말", False), ("?stage=hired", False)):
        page = applying.visitor.get(f"/applications{query}").get_data(as_text=True)
        assert (title in page) == there, query
    assert "찾는 지원서가 없어요" in applying.visitor.get("/applications?stage=hired").get_data(as_text=True)


def test_nobody_else_sees_it(applying: Applying) -> None:
    application = applying.apply(file=PDF)
    file = db.session.scalars(select(ApplicationFile)).one()
    applying.visitor.post("/sign-out")
    sign_in(applying.visitor, make_account(person=make_person("남다른")))
    own = f"/applications/{application.public_id}"
    for address in (own, f"{own}/received", f"{own}/withdraw", f"{own}/consent", f"{own}/files/{file.public_id}"):
        assert applying.visitor.get(address).status_code == 404
    assert applying.visitor.post(f"{own}/withdraw").status_code == 404


def test_an_account_without_a_person_and_an_opening_from_elsewhere(visitor: Visitor, app: Flask) -> None:
    opening = make_opening()
    sign_in(visitor, make_account())
    assert visitor.get(f"/openings/{opening.public_id}/apply").status_code == 404
    visitor.post("/sign-out")
    sign_in(visitor, make_applicant())
    foreign = make_opening()
    foreign.organisation_id, foreign.source = None, "work24"
    db.session.commit()
    assert visitor.get(f"/openings/{foreign.public_id}/apply").status_code == 404
    assert "지원하기" not in visitor.get(f"/openings/{foreign.public_id}").get_data(as_text=True)
    draft = make_opening(state=OpeningState.DRAFT)
    assert visitor.get(f"/openings/{draft.public_id}/apply").status_code == 404


def test_a_blind_opening_says_what_is_held_back(visitor: Visitor, app: Flask) -> None:
    sign_in(visitor, make_applicant(rich=True))
    applying = Applying(visitor, make_opening(blind=True))
    assert "블라인드 채용이에요" in applying.page()
    applying.to_the_confirmation(*rich_keys(applying))
    assert "심사하는 사람은 ‘면접’ 단계까지" in applying.page("/confirm")
    assert "올린 파일은 인적사항을 여는 단계까지" in applying.page("/documents")


def test_closing_the_account_keeps_what_was_handed_in(applying: Applying, applicant: Account) -> None:
    application = applying.apply(file=PDF)
    other = Applying(applying.visitor, make_opening())
    other.visitor.post(other.start)
    other.choose(act="upload", file=PDF + b"\n%%EOF\n")
    assert (count(ApplicationFile), count(ApplicationDraft)) == (2, 1)
    actor = db.session.get_one(Account, applicant.id).actor
    with unit_of_work():
        closing_service.close_account(actor, PASSWORD, clock.now(), network="192.0.2.1")
    assert count(ApplicationDraft) == 0
    assert [f.application_id for f in db.session.scalars(select(ApplicationFile))] == [application.id]
    assert db.session.scalars(select(Application)).one().identity is not None


def test_a_draft_is_thrown_away_after_a_question(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    applying.choose(act="upload", file=PDF)
    assert "쓰던 지원서를 지울까요?" in applying.page("/discard")
    assert count(ApplicationDraft) == 1
    assert applying.visitor.post(f"{applying.start}/discard").status_code == 303
    assert (count(ApplicationDraft), count(ApplicationFile)) == (0, 0)


def test_something_can_be_added_to_the_portfolio_on_the_way(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    answer = applying.choose(act="experience", words="쓰다 만 글", phone="")
    assert answer.status_code == 303
    form = {"kind": "activity", "organisation": "창신동 마을모임", "starts_on": "2024-03-01"}
    back = applying.visitor.post(answer.headers["Location"], data=form)
    assert back.headers["Location"] == f"{applying.start}/documents"
    page = applying.page("/documents")
    assert "창신동 마을모임" in page
    assert "쓰다 만 글" in page


def test_nobody_is_led_away_after_adding_to_the_portfolio(applying: Applying) -> None:
    form = {"kind": "activity", "organisation": "창신동 마을모임", "starts_on": "2024-03-01"}
    for away in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = applying.visitor.post("/portfolio/experiences/new", query_string={"back": away}, data=form)
        assert answer.headers["Location"] == "/portfolio/experiences"


def test_nothing_goes_on_without_a_way_to_reach_the_applicant(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    answer = applying.choose(phone="")
    assert answer.status_code == 422
    assert "전화번호를 입력해 주세요." in answer.get_data(as_text=True)
    applying.choose(phone="", act="upload", file=PDF)
    for step in ("/consent", "/confirm"):
        assert applying.visitor.get(f"{applying.start}{step}").headers["Location"].endswith("/documents")


def test_a_draft_of_an_opening_that_ended_can_only_be_thrown_away(applying: Applying) -> None:
    applying.visitor.post(applying.start)
    opening_service.close_opening(db.session.get_one(Opening, applying.opening.id), COMMAND, clock.now())
    db.session.commit()
    page = applying.visitor.get("/applications").get_data(as_text=True)
    assert "접수가 끝남" in page
    assert f"{applying.start}/discard" in page
    assert applying.visitor.get(applying.start).headers["Location"] == f"/openings/{applying.opening.public_id}"


def test_the_applicant_sees_every_step_and_who_looked(applying: Applying) -> None:
    application, earlier = applying.apply(), clock.now() - timedelta(hours=1)
    steps = (("view", "viewed", True), ("decide", "interview", True), ("reveal", "interview", True))
    for action, stage, is_shown in (*steps, ("note", "interview", False)):
        event = ApplicationEvent(application_id=application.id, at=earlier, action=action, stage=stage)
        event.actor_label, event.is_shown = f"{action} 기관", is_shown
        db.session.add(event)
    db.session.get_one(Application, application.id).stage = "interview"
    db.session.commit()
    page = applying.visitor.get(f"/applications/{application.public_id}").get_data(as_text=True)
    for title in (
        "지원서를 냈어요",
        "접수 알림을 보냈어요",
        "기관이 지원서를 열어 봤어요",
        "기관이 인적사항을 열어 봤어요",
    ):
        assert title in page, title
    assert page.count("면접</p>") == 1, "a decision is told by its stage"
    looks = page.split('id="looks-title"')[1].split("</section>")[0]
    assert "view 기관" in looks
    assert "reveal 기관" in looks
    assert "decide 기관" not in looks
    assert "note 기관" not in page
