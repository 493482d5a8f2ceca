"""Two employers of one name are not taken for one: what tells them apart, and what is done when nothing does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import OrganisationKind
from app.core import resident_number
from app.core.db import db
from app.jobs.listings.import_models import OpeningOrigin
from app.jobs.listings.listing_signs import agree, business_number, differing, signs_of
from app.jobs.listings.similar_queries import similar_in
from app.jobs.opening_words import OpeningState
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.jobs import make_employer, make_opening, opening_fields
from tests.factories.lists import alio, line, notice, sheet, wanted, work24
from tests.factories.statements import count_statements
from tests.jobs.test_connect_import import counts, openings, take

NAME, TITLE = "종로새마을금고", "창구 업무 담당자 모집"
HERE = {"company": NAME, "title": TITLE, "region": "서울 종로구", "closeDt": "99-12-07"}
FIRST, SECOND = "1018200111", "1018200222"
THERE = {"instNm": NAME, "recrutPbancTtl": TITLE, "workRgnNmLst": "서울 종로구", "pbancEndYmd": "20991207"}
IN_SHEET = {"공고명": TITLE, "기관": NAME, "근무지": "서울 종로구", "접수기간": "2026.11.09~2099.12.07"}


def signs(**values: Any) -> dict[str, list[str]]:
    number = values.pop("number", "")
    return signs_of(opening_fields(**({"contact_phone": ""} | values)), number)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({"number": FIRST}, {"number": SECOND}, ["number"]),
        ({"number": FIRST}, {"number": FIRST}, []),
        ({"number": FIRST}, {}, []),
        ({"place": "율곡로 1"}, {"place": "서울특별시 종로구 율곡로 1, 3층 (안국동)"}, []),
        ({"place": "율곡로 1"}, {"place": "율곡로 12"}, ["road"]),
        ({"place": "율곡로2길 5"}, {"place": "율곡로 5"}, ["road"]),
        ({"place": "세종대로 110"}, {"place": "태평로1가 31"}, []),
        ({"place": "안국동 175-3"}, {"place": "안국동 175-30"}, ["lot"]),
        ({"place": "서울 종로구"}, {"place": "율곡로 1"}, []),
        ({"contact_phone": "02-680-5249"}, {"contact_phone": "(02) 680 5249 / 010-1234-5678"}, []),
        ({"contact_phone": "+82-2-680-5249"}, {"contact_phone": "02)680-5249"}, []),
        ({"contact_phone": "02-680-5249"}, {"contact_phone": "02-680-5240"}, ["phone"]),
        ({"contact_phone": "내선 12"}, {"contact_phone": "02-680-5240"}, []),
        ({"contact_email": "HR@example.kr"}, {"contact_email": "hr@example.kr "}, []),
        ({"contact_email": "hr@example.kr"}, {"contact_email": "hr@example.com"}, ["email"]),
    ],
)
def test_signs_differ_only_where_both_are_said(one: dict[str, str], other: dict[str, str], apart: list[str]) -> None:
    assert differing(signs(**one), signs(**other)) == apart
    assert differing(signs(**other), signs(**one)) == apart
    assert not (apart and agree(signs(**one), signs(**other)))


@pytest.mark.databases("sqlite")
def test_signs_tell_nothing_of_what_they_are_made_of() -> None:
    kept = str(signs(number=FIRST, place="율곡로 1", contact_phone="010-1234-5678", contact_email="a@example.kr"))
    assert not any(word in kept for word in (FIRST, "율곡로", "12345678", "1234-5678", "example"))


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("text", "number"),
    [("101-82-00111", FIRST), (" 1018200111", FIRST), ("101820011", ""), ("0000000000", ""), ("없음", "")],
)
def test_a_business_number_has_ten_digits(text: str, number: str) -> None:
    assert business_number(text) == number


def test_ten_digits_that_read_like_a_birth_date_are_no_resident_number_there(app: Flask) -> None:
    # 12 08 80 0767: as text it reads like one that has lost its zeros.
    assert resident_number.find("1208800767")
    assert counts(take(work24(wanted(1, **HERE, busino="1208800767")))) == {"new": 1}
    assert counts(take(work24(wanted(1, busino="900101-1234568")), "둘.xml")).get("refused") == 1


def test_two_branches_with_a_number_of_their_own_are_two(app: Flask) -> None:
    rows = wanted(1, **HERE, busino=FIRST), wanted(2, **HERE, busino=SECOND)
    assert counts(take(work24(*rows))) == {"new": 2}
    assert counts(take(work24(*rows))) == {"same": 2}, "and stay two"
    later = [row | {"closeDt": "99-12-08"} for row in rows]
    assert counts(take(work24(*later))) == {"changed": 2}
    assert len({opening.id for opening in openings()}) == 2


def test_without_the_rule_they_would_be_one(app: Flask) -> None:
    rows = wanted(1, **HERE, busino=FIRST), wanted(2, **HERE, busino=FIRST)
    assert counts(take(work24(*rows))) == {"new": 1, "joined": 1}, "nothing else parts these rows"


@pytest.mark.parametrize(
    "other",
    [
        {"담당자 연락처": "02-680-0000"},
        {"이메일": "jongno2@example.kr"},
        {"주소": "서울 종로구 율곡로 99"},
        {"사업자등록번호": "101-82-00222"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_contact_an_address_or_a_number_that_differs_keeps_two_lists_apart(
    app: Flask, other: dict[str, str]
) -> None:
    head = ("공고명", "기관", "근무지", "접수기간", "주소", "담당자 연락처", "이메일", "사업자등록번호", "링크")
    said = {"담당자 연락처": "02-680-5249", "이메일": "jongno@example.kr", "주소": "서울 종로구 율곡로 1"}
    said |= {"사업자등록번호": "101-82-00111"}
    rows = (line(n, **(IN_SHEET | said | more)) for n, more in ((1, {}), (2, {}), (3, other)))
    one, same, another = (sheet(row, head=head) for row in rows)
    assert counts(take(one, "가.csv")) == {"new": 1}
    assert counts(take(same, "나.csv")) == {"joined": 1}
    assert counts(take(another, "다.csv")) == {"new": 1}


def test_what_no_sign_tells_is_joined_when_there_is_only_one_it_can_be(app: Flask) -> None:
    take(work24(wanted(1, **HERE, busino=FIRST)))
    assert counts(take(alio(notice(1, **THERE)), "alio")) == {"joined": 1}


def test_what_could_be_either_of_two_is_kept_apart(app: Flask) -> None:
    take(work24(wanted(1, **HERE, busino=FIRST), wanted(2, **HERE, busino=SECOND)))
    assert counts(take(alio(notice(1, **THERE)), "alio")) == {"new": 1}
    assert counts(take(alio(notice(1, **THERE)), "alio")) == {"same": 1}


def test_two_rows_of_one_list_are_two_unless_a_sign_agrees(app: Flask) -> None:
    assert counts(take(alio(notice(1, **THERE), notice(2, **THERE)), "alio")) == {"new": 2}
    other = IN_SHEET | {"공고명": "다른 업무 담당자 모집"}
    assert counts(take(sheet(line(1, **other), line(2, **other)))) == {"new": 1, "joined": 1}, "one telephone number"


def test_a_joined_row_of_another_number_parts(app: Flask) -> None:
    head = (*line(1), "사업자등록번호")
    take(work24(wanted(1, **HERE, busino=FIRST)))
    assert counts(take(sheet(line(1, **IN_SHEET), head=head))) == {"joined": 1}
    assert counts(take(sheet(line(1, **IN_SHEET, 사업자등록번호="101-82-00111"), head=head))) == {"same": 1}
    assert counts(take(sheet(line(1, **IN_SHEET, 사업자등록번호="101-82-00222"), head=head))) == {"new": 1}
    assert len(openings()) == 2


def test_rows_that_came_before_get_their_signs_without_being_a_change(app: Flask) -> None:
    rows = work24(wanted(1, **HERE, busino=FIRST), wanted(2, busino=SECOND))
    take(rows)
    kept = db.session.scalars(select(OpeningOrigin.signs).order_by(OpeningOrigin.id)).all()
    db.session.execute(update(OpeningOrigin).values(signs={}))
    db.session.commit()
    assert counts(take(rows)) == {"same": 2}
    assert db.session.scalars(select(OpeningOrigin.signs).order_by(OpeningOrigin.id)).all() == kept
    assert {opening.version for opening in openings()} == {1}


def test_a_number_in_a_column_of_its_own_is_no_number_of_the_opening(app: Flask) -> None:
    head = (*line(1), "사업자등록번호")
    data = sheet(line(1, 링크="", 사업자등록번호="101-82-00111"), head=head)
    take(data)
    (origin,) = db.session.scalars(select(OpeningOrigin)).all()
    assert "101" not in origin.external_id[:3]
    assert "number" in origin.signs


def test_the_office_sees_what_was_kept_apart_and_why(visitor: Visitor) -> None:
    office = make_member(make_organisation("서울시", OrganisationKind.OFFICE))
    take(work24(wanted(1, **HERE, busino=FIRST)))
    run = take(work24(wanted(2, **HERE, busino=SECOND), wanted(3)), "둘.xml")
    third = take(alio(notice(1, **THERE)), "alio")
    sign_in(visitor, office)
    page = visitor.get(f"/opening-sources/{run.source.public_id}/runs/{run.public_id}").get_data(as_text=True)
    section = page.partition("비슷한 공고")[2].partition("받지 않은 줄")[0]
    assert "사업자등록번호" in section
    first, second, *_rest = openings()
    assert first.public_id in section
    assert second.public_id in section
    assert "마을만들기 활동가 모집" not in section, "nothing is like that one"
    page = visitor.get(f"/opening-sources/{third.source.public_id}/runs/{third.public_id}").get_data(as_text=True)
    assert "구별할 정보가 없어요" in page


def test_a_review_shows_what_is_there_already(visitor: Visitor) -> None:
    office = make_member(make_organisation("서울시", OrganisationKind.OFFICE))
    employer = make_employer(NAME)
    take(work24(wanted(1, **HERE, busino=FIRST)))
    deadline = openings()[0].deadline_at
    said: dict[str, Any] = {"title": TITLE, "province": "11", "district": "종로구", "deadline_at": deadline}
    in_review = make_opening(employer, OpeningState.IN_REVIEW, **said)
    hidden = make_opening(make_employer("종로새마을금고", OrganisationKind.EMPLOYER), OpeningState.DRAFT, **said)
    sign_in(visitor, office)
    page = visitor.get(f"/opening-reviews/{in_review.public_id}").get_data(as_text=True)
    assert "비슷한 공고" in page
    assert openings()[0].public_id in page
    assert hidden.public_id not in page, "nobody else's draft is shown"


def test_an_import_finds_what_is_alike_in_few_queries(app: Flask) -> None:
    def statements(number: int, busino: str) -> int:
        rows = [wanted(number + n, **(HERE | {"title": f"{number + n}호 창구"}), busino=busino) for n in range(20)]
        run = take(work24(*rows), f"{busino}.xml")
        with count_statements() as counted:
            found = similar_in(run)
        assert bool(found) == (busino == SECOND)
        return len(counted)

    statements(100, FIRST)
    assert statements(100, SECOND) <= 4
