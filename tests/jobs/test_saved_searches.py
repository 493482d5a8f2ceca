"""Searches that are kept: their pages, their limit, and the link in their mails."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import closing_service
from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.jobs.board import saved_search_service as service
from app.jobs.board.saved_search_models import Alert, SavedSearch
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, make_account, sign_in
from tests.factories.jobs import make_saved_search


@pytest.fixture
def account(app: Any) -> Account:
    return make_account()


def test_a_search_is_kept_renamed_and_deleted(visitor: Visitor, account: Account) -> None:
    page = visitor.get("/openings?q=코디&province=11").get_data(as_text=True)
    address = re.findall(r'href="(/saved-searches/new[^"]+)"', page)[0].replace("&amp;", "&")
    assert "/sign-in" in visitor.get(address).headers["Location"]
    sign_in(visitor, account)
    assert "‘코디’ · 서울" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(address, data={"name": "", "alert": "daily"}).status_code == 422
    assert visitor.post(address, data={"name": "서울 코디", "alert": "at_once"}).status_code == 303
    search = db.session.scalars(select(SavedSearch)).one()
    assert search.asked == {"q": "코디", "province": "11"}
    listed = visitor.get("/saved-searches").get_data(as_text=True)
    assert "서울 코디" in listed
    assert "province=11" in listed
    own = f"/saved-searches/{search.public_id}"
    assert visitor.post(own + "/edit", data={"name": "종로", "alert": "off"}).status_code == 303
    assert db.session.get_one(SavedSearch, search.id).name == "종로"
    assert "지울까요" in visitor.get(own + "/delete").get_data(as_text=True)
    assert db.session.scalars(select(SavedSearch)).all(), "looking deletes nothing"
    assert visitor.post(own + "/delete").status_code == 303
    assert db.session.scalars(select(SavedSearch)).all() == []


def test_it_is_nobody_elses(visitor: Visitor, account: Account) -> None:
    own = f"/saved-searches/{make_saved_search(account).public_id}"
    sign_in(visitor, make_account())
    for path in ("/edit", "/delete"):
        assert visitor.get(own + path).status_code == 404
        assert visitor.post(own + path, data={"name": "남의 것", "alert": "off"}).status_code == 404
    assert db.session.scalars(select(SavedSearch.alert)).one() == "at_once"


def test_there_is_a_limit_and_none_is_kept_twice(account: Account) -> None:
    for number in range(service.MOST_SEARCHES - 1):
        make_saved_search(account, q=f"낱말 {number}")
    with pytest.raises(Conflict, match="이미 저장한"):
        make_saved_search(account, q="낱말 0")
    make_saved_search(account, q="마지막")
    with pytest.raises(Conflict, match="20개까지"):
        make_saved_search(account, q="하나 더")
    make_saved_search(make_account(), q="낱말 0")


def test_the_link_of_a_mail_stops_the_alerts_without_signing_in(visitor: Visitor, account: Account) -> None:
    at = clock.now()
    search, other = make_saved_search(account, q="코디"), make_saved_search(account, q="매니저")
    address = f"/saved-searches/stop/{service.stop_link_token(search, at)}"
    assert "그만 받을까요" in visitor.get(address).get_data(as_text=True)
    assert db.session.get_one(SavedSearch, search.id).alert == "at_once", "a mail scanner opens links, too"
    for _twice in range(2):
        assert visitor.post(address).status_code == 303
        assert db.session.get_one(SavedSearch, search.id).alert == "off"
    assert db.session.get_one(SavedSearch, other.id).alert == "at_once"
    assert "보내지 않아요" in visitor.get(address).get_data(as_text=True)
    for wrong in (address[:-2] + "xx", "/saved-searches/stop/" + "0" * 40):
        assert visitor.get(wrong).status_code == 410
        assert visitor.post(wrong).status_code == 410
    service.delete_search(db.session.get_one(SavedSearch, search.id), account.actor, at)
    assert visitor.post(address).status_code == 303
    assert "보내지 않아요" in visitor.get(address).get_data(as_text=True)


def test_the_link_needs_the_token_of_its_form(app: Any, visitor: Visitor, account: Account) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    search = make_saved_search(account)
    address = f"/saved-searches/stop/{service.stop_link_token(search, clock.now())}"
    assert visitor.post(address).status_code == 400
    token = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.get(address).get_data(as_text=True))[0]
    headers = {"Referer": "https://ieum.test/"}
    assert visitor.post(address, data={"csrf_token": token}, headers=headers).status_code == 303
    assert db.session.get_one(SavedSearch, search.id).alert == "off"


def test_alerts_that_begin_anew_tell_of_what_comes_from_now_on(account: Account) -> None:
    at = clock.now()
    search = make_saved_search(account, Alert.OFF, at=at - timedelta(days=9))
    service.change_search(search, "이름", Alert.DAILY, account.actor, at)
    assert search.told_from == search.looked_at == at
    service.change_search(search, "이름", Alert.AT_ONCE, account.actor, at + timedelta(days=1))
    assert search.told_from == at, "going from one kind to the other loses nothing"


def test_they_go_with_the_account(account: Account) -> None:
    make_saved_search(account)
    kept = make_saved_search(make_account())
    closing_service.close_account(account.actor, PASSWORD, clock.now(), network="192.0.2.1")
    db.session.commit()
    assert [search.id for search in db.session.scalars(select(SavedSearch))] == [kept.id]
