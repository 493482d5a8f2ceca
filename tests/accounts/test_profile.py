"""One's own account page."""

from __future__ import annotations

from app.accounts.consents import COLLECTION, give
from tests.conftest import Visitor
from tests.factories.accounts import (
    AT,
    make_account,
    make_membership,
    make_organisation,
    make_person,
    sign_in,
)


def test_it_shows_name_role_organisations_and_consents(visitor: Visitor) -> None:
    account = make_account("hong@example.kr", person=make_person(role="designer"))
    make_membership(account, make_organisation("한빛마을기업", "employer"), "clerk")
    make_membership(account, make_organisation("아직 기다리는 곳", approved=False))
    give(account, COLLECTION, AT)
    sign_in(visitor, account)
    page = visitor.get("/account").text
    for text in ("홍길동", "hong@example.kr", "시민일자리설계사", "한빛마을기업", "구인기업", "담당자"):
        assert text in page
    assert "아직 기다리는 곳" in page
    assert "승인 대기" in page
    assert str(COLLECTION.purpose) in page
    assert "2026. 3. 2." in page


def test_without_organisations_it_says_what_to_do(visitor: Visitor) -> None:
    sign_in(visitor, make_account())
    page = visitor.get("/account").text
    assert "소속된 기관이 없어요" in page
    assert "/organisations/new" in page


def test_it_is_available_in_english(visitor: Visitor) -> None:
    answer = visitor.get("/language/en?next=/sign-in")
    assert answer.location == "/sign-in"
    assert '<html lang="en">' in visitor.get("/sign-in").text
    visitor.get("/language/ko")
    assert '<html lang="ko">' in visitor.get("/sign-in").text


def test_the_choice_of_language_is_kept_in_a_safe_cookie(visitor: Visitor) -> None:
    cookie = visitor.get("/language/en").headers["Set-Cookie"]
    assert cookie.startswith("ieum_locale=en;")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_a_language_that_is_not_offered_is_not_found(visitor: Visitor) -> None:
    answer = visitor.get("/language/xx")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers
