"""A badge from elsewhere is checked again when the employer opens the application; its page says so, with the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.core import clock, jobs
from app.core.db import db
from app.core.foreign_fetch import Fetch, FetchRefused
from app.core.templating import date
from app.jobs.application_models import Application, ApplicationItem
from app.jobs.application_words import ItemKind
from app.jobs.applying.application_service import withdraw_consent
from app.jobs.applying.badge_checks import work_off
from app.portfolio import foreign_badge_turns
from app.portfolio.foreign_badge_check import Verdict
from app.portfolio.foreign_badge_turns import ABANDONED_AFTER, MOST_ATTEMPTS
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_account, make_member, make_person, sign_in
from tests.factories.foreign_badges import BADGE_NAME, DID, ISSUER_NAME, STATUS, ForeignIssuer
from tests.factories.foreign_host import ForeignHost
from tests.factories.jobs import make_application, make_employer, make_item, make_opening
from tests.portfolio.checking import BADGE, fetch_of, in_this_process, nowhere

HANDED_IN = datetime(2026, 3, 2, 1, tzinfo=UTC)
THEN = "낼 때(2026. 3. 2.)는 서명이 맞았어요"


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check in this process: the same code as in the limited one, ten times as fast."""
    monkeypatch.setattr(foreign_badge_turns, "check", in_this_process)


@pytest.fixture
def host() -> Iterator[ForeignHost]:
    host = ForeignHost()
    yield host
    host.close()


@dataclass(frozen=True)
class Hiring:
    """An employer who is signed in, and an application with a badge that nobody has opened."""

    visitor: Visitor
    application: Application
    item: ApplicationItem

    @property
    def address(self) -> str:
        return f"/hiring/{self.application.opening.public_id}/applications/{self.application.public_id}"

    def open(self) -> None:
        assert self.visitor.post(f"{self.address}/open").status_code == 303

    def page(self) -> str:
        text: str = self.visitor.get(self.address).get_data(as_text=True)
        return text


def hand_in(visitor: Visitor, document: bytes = BADGE, **opening: Any) -> Hiring:
    employer = make_employer()
    application = make_application(make_opening(employer, **opening), make_account(person=make_person("나지원")))
    facts = {"signature": "valid", "checked_at": HANDED_IN.isoformat()}
    full = {"title": BADGE_NAME, "issuer": ISSUER_NAME, "host": "issuer.example"}
    item = make_item(application, ItemKind.BADGE, document=document, facts=facts, full=full)
    sign_in(visitor, make_member(employer))
    return Hiring(visitor, application, item)


def test_the_stored_bytes_are_checked_again_once_it_is_opened(app: Flask, visitor: Visitor) -> None:
    hiring, now = hand_in(visitor), clock.now()
    work_off(now, nowhere)
    assert hiring.item.check_state == "", "nobody has opened it"
    hiring.open()
    page = hiring.page()
    assert "다시 확인하는 중" in page
    assert THEN in page
    work_off(now, nowhere)
    page = hiring.page()
    assert "서명 확인됨" in page
    assert f"{date(clock.seoul_date(now))} 확인" in page
    assert "다시 확인하는 중" not in page
    assert hiring.item.facts["checked_at"] == HANDED_IN.isoformat(), "what was handed in stays as it was"
    hiring.open()
    work_off(now, nowhere)
    assert len(audit_lines("application_badge.check")) == 1


def test_what_was_altered_since_does_not_pass(app: Flask, visitor: Visitor) -> None:
    hiring = hand_in(visitor, BADGE.replace(b"Urban", b"Rural"))
    hiring.open()
    work_off(clock.now(), nowhere)
    page = hiring.page()
    assert "서명이 맞지 않음" in page
    assert THEN in page


