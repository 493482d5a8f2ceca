"""Badges from elsewhere in the portfolio: uploaded, checked by the worker, shown, checked again, deleted."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.portfolio import foreign_badge_job, foreign_badge_service
from app.portfolio.foreign_badge_job import work_off
from app.portfolio.foreign_badge_models import ForeignBadge
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    make_account,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)
from tests.factories.certificates import issue_one
from tests.factories.foreign_badges import BADGE_NAME, ISSUER_NAME, STATUS, ForeignIssuer, baked, identity, png
from tests.factories.foreign_badges import status_json as status_list
from tests.factories.foreign_host import HOST, ForeignHost
from tests.portfolio.checking import (
    BADGE,
    EMAIL,
    KEY_ISSUER,
    NEW,
    WEB_ISSUER,
    all_badges,
    hashed,
    nowhere,
    the_badge,
    upload,
)

DEMO_BADGE = Path(__file__).parents[2] / "app" / "administration" / "demo_data" / "badge_from_elsewhere.png"


def test_an_upload_waits_and_the_worker_checks_it(app: Flask, visitor: Visitor, holder: Account) -> None:
    answer = upload(visitor, BADGE)
    badge = the_badge()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/portfolio/badges/{badge.public_id}"
    assert (badge.state, badge.kind, badge.sha256) == ("waiting", "json", hashlib.sha256(BADGE).hexdigest())
    page = visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert "배지를 확인하고 있어요" in page
    assert BADGE_NAME not in page
    progress = visitor.get(f"{answer.headers['Location']}/progress").get_json()
    assert progress == {"done": 0, "total": 2, "text": "기다림", "running": True}

    foreign_badge_job.check_waiting(clock.now())  # With the real process.

    badge = the_badge()
    assert (badge.state, badge.reason, badge.name, badge.issuer_name) == ("valid", "", BADGE_NAME, ISSUER_NAME)
    assert visitor.get(f"{answer.headers['Location']}/progress").get_json()["running"] is False
    page = visitor.get(answer.headers["Location"]).get_data(as_text=True)
    for shown in (
        BADGE_NAME,
        "서명이 맞아요",
        "발급기관이 누구인지는 확인하지 않았어요",
        "주소 없음",
        KEY_ISSUER.did,
    ):
        assert shown in page
    assert "credentialSubject.achievement.criteria.narrative" in page
    # Whose name it is nobody has checked: it never stands right before "verified".
    page = visitor.get("/portfolio").get_data(as_text=True)
    assert f"발급기관이 쓴 이름: {ISSUER_NAME}" in page
    assert "주소 없음" in page
    assert [line.action for line in audit_lines("foreign_badge.add") + audit_lines("foreign_badge.check")] == [
        "foreign_badge.add",
        "foreign_badge.check",
    ]


def test_a_host_is_shown_in_large_and_a_status_that_is_open_is_never_valid(
    app: Flask, visitor: Visitor, holder: Account, host: ForeignHost, checks: list[bytes]
) -> None:
    host.pages = {"/.well-known/did.json": WEB_ISSUER.document(), "/status/1": status_list()}
    fetch = host.fetcher(most_bytes=256 * 1024)
    path = upload(visitor, WEB_ISSUER.as_json(credential_status=[STATUS])).headers["Location"]
    work_off(clock.now(), fetch)
    page = visitor.get(path).get_data(as_text=True)
    assert f'<p class="issuer-host">{HOST}</p>' in page
    assert "서명이 맞아요" in page

    del host.pages["/status/1"]
    assert visitor.post(f"{path}/check").status_code == 303
    work_off(clock.now(), fetch)
    page = visitor.get(path).get_data(as_text=True)
    assert the_badge().state == "unknown"
    assert "지금은 확인하지 못했어요" in page
    assert "서명이 맞아요" not in page
    assert 'badge--success">확인됨' not in page

    host.pages["/status/1"] = status_list(7)
    visitor.post(f"{path}/check")
    work_off(clock.now(), fetch)
    page = visitor.get(path).get_data(as_text=True)
    assert (the_badge().state, the_badge().reason) == ("invalid", "revoked")
    assert "발급기관이 취소한 배지예요" in page
    assert BADGE_NAME in page

    host.pages = {}
    assert visitor.post(f"{path}/check").status_code == 303
    work_off(clock.now(), fetch)
    page = visitor.get(path).get_data(as_text=True)
    assert the_badge().state == "unknown"
    assert "에 서명을 확인한 내용이에요" in page


def test_a_badge_that_does_not_hold_shows_nothing_of_what_it_claims(
    app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]
) -> None:
    altered = BADGE.replace(BADGE_NAME.encode(), b"Grand Master")
    path = upload(visitor, altered).headers["Location"]
    work_off(clock.now(), nowhere)
    page = visitor.get(path).get_data(as_text=True)
    assert "유효하지 않은 배지예요" in page
    assert "Grand Master" not in page + visitor.get("/portfolio/badges").get_data(as_text=True)


def test_markup_in_a_badge_is_text(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    credential = KEY_ISSUER.credential()
    credential.achievement.name = "<script>alert(1)</script>"
    credential.achievement.description = '<a href="javascript:alert(1)">x</a> https://evil.example/'
    issuer = ForeignIssuer(name="<img src=x onerror=alert(1)>")
    path = upload(visitor, issuer.as_jwt(achievement=credential.achievement), "badge.jwt").headers["Location"]
    work_off(clock.now(), nowhere)
    for address in (path, "/portfolio/badges", "/portfolio", f"{path}/delete"):
        page = visitor.get(address).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert 'href="https://evil' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in visitor.get(path).get_data(as_text=True)


def test_the_same_file_is_stored_once(app: Flask, visitor: Visitor, holder: Account) -> None:
    first = upload(visitor, BADGE).headers["Location"]
    again = visitor.post(NEW, data={"text": BADGE.decode()})
    assert again.headers["Location"] == first
    assert "이미 올린 배지예요" in visitor.get(first).get_data(as_text=True)
    assert len(all_badges()) == 1


def test_text_is_pasted_as_it_is(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    # Not in NFC: a form that brought it there would break the signature.
    credential = KEY_ISSUER.credential()
    credential.achievement.name = unicodedata.normalize("NFD", "도시재생")
    decomposed = json.dumps(json.loads(KEY_ISSUER.as_json(achievement=credential.achievement)), ensure_ascii=False)
    assert not unicodedata.is_normalized("NFC", decomposed)
    assert visitor.post(NEW, data={"text": f"  {decomposed}\n"}).status_code == 303
    work_off(clock.now(), nowhere)
    assert (the_badge().state, the_badge().name) == ("valid", "도시재생")


@pytest.mark.parametrize(
    ("data", "filename", "told"),
    [
        (b"", "badge.png", "배지 파일이 아니에요"),
        (b"hello", "badge.json", "배지 파일이 아니에요"),
        (b"%PDF-1.7", "badge.png", "배지 파일이 아니에요"),
        (b"<html><body>svg</body></html>", "badge.svg", "배지 파일이 아니에요"),
        (b"{" + b" " * 1024 * 1024 + b"}", "badge.json", "1MB까지"),
        (b'{"name": "900309-1234567"}', "badge.json", "주민등록번호"),
        (baked(b'{"name": "900309-1234567"}', "png"), "badge.png", "주민등록번호"),
        (baked(b'{"name": "900309-1234567"}', "svg"), "badge.svg", "주민등록번호"),
    ],
    ids=range(8),
)
def test_what_cannot_be_taken_is_refused_and_not_stored(
    app: Flask, visitor: Visitor, holder: Account, data: bytes, filename: str, told: str
) -> None:
    answer = upload(visitor, data, filename)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert told in page
    assert "900309" not in page
    assert all_badges() == []


def test_nothing_at_all_is_asked_for_again(app: Flask, visitor: Visitor, holder: Account) -> None:
    answer = visitor.post(NEW, data={"text": ""})
    assert answer.status_code == 422
    assert "파일을 고르거나" in answer.get_data(as_text=True)


@pytest.mark.parametrize("picture", ["", "png", "svg"])
def test_our_own_certificate_leads_to_its_page_and_is_not_stored(
    app: Flask, visitor: Visitor, holder: Account, picture: str
) -> None:
    certificate = issue_one(make_organisation())
    data = baked(certificate.credential, picture) if picture else certificate.credential
    answer = upload(visitor, data)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "이 서비스가 발급한 수료증이에요" in page
    assert f"/v/{certificate.public_id}" in page
    assert all_badges() == []


def test_what_only_calls_itself_ours_is_not_asked_of_ourselves(
    app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]
) -> None:
    forged = ForeignIssuer("did:web:ieum.test").as_json()
    path = upload(visitor, forged).headers["Location"]
    work_off(clock.now(), nowhere)
    assert (the_badge().state, the_badge().reason) == ("unknown", "own")
    assert 'href="/verify"' in visitor.get(path).get_data(as_text=True)


def test_nobody_else_sees_a_badge(app: Flask, visitor: Visitor, holder: Account) -> None:
    path = upload(visitor, BADGE).headers["Location"]
    for other in (make_account(person=make_person("김영희")), make_member(make_organisation())):
        visitor.get("/sign-out")
        visitor.post("/sign-out")
        sign_in(visitor, other)
        for address in (path, f"{path}/progress", f"{path}/delete"):
            assert visitor.get(address).status_code == 404
        for address in (f"{path}/check", f"{path}/delete"):
            assert visitor.post(address).status_code == 404
        assert BADGE_NAME not in visitor.get("/portfolio/badges").get_data(as_text=True)
    assert len(all_badges()) == 1


def test_a_deleted_badge_is_gone(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    path = upload(visitor, BADGE).headers["Location"]
    work_off(clock.now(), nowhere)
    assert "이 배지를 지울까요?" in visitor.get(f"{path}/delete").get_data(as_text=True)
    assert visitor.post(f"{path}/delete").headers["Location"] == "/portfolio/badges"
    assert db.session.scalar(select(func.count()).select_from(ForeignBadge)) == 0
    assert visitor.get(path).status_code == 404
    lines = audit_lines("foreign_badge.delete")
    assert len(lines) == 1
    assert BADGE_NAME not in json.dumps([(line.before, line.after) for line in lines])


def test_badges_go_with_the_account(app: Flask, visitor: Visitor, holder: Account) -> None:
    upload(visitor, BADGE)
    answer = visitor.post("/account/close", data={"password": PASSWORD, "sure": "y", "confirm": "y"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert all_badges() == []


def test_a_person_has_so_many_badges_and_no_more(
    app: Flask, visitor: Visitor, holder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_badge_service, "MOST_BADGES", 2)
    for number in range(2):
        assert upload(visitor, b'{"number": %d}' % number).status_code == 303
    answer = upload(visitor, BADGE)
    assert answer.status_code == 409
    assert "배지는 2개까지" in answer.get_data(as_text=True)
    assert len(all_badges()) == 2


def test_uploads_and_checks_are_throttled(
    app: Flask, visitor: Visitor, holder: Account, checks: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = upload(visitor, BADGE).headers["Location"]
    for _time in range(3):
        work_off(clock.now(), nowhere)
        assert visitor.post(f"{path}/check").status_code == 303
    work_off(clock.now(), nowhere)
    assert visitor.post(f"{path}/check").status_code == 429
    limit = foreign_badge_service.LIMITS["foreign_badge"][0].tries
    for number in range(limit - 4):
        assert upload(visitor, b'{"number": %d}' % number).status_code == 303
    assert upload(visitor, b'{"number": "one more"}').status_code == 429


def test_lists_are_searched_and_empty_ones_say_what_to_do(
    app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]
) -> None:
    assert "아직 올린 배지가 없어요" in visitor.get("/portfolio/badges").get_data(as_text=True)
    upload(visitor, BADGE)
    upload(visitor, baked(KEY_ISSUER.as_jwt(), "png"), "badge.png")
    work_off(clock.now(), nowhere)
    found = visitor.get("/portfolio/badges?q=facilitator").get_data(as_text=True)
    assert found.count(BADGE_NAME) == 2
    assert "찾는 배지가 없어요" in visitor.get("/portfolio/badges?q=%25").get_data(as_text=True)
    assert BADGE_NAME in visitor.get("/portfolio").get_data(as_text=True)


def test_the_badge_of_the_demo_holds_and_is_the_coordinators(
    app: Flask, visitor: Visitor, checks: list[bytes]
) -> None:
    sign_in(visitor, make_account("person1001@example.org", person=make_person("홍정훈")))
    path = upload(visitor, DEMO_BADGE.read_bytes(), DEMO_BADGE.name).headers["Location"]
    work_off(clock.now(), nowhere)
    page = visitor.get(path).get_data(as_text=True)
    for told in ("주민공모사업 길잡이", "서명이 맞아요", "받은 사람이 나와 같음"):
        assert told in page


def test_the_picture_is_never_given_back(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    path = upload(visitor, baked(BADGE, "svg"), "badge.svg").headers["Location"]
    upload(visitor, png(), "empty.png")
    work_off(clock.now(), nowhere)
    assert [b.reason for b in all_badges()] == ["", "no_badge"]
    for badge in all_badges():
        page = visitor.get(f"/portfolio/badges/{badge.public_id}").get_data(as_text=True)
        assert "data:image" not in page
        assert "<rect width" not in page
    assert visitor.get(f"{path}.svg").status_code == 404


def test_the_page_says_whether_it_is_mine(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    mine = KEY_ISSUER.as_jwt(identifiers=[identity(hashed(EMAIL, "s"), hashed=True, salt="s")])
    others = KEY_ISSUER.as_jwt(identifiers=[identity("other@example.kr")])
    for data, told in ((mine, "받은 사람이 나와 같음"), (others, "받은 사람 확인 안 됨")):
        path = upload(visitor, data, "badge.jwt").headers["Location"]
        work_off(clock.now(), nowhere)
        assert told in visitor.get(path).get_data(as_text=True)
    page = visitor.get(path).get_data(as_text=True)
    assert "other@example.kr" in page
    assert datetime(2026, 1, 5, tzinfo=UTC).strftime("%Y. 1. 5.") in page
