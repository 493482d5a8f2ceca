"""Messages between employer and applicant: told without their content, counted while unread, masked when blind."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from app.accounts.models import Account
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from tests.conftest import Visitor
from tests.factories.accounts import mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_employer, make_opening


@dataclass(frozen=True)
class Talk:
    """An employer's manager and an applicant of a blind opening."""

    manager: Account
    applicant: Account
    application: Application

    @property
    def employers_page(self) -> str:
        return f"/hiring/{self.application.opening.public_id}/applications/{self.application.public_id}/messages"

    @property
    def applicants_page(self) -> str:
        return f"/applications/{self.application.public_id}/messages"


@pytest.fixture
def talk(app: Flask) -> Talk:
    employer = make_employer()
    applicant = make_account(person=make_person("나지원"))
    application = make_application(make_opening(employer, blind=True), applicant, Stage.VIEWED)
    return Talk(make_member(employer), applicant, application)


def become(visitor: Visitor, account: Account) -> None:
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, account)


def page(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_both_write_and_are_told_without_the_words(visitor: Visitor, talk: Talk) -> None:
    become(visitor, talk.manager)
    assert visitor.post(talk.employers_page, data={"words": "근무지가 종로예요."}).status_code == 303
    (mail,) = mails_to(talk.applicant.email)
    assert "종로" not in mail.body
    assert talk.applicants_page in mail.body
    become(visitor, talk.applicant)
    assert "근무지가 종로예요." in page(visitor, talk.applicants_page)
    visitor.post(talk.applicants_page, data={"words": "<b>괜찮아요</b>"})
    (mail,) = mails_to(talk.manager.email)
    assert "괜찮아요" not in mail.body
    become(visitor, talk.manager)
    assert "&lt;b&gt;괜찮아요" in page(visitor, talk.employers_page)


def test_unread_messages_are_counted_until_they_are_read(visitor: Visitor, talk: Talk) -> None:
    become(visitor, talk.applicant)
    visitor.post(talk.applicants_page, data={"words": "언제 알 수 있나요?"})
    become(visitor, talk.manager)
    listed = talk.employers_page.rsplit("/", 2)[0]
    assert "새 메시지 1" in page(visitor, listed)
    assert visitor.post(f"{talk.employers_page}/read").status_code == 303
    assert "새 메시지 1" not in page(visitor, listed)


def test_what_a_blind_applicant_writes_is_masked_or_held_back(visitor: Visitor, talk: Talk) -> None:
    become(visitor, talk.applicant)
    visitor.post(talk.applicants_page, data={"words": "나지원이에요. 010-1234-5678로 전화 주세요."})
    visitor.post(talk.applicants_page, data={"words": "나①지②원 이에요"})
    own = page(visitor, talk.applicants_page)
    assert "010-1234-5678" in own
    become(visitor, talk.manager)
    seen = page(visitor, talk.employers_page)
    assert "나지원" not in seen
    assert "5678" not in seen
    assert "나①지" not in seen
    assert "누가 썼는지 알 수 있는 내용이 들어 있어" in seen
    assert "나지원" not in mails_to(talk.manager.email)[0].body


def test_nothing_is_sent_without_words_or_after_a_withdrawal(visitor: Visitor, talk: Talk) -> None:
    become(visitor, talk.manager)
    assert visitor.post(talk.employers_page, data={"words": " "}).status_code == 422
    talk.application.stage = Stage.WITHDRAWN
    assert visitor.post(talk.employers_page, data={"words": "안녕하세요"}).status_code == 422
    assert mails_to(talk.applicant.email) == []