def test_a_badge_that_was_revoked_since_says_so_and_one_whose_host_is_away_is_not_called_right(
    app: Flask, visitor: Visitor, host: ForeignHost
) -> None:
    issuer = ForeignIssuer(DID)
    host.pages["/.well-known/did.json"] = issuer.document()
    host.pages["/status/1"] = issuer.status_jwt(7)
    hiring = hand_in(visitor, issuer.as_jwt(credential_status=STATUS))
    hiring.open()
    work_off(clock.now(), fetch_of(host))
    assert (hiring.item.check_state, hiring.item.check_reason) == ("invalid", "revoked")
    assert "폐지됨" in hiring.page()
    asked = set(host.asked)
    visitor.post("/sign-out")
    host.pages.clear()
    other = hand_in(visitor, issuer.as_jwt(credential_status=STATUS))
    other.open()
    work_off(clock.now(), fetch_of(host))
    page = other.page()
    assert "확인하지 못함" in page
    assert THEN in page
    assert "서명 확인됨" not in page
    assert set(host.asked) <= asked, "nothing else is asked for"


def test_a_blind_opening_learns_the_answer_and_nothing_of_the_badge(app: Flask, visitor: Visitor) -> None:
    hiring = hand_in(visitor, blind=True)
    hiring.open()
    work_off(clock.now(), nowhere)
    for page in (hiring.page(), visitor.get(hiring.address.rpartition("/")[0]).get_data(as_text=True)):
        assert "서명 확인됨" in page
        assert not any(word in page for word in (BADGE_NAME, ISSUER_NAME, "issuer.example", "나지원"))


class Killed(BaseException):
    """The worker ends here, as if the machine had stopped."""


def test_a_killed_worker_loses_nothing_and_is_given_up_at_last(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiring, now = hand_in(visitor), clock.now()
    hiring.open()

    def dies(*_: Any) -> Verdict:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(foreign_badge_turns, "check", dies)
        with pytest.raises(Killed):
            work_off(now, nowhere)
    work_off(now + ABANDONED_AFTER / 2, nowhere)
    assert hiring.item.check_state == "checking", "somebody may still be at it"
    assert "다시 확인하는 중" in hiring.page()
    work_off(now + ABANDONED_AFTER + timedelta(seconds=1), nowhere)
    assert hiring.item.check_state == "valid"
    second = hand_in(visitor)
    second.open()
    monkeypatch.setattr(foreign_badge_turns, "check", dies)
    for _time in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            work_off(now, nowhere)
        now += ABANDONED_AFTER * 2
    work_off(now, nowhere)
    assert (second.item.check_state, second.item.check_reason) == ("unknown", "limits")


def test_what_was_taken_back_meanwhile_is_not_answered(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiring = hand_in(visitor)
    hiring.open()
    person_id, public_id = hiring.application.person_id, hiring.application.public_id

    def meanwhile(*arguments: Any) -> Verdict:
        account = db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
        assert account.person is not None
        withdraw_consent(account.person, public_id, account.actor, clock.now())
        db.session.commit()
        return in_this_process(*arguments)

    monkeypatch.setattr(foreign_badge_turns, "check", meanwhile)
    work_off(clock.now(), nowhere)
    assert db.session.scalars(select(ApplicationItem)).all() == []
    assert audit_lines("application_badge.check") == []


def test_neither_mail_nor_certificates_wait_for_the_hosts_of_issuers(app: Flask, visitor: Visitor) -> None:
    hiring = hand_in(visitor)
    hiring.open()
    jobs.run_all(slow=False)
    db.session.expire_all()
    assert hiring.item.check_state == "waiting"
    jobs.run_all(slow=True)
    db.session.expire_all()
    assert hiring.item.check_state == "valid"


def test_all_opened_at_once_are_checked_too(app: Flask, visitor: Visitor) -> None:
    hiring = hand_in(visitor)
    assert visitor.post(hiring.address.rpartition("/")[0] + "/open").status_code == 303
    work_off(clock.now(), nowhere)
    assert hiring.item.check_state == "valid"


def test_what_names_us_as_its_issuer_is_not_asked_of_ourselves(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiring = hand_in(visitor)
    hiring.open()

    def asks_us(_data: bytes, _at: datetime, fetch: Fetch) -> Verdict:
        with pytest.raises(FetchRefused):
            fetch(f"{app.config['IEUM_BASE_URL']}/.well-known/did.json")
        return Verdict("unknown", "issuer")

    monkeypatch.setattr(foreign_badge_turns, "check", asks_us)
    work_off(clock.now(), nowhere)
    assert (hiring.item.check_state, hiring.item.check_reason) == ("unknown", "own")
