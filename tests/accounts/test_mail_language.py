"""A mail is written in the language of whoever reads it, not of whoever causes it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts import organisation_service, password_service
from app.accounts.models import Account
from app.core import clock, i18n, mail
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.i18n import LOCALE_COOKIE
from tests.conftest import Visitor
from tests.factories.accounts import AT, mails_to, make_account, make_member, make_organisation, sign_in
from tests.house.test_translations import HANGUL


def english(account: Account) -> Account:
    account.language = "en"
    db.session.commit()
    return account


def speak(visitor: Visitor, language: str) -> None:
    visitor.set_cookie(LOCALE_COOKIE, language, domain="ieum.test", secure=True)


def sign_up(visitor: Visitor) -> None:
    fields = {"birth_date": "1990-03-09", "email": "hong@example.kr", "role": "trainee", "consent": "y"}
    answer = visitor.post("/sign-up", data=fields | {"name": "Hong", "password": "a long enough sentence"})
    assert answer.status_code == 303


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_account_begins_with_the_language_it_was_made_in(visitor: Visitor, language: str) -> None:
    speak(visitor, language)
    sign_up(visitor)
    (sent,) = mails_to("hong@example.kr")
    assert db.session.query(Account.language).scalar() == language
    assert bool(HANGUL.search(sent.subject)) is (language == "ko")


def test_it_changes_when_its_holder_changes_the_language(visitor: Visitor) -> None:
    account, other = make_account(), make_account()
    visitor.get("/language/en")
    assert account.language == "ko"
    sign_in(visitor, account)
    visitor.get("/language/en")
    assert (account.language, other.language) == ("en", "ko")


def invite(visitor: Visitor, email: str) -> mail.OutgoingMail:
    manager = make_member(make_organisation(f"Hanbit of {email}"), name="Kim")
    speak(visitor, "ko")
    sign_in(visitor, manager)
    organisation = manager.memberships[0].organisation.public_id
    answer = visitor.post(f"/organisations/{organisation}/invitations", data={"email": email, "role": "clerk"})
    assert answer.status_code == 303
    return mails_to(email)[-1]


def words(sent: mail.OutgoingMail) -> str:
    """Answer the mail without the issuer's name, which is a name in every language."""
    return (sent.subject + sent.body).replace("서울도시재생지원센터", "")


def test_an_invitation_speaks_the_language_of_the_invited(visitor: Visitor) -> None:
    english(make_account("kim@example.kr"))
    assert not HANGUL.search(words(invite(visitor, "kim@example.kr")))
    assert HANGUL.search(words(invite(visitor, "new@example.kr")))


def test_with_the_language_of_the_inviter_it_would_be_korean(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    english(make_account("kim@example.kr"))
    monkeypatch.setattr(mail, "in_language", lambda _language: i18n.in_language("ko"))
    assert HANGUL.search(words(invite(visitor, "kim@example.kr")))


def test_a_reset_asked_for_in_korean_is_written_in_the_holders_english(visitor: Visitor) -> None:
    account = english(make_account(name="Kim"))
    speak(visitor, "ko")
    visitor.post("/password/forgotten", data={"email": account.email})
    assert not HANGUL.search(words(mails_to(account.email)[-1]))


def test_commands_and_the_worker_write_it_too(app: Flask) -> None:
    manager = english(make_member(make_organisation("Hanbit", approved=False), name="Kim"))
    with unit_of_work():
        organisation = manager.memberships[0].organisation.public_id
        organisation_service.approve_organisation(organisation, Actor.command("test"), AT)
        password_service.set_password(manager, "a long enough sentence", actor=Actor.command("test"), at=clock.now())
    assert all(not HANGUL.search(words(sent)) for sent in mails_to(manager.email))
    assert len(mails_to(manager.email)) == 2
