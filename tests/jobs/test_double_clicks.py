"""What somebody clicks on twice happens once: openings, requirements, drafts, wishes, experience, confirmed jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from threading import Barrier, BrokenBarrierError, Event
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import closing_service
from app.accounts.models import Account, Organisation, Person
from app.core import clock
from app.core.access import Actor
from app.core.db import Base, db, new_public_id
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying import (
    application_draft_service,
    application_file_service,
    application_queries,
    application_service,
)
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_package import pack
from app.jobs.hiring import applicant_service
from app.jobs.matching import expert_service, preference_service
from app.jobs.matching.expert_models import ExpertInvitation, ExpertNeed
from app.jobs.matching.preference_service import Wishes
from app.jobs.opening_models import Opening, OpeningEdit, Requirement
from app.jobs.opening_words import OpeningState, RequirementKind, RequirementLevel, WorkKind
from app.jobs.openings import opening_service, requirement_service
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.requirement_service import RequirementFields
from app.jobs.outcomes import employment_service
from app.jobs.outcomes.employment_models import Employment
from app.jobs.preference_models import JobOffer, JobPreference
from app.portfolio import experience_service
from app.portfolio.experience_models import Experience, ExperienceKind
from app.portfolio.experience_service import Stated
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, audit_lines, make_account, make_member, make_person, sign_in
from tests.factories.jobs import (
    COMMAND,
    make_application,
    make_employer,
    make_expert,
    make_need,
    make_opening,
    make_preference,
    opening_fields,
)
from tests.jobs.test_applying_at_once import begin
from tests.meeting import BROKEN, DONE, at_once, twice

NOW = clock.now()
WISHES = Wishes([], [], [], takes_offers=True, is_expert=False, expert_fields=[])
STATED = Stated(ExperienceKind.EMPLOYMENT, "마을만들기", "간사", "", date(2020, 3, 1), None)
ASKED = RequirementFields(RequirementKind.OTHER, RequirementLevel.PREFERRED, text="운전면허")
ENDED = "마감된 공고는 고칠 수 없어요. 다시 모집하려면 공고를 복사해 새로 올려 주세요."


@dataclass(frozen=True)
class Place:
    """Somebody, a draft and a published opening, and somebody hired by it: by keys, as threads share no rows."""

    account: int
    person: int
    draft: int
    opening: int
    hired: int

    def opened(self) -> Opening:
        return db.session.get_one(Opening, self.opening)

    def drafted(self) -> Opening:
        return db.session.get_one(Opening, self.draft)

    def who(self) -> Person:
        return db.session.get_one(Person, self.person)

    def actor(self) -> Actor:
        return db.session.get_one(Account, self.account).actor

    def keep_preference(self, takes_offers: bool = True) -> None:
        wishes = replace(WISHES, takes_offers=takes_offers)
        preference_service.keep_preference(self.who(), wishes, self.actor(), clock.now())

    def begin_draft(self) -> None:
        application_draft_service.begin_draft(self.who(), self.opened(), [], "a@b.kr", self.actor(), clock.now())

    def state(self) -> None:
        experience_service.state_experience(self.who(), STATED, self.actor(), clock.now())

    def submit(self) -> None:
        opening_service.submit_opening(self.drafted(), False, COMMAND, clock.now())

    def change(self, title: str = "새 제목") -> None:
        opening, at = self.opened(), clock.now()
        opening_service.change_opening(opening, replace(OpeningFields.of(opening), title=title), 2, COMMAND, at)

    def close(self) -> None:
        opening_service.close_opening(self.opened(), COMMAND, clock.now())

    def ask(self) -> None:
        requirement_service.add_requirement(self.drafted(), ASKED, COMMAND, clock.now())

    def confirm(self) -> None:
        application = db.session.get_one(Application, self.hired)
        employment_service.confirm_employment(application, "간사", date(2026, 3, 1), COMMAND, clock.now())

    def undo(self) -> None:
        applicant_service.undo(db.session.get_one(Application, self.hired), COMMAND, clock.now())


@pytest.fixture
def place(app: Flask) -> Place:
    employer, account = make_employer(), make_account(person=make_person("나지원"))
    opening, draft = make_opening(employer), make_opening(employer, OpeningState.DRAFT)
    hired = make_application(opening, make_account(person=make_person("나합격")), Stage.INTERVIEW)
    applicant_service.decide(hired, Stage.INTERVIEW, Stage.HIRED, "", "", COMMAND, clock.now())
    assert account.person_id is not None
    return Place(account.id, account.person_id, draft.id, opening.id, hired.id)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@dataclass(frozen=True)
class Case:
    """Something done twice at once: where it is guarded, what becomes of the second, the rows that are there then.

    `breaks`: without the guard the database refuses the second row; otherwise it is stored.
    """

    act: Callable[[Place], None]
    guarded: ModuleType
    second: str
    model: type[Base]
    rows: int
    breaks: bool = True


CHANGED = "그사이 다른 분이 이 공고를 고쳤어요. 지금 내용을 확인하고 다시 고쳐 주세요."
CASES = {
    "preference": Case(Place.keep_preference, preference_service, DONE, JobPreference, 1),
    "draft": Case(Place.begin_draft, application_draft_service, DONE, ApplicationDraft, 1),
    "experience": Case(Place.state, experience_service, DONE, Experience, 1, breaks=False),
    "submit": Case(Place.submit, opening_service, "작성 중인 공고만 올릴 수 있어요.", OpeningEdit, 2),
    "change": Case(Place.change, opening_service, CHANGED, OpeningEdit, 2),
    "close": Case(Place.close, opening_service, "모집 중인 공고만 마감할 수 있어요.", OpeningEdit, 2),
    "requirement": Case(Place.ask, requirement_service, DONE, Requirement, 1),
    "employment": Case(Place.confirm, employment_service, "이미 채용을 확정했어요.", Employment, 1),
}


@pytest.mark.parametrize("name", list(CASES))
def test_a_double_click_does_it_once(app: Flask, place: Place, name: str) -> None:
    case = CASES[name]
    assert twice(app, partial(case.act, place)) == sorted([DONE, case.second])
    assert count(case.model) == case.rows


# SQLite lets one writer in at a time: without the guard, too, the second one looks when the first is done.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("name", list(CASES))
def test_without_holding_it_does_not(app: Flask, place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    monkeypatch.setattr(case.guarded, "hold", lambda *_row, **_how: None)
    became = twice(app, partial(case.act, place))
    assert (BROKEN in became) is case.breaks
    assert count(case.model) == case.rows + (not case.breaks)


def draft_under(employer_id: int, new_id: str) -> None:
    employer = db.session.get_one(Organisation, employer_id)
    opening_service.draft_opening(employer, opening_fields(NOW), COMMAND, NOW, new_id)


def need_under(employer_id: int, new_id: str) -> None:
    employer = db.session.get_one(Organisation, employer_id)
    fields = expert_service.NeedFields("자문", WorkKind.COORDINATOR)
    expert_service.post_need(employer, fields, COMMAND, NOW, new_id)


@pytest.mark.parametrize(("make", "model"), [(draft_under, Opening), (need_under, ExpertNeed)])
def test_what_a_page_makes_is_made_once(app: Flask, make: Callable[[int, str], None], model: type[Base]) -> None:
    new_id = new_public_id()
    act = partial(make, make_employer().id, new_id)
    assert twice(app, act) == [DONE, DONE]
    assert list(db.session.scalars(select(model.__table__.c.public_id))) == [new_id]


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(("make", "guarded"), [(draft_under, opening_service), (need_under, expert_service)])
def test_without_holding_its_id_the_second_click_breaks(
    app: Flask, make: Callable[[int, str], None], guarded: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "hold_new", lambda *_id: None)
    assert BROKEN in twice(app, partial(make, make_employer().id, new_public_id()))


def test_nobody_gets_by_its_id_what_is_another_s_or_something_else(visitor: Visitor) -> None:
    employer, other = make_employer(), make_opening(state=OpeningState.DRAFT)
    sign_in(visitor, make_member(employer))
    page = visitor.get("/hiring/new").get_data(as_text=True)
    new_id = page.split('name="once"')[1].split('value="')[1].split('"')[0]
    said = {"employer": employer.public_id, "title": "활동가", "work_kind": "coordinator", "until_filled": "y"}
    said |= {"employment_type": "fixed_term", "pay_unit": "month", "retention_days": "180"}
    said |= {"reveal_stage": "interview"}
    places = [
        visitor.post("/hiring/new", data=said | {"once": once}).headers["Location"] for once in (new_id, new_id)
    ]
    assert places[0] == places[1]
    assert new_id in places[0]
    for changed in ({"once": new_id, "title": "간사"}, {"once": other.public_id}, {"once": "x' or 1"}, {"once": ""}):
        answer = visitor.post("/hiring/new", data=said | changed)
        assert answer.status_code == 303
        assert answer.headers["Location"] not in (places[0], f"/hiring/{other.public_id}")
    assert count(Opening) == 6


def test_closing_and_changing_do_not_pass_each_other(app: Flask, place: Place) -> None:
    became = at_once(app, place.change, place.close)
    assert became in (sorted([DONE, ENDED]), [DONE, DONE])
    assert place.opened().state == OpeningState.CLOSED
    versions = list(db.session.scalars(select(OpeningEdit.version).where(OpeningEdit.opening_id == place.opening)))
    assert sorted(versions) == list(range(2, 2 + len(versions)))


def test_a_job_is_not_confirmed_while_its_decision_is_taken_back(app: Flask, place: Place) -> None:
    became = at_once(app, place.confirm, place.undo)
    stage = db.session.get_one(Application, place.hired).stage
    assert became.count(DONE) == 1
    assert count(Employment) == (1 if stage == Stage.HIRED else 0)


@pytest.mark.databases("postgresql")
def test_without_holding_it_is(app: Flask, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(employment_service, "hold", lambda *_row, **_how: None)
    monkeypatch.setattr(applicant_service, "hold", lambda *_row, **_how: None)
    assert at_once(app, place.confirm, place.undo) == [DONE, DONE]
    assert db.session.get_one(Application, place.hired).stage == Stage.INTERVIEW
    assert count(Employment) == 1


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["held", "not-held"])
def test_no_offer_reaches_whoever_takes_the_consent_back(
    app: Flask, place: Place, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(preference_service, "hold", lambda *_row, **_how: None)
    willing = make_preference(db.session.get_one(Account, place.account), takes_offers=True).id

    def offer() -> None:
        preference = db.session.get_one(JobPreference, willing)
        # The offer is written after her answer where nothing makes it wait.
        time.sleep(0.3)
        preference_service.send_offer(place.opened(), preference, "함께해요", COMMAND, clock.now())

    became = at_once(app, offer, partial(place.keep_preference, False))
    assert count(JobOffer) == (0 if guarded else 1)
    assert (DONE in became and len(set(became)) == 2) is guarded


def test_an_expert_is_invited_once_and_answers_once(app: Flask, place: Place) -> None:
    need, expert = make_need(make_employer()), make_expert()
    assert need.field == WorkKind.COORDINATOR
    need_id, asked, person = need.id, expert.id, expert.person_id

    def invite() -> None:
        one = db.session.get_one(ExpertNeed, need_id)
        expert_service.invite(one, db.session.get_one(JobPreference, asked), "도와주세요", COMMAND, clock.now())

    assert twice(app, invite) == sorted([DONE, "이미 초대한 분이에요."])
    assert count(ExpertInvitation) == 1

    def accept() -> None:
        invitation = db.session.scalars(select(ExpertInvitation)).one()
        assert invitation.person_id == person
        expert_service.answer_invitation(invitation, True, "010-1234-5678", COMMAND, clock.now())

    assert twice(app, accept) == [DONE, DONE]
    assert len(audit_lines("expert_invitation.answer")) == 1


def test_what_was_changed_since_it_was_read_is_not_approved(visitor: Visitor) -> None:
    opening = make_opening(state=OpeningState.IN_REVIEW)
    sign_in(visitor, make_member(make_employer(kind="office")))
    address = f"/opening-reviews/{opening.public_id}/approve"
    for seen in ("", str(opening.version - 1)):
        assert visitor.post(address, data={"version": seen}).status_code == 409
    assert visitor.post(address, data={"version": str(opening.version)}).status_code == 303
    assert opening.state == OpeningState.PUBLISHED


def test_a_draft_is_thrown_away_once(app: Flask, place: Place) -> None:
    place.begin_draft()

    def discard() -> None:
        draft = db.session.scalars(select(ApplicationDraft)).one_or_none()
        if draft is not None:  # The page asks the same.
            application_draft_service.discard(draft, place.actor(), clock.now())

    assert twice(app, discard) == [DONE, DONE]
    assert (count(ApplicationDraft), len(audit_lines("application_draft.discard"))) == (0, 1)


# SQLite lets one writer in at a time: there one of them never looks while the other writes.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("act", ["choose", "agree", "delete"])
def test_nothing_is_written_into_a_draft_that_is_handed_in(
    app: Flask, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, opening = make_account(person=make_person("나지원")), make_opening()
    digest, ids = begin(opening, account), (account.id, opening.id)
    draft_id, read = db.session.scalars(select(ApplicationDraft.id)).one(), Event()

    def write() -> None:
        draft, at = db.session.get_one(ApplicationDraft, draft_id), clock.now()
        notices = pack(draft, db.session.get_one(Person, draft.person_id), draft.opening, at).notices
        read.set()
        time.sleep(0.5)  # Meanwhile it is handed in.
        if act == "choose":
            application_draft_service.choose(draft, [], makes_resume=True, words="", phone="", email="", at=at)
        elif act == "agree":
            application_draft_service.agree(draft, notices, at)
        else:
            application_file_service.delete_file(draft, "0" * 32, COMMAND, at)

    def hand_in() -> None:
        assert read.wait(timeout=5)
        person, opening = db.session.get_one(Account, ids[0]).person, db.session.get_one(Opening, ids[1])
        assert person is not None
        application_service.submit_application(person, opening, digest, COMMAND, clock.now())

    gone = "작성 중인 지원서가 없어요. 공고에서 다시 시작해 주세요."
    assert at_once(app, write, hand_in) == sorted([DONE, gone])


@pytest.mark.databases("postgresql")
def test_handing_in_and_closing_the_account_do_not_wait_for_each_other_for_ever(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(person=make_person("나지원"))
    opening = make_opening()
    digest, ids = begin(opening, account), (account.id, opening.id)
    both, hold_opening = Barrier(2, timeout=5), application_queries.hold_opening

    def hold_late(opening: Opening) -> None:
        hold_opening(opening)
        both.wait()
        time.sleep(0.5)  # Long enough for the other to stand before what this one holds.

    monkeypatch.setattr(application_queries, "hold_opening", hold_late)

    def hand_in() -> None:
        person, opening = db.session.get_one(Account, ids[0]).person, db.session.get_one(Opening, ids[1])
        assert person is not None
        application_service.submit_application(person, opening, digest, COMMAND, clock.now())

    def close() -> None:
        actor = db.session.get_one(Account, ids[0]).actor
        try:
            both.wait()
        except BrokenBarrierError:
            pytest.fail("the other never came so far")
        closing_service.close_account(actor, PASSWORD, clock.now(), network="192.0.2.1")

    assert at_once(app, hand_in, close) == [DONE, DONE]
    assert (count(Application), count(ApplicationDraft)) == (1, 0)
