"""Openings by the interface: everybody reads what is published, an employer's program writes its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.api.opening_bodies import OpeningNew
from app.api.token_models import Scope
from app.core import clock
from app.core.db import db
from app.jobs.opening_models import OpeningEdit, Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.wording import edit
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines
from tests.factories.api import Program, make_token
from tests.factories.jobs import make_employer, make_opening

NEW = {"title": "코디네이터 모집", "work_kind": "coordinator", "until_filled": True}
WHOLE = {
    "title": "코디네이터 모집",
    "work_kind": "coordinator",
    "duties": "주민 상담\n공모사업 지원",
    "province": "11",
    "district": "종로구",
    "place": "율곡로 1",
    "employment_type": "fixed_term",
    "headcount": 2,
    "pay_unit": "month",
    "pay_min": 2_400_000,
    "pay_max": 2_800_000,
    "weekly_hours": 37.5,
    "period_from": "2099-04-01",
    "period_until": "2099-12-31",
    "deadline_at": "2099-03-31T23:59:00+09:00",
    "documents": ["resume", "plan"],
    "contact_email": "hr@example.kr",
    "blind": True,
    "reveal_stage": "hired",
    "retention_days": 30,
}


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer()


@pytest.fixture
def program(visitor: Visitor, employer: Organisation) -> Program:
    return Program(visitor, make_token(employer, Scope.OPENINGS_READ, Scope.OPENINGS_WRITE)[1])


def test_everybody_reads_what_is_published(visitor: Visitor, employer: Organisation) -> None:
    shown, _draft = make_opening(employer), make_opening(employer, OpeningState.DRAFT)
    answer = Program(visitor).get("/openings")
    assert [item["id"] for item in answer.json["items"]] == [shown.public_id]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert Program(visitor).get("/openings", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_drafts_are_nobody_elses(visitor: Visitor, employer: Organisation) -> None:
    draft = make_opening(employer, OpeningState.DRAFT)
    assert Program(visitor).get(f"/openings/{draft.public_id}").status_code == 404


def test_pages_go_on_where_the_last_one_ended_whatever_is_added(visitor: Visitor, employer: Organisation) -> None:
    before = [make_opening(employer).public_id for _ in range(5)]
    path, seen = "/openings?limit=2", list[str]()
    while path:
        answer = Program(visitor).get(path)
        assert answer.status_code == 200, answer.json
        seen += [item["id"] for item in answer.json["items"]]
        make_opening(employer)
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].partition("/api/v1")[2]
        assert bool(path) == (answer.json["next_cursor"] is not None)
    assert seen == before[::-1]


def test_filters_narrow(visitor: Visitor, employer: Organisation) -> None:
    seoul = make_opening(employer, province="11", title="서울의 일")
    make_opening(employer, province="26", title="부산의 일")
    for query in ("province=11", "q=서울의"):
        assert [i["id"] for i in Program(visitor).get(f"/openings?{query}").json["items"]] == [seoul.public_id]
    assert Program(visitor).get("/openings?province=99").status_code == 422
    assert Program(visitor).get("/openings?provinz=11").status_code == 422


def test_an_opening_goes_its_way(program: Program, visitor: Visitor) -> None:
    made = program.post("/employer/openings", NEW)
    assert made.status_code == 201, made.json
    path = f"/employer/openings/{made.json['id']}"
    assert made.headers["Location"].endswith(f"/api/v1{path}")
    changed = program.patch(path, {"headcount": 3}, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json["headcount"], changed.json["title"]) == (200, 3, NEW["title"])
    for step, state in (("publish", "published"), ("close", "closed"), ("fill", "filled")):
        assert program.post(f"{path}/{step}").json["state"] == state
    assert Program(visitor).get(f"/openings/{made.json['id']}").json["state"] == "filled"
    assert program.post(f"{path}/publish").status_code == 409
    assert audit_lines("opening.publish")[0].actor_label == "API: HR system"


def test_everything_that_was_said_is_told_again(program: Program) -> None:
    made = program.post("/employer/openings", WHOLE)
    assert made.status_code == 201, made.json
    assert {name: made.json[name] for name in WHOLE} == WHOLE | {"deadline_at": "2099-03-31T14:59:00Z"}
    emptied = {"headcount": None, "province": None, "contact_email": None, "weekly_hours": None}
    changed = program.patch(f"/employer/openings/{made.json['id']}", emptied, If_Match="*").json
    assert {name: changed[name] for name in emptied} == emptied | {"contact_email": ""}


def test_a_change_names_the_version_that_was_read(program: Program) -> None:
    made = program.post("/employer/openings", NEW)
    path, read = f"/employer/openings/{made.json['id']}", made.headers["ETag"]
    assert program.patch(path, {"headcount": 3}).status_code == 428
    assert program.patch(path, {"headcount": 3}, If_Match=read).status_code == 200
    assert program.patch(path, {"headcount": 4}, If_Match=read).status_code == 412
    assert program.get(path).json["headcount"] == 3


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "headcount": "2"}, "/headcount"),
        ({**NEW, "headcount": 2.0}, "/headcount"),
        ({**NEW, "until_filled": 1}, "/until_filled"),
        ({**NEW, "headcuont": 2}, "/headcuont"),
        ({**NEW, "title": None}, "/title"),
        ({**NEW, "title": "  "}, "/title"),
        ({**NEW, "title": "a\u0000b"}, "/title"),
        ({**NEW, "duties": "900101-1234568"}, "/duties"),
        ({**NEW, "deadline_at": "2027-03-31T10:00:00"}, "/deadline_at"),
        ({**NEW, "deadline_at": 1900000000}, "/deadline_at"),
        ({**NEW, "period_from": "2027-02-30"}, "/period_from"),
        ({**NEW, "documents": ["photo"]}, "/documents/0"),
        ([NEW], ""),
    ],
)
def test_nothing_is_turned_into_what_it_is_not(program: Program, body: object, pointer: str) -> None:
    answer = program.post("/employer/openings", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert "900101" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"title": "a", "title": "b", "until_filled": true}',
        '{"title": "a", "headcount": NaN}',
        '{"title": "a", "weekly_hours": 1e999}',
        '{"title": "a", "headcount": ' + "9" * 5000 + "}",
        '{"title": "\\ud800"}',
        '{"title": ' + "[" * 5000 + "]" * 5000 + "}",
        b'{"title": "\xff"}',
    ],
)
def test_json_that_two_programs_could_read_differently_is_refused(program: Program, body: str | bytes) -> None:
    assert program.post("/employer/openings", body).status_code == 400


def test_other_types_and_large_bodies_are_refused(program: Program) -> None:
    assert program.post("/employer/openings", NEW, Content_Type="text/plain").status_code == 415
    assert program.post("/employer/openings", {**NEW, "duties": "가" * 70_000}).status_code == 413


def test_what_has_run_out_is_not_listed_as_open(visitor: Visitor, employer: Organisation) -> None:
    over = make_opening(employer, at=clock.now() - timedelta(days=31))
    open_now = make_opening(employer)
    unlimited = make_opening(employer, deadline_at=None, until_filled=True)
    assert over.state == OpeningState.PUBLISHED
    listed = {item["id"] for item in Program(visitor).get("/openings").json["items"]}
    assert listed == {open_now.public_id, unlimited.public_id}


def test_an_answer_is_kept_for_its_language_alone(visitor: Visitor, employer: Organisation) -> None:
    asked = Requirement(kind="experience", level="required", months=12)
    path = f"/openings/{make_opening(employer, requirements=(asked,)).public_id}"
    korean, english = (Program(visitor).get(path, Accept_Language=language) for language in ("ko", "en"))
    assert korean.json["requirements"] != english.json["requirements"]
    assert {"Accept-Language", "Authorization", "Cookie"} <= set(korean.vary)


def test_doubtful_words_are_published_once_they_are_confirmed_and_clear_ones_never(program: Program) -> None:
    for words, status in (("만 60세 이상", 200), ("만 35세 이하", 422)):
        made = program.post("/employer/openings", {**NEW, "qualification_text": words}).json
        path = f"/employer/openings/{made['id']}/publish"
        assert program.post(path).status_code == 422
        assert program.post(f"{path}?confirmed=true").status_code == status


HOURS = {"kind": "hours", "level": "required", "course_kind": "in_service", "minutes": 2400, "within_months": 24}
COURSE = {"kind": "course", "level": "preferred", "name": "도시재생 코디네이터 양성"}
MONTHS = {"kind": "experience", "level": "required", "months": 12, "name": "마을만들기", "note": "주민조직 경험 포함"}
OTHER = {"kind": "other", "level": "preferred", "note": "종로구를 잘 아는 분"}


def asked_in(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer the requirements as they could be sent again."""
    return [
        {name: value for name, value in one.items() if name != "text" and value is not None}
        for one in told["requirements"]
    ]


def test_an_opening_is_posted_with_what_it_asks_for(program: Program, visitor: Visitor) -> None:
    asked = [HOURS, COURSE, MONTHS, OTHER]
    made = program.post("/employer/openings", {**NEW, "requirements": asked})
    assert made.status_code == 201, made.json
    assert asked_in(made.json) == asked
    assert made.json["requirements"][0]["text"] == "최근 24개월 직무교육 40시간 이상"
    path = f"/employer/openings/{made.json['id']}"
    assert program.post(f"{path}/publish").status_code == 200
    public = Program(visitor).get(f"/openings/{made.json['id']}").json
    assert asked_in(public) == asked
    assert "최근 24개월 직무교육 40시간 이상" in visitor.get(f"/openings/{made.json['id']}").get_data(as_text=True)


def test_a_change_replaces_all_requirements_or_leaves_them(program: Program) -> None:
    made = program.post("/employer/openings", {**NEW, "requirements": [HOURS, COURSE]})
    path = f"/employer/openings/{made.json['id']}"
    left = program.patch(path, {"headcount": 3}, If_Match=made.headers["ETag"])
    assert asked_in(left.json) == [HOURS, COURSE]
    for wanted in ([COURSE, HOURS, OTHER], [OTHER], [MONTHS, OTHER, HOURS], []):
        told = program.patch(path, {"requirements": wanted}, If_Match=left.headers["ETag"])
        assert (told.status_code, asked_in(told.json)) == (200, wanted)
        assert told.json["version"] == left.json["version"] + 1, "one change"
        left = told
    same = program.patch(path, {"requirements": []}, If_Match=left.headers["ETag"])
    assert same.headers["ETag"] == left.headers["ETag"], "nothing differs"
    assert program.patch(path, {"requirements": [HOURS]}, If_Match=made.headers["ETag"]).status_code == 412
    assert "확인할 요건" in str(
        edit(db.session.scalars(select(OpeningEdit).order_by(OpeningEdit.version.desc())).first())  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("requirement", "place"),
    [
        ({"kind": "hours", "level": "required"}, "minutes"),
        ({**HOURS, "minutes": 0}, "minutes"),
        ({**HOURS, "minutes": "2400"}, "minutes"),
        ({**HOURS, "name": "양성"}, "name"),
        ({**HOURS, "course_kind": "evening"}, "course_kind"),
        ({**COURSE, "name": ""}, "name"),
        ({**COURSE, "months": 3}, "months"),
        ({**MONTHS, "months": None}, "months"),
        ({"kind": "badge", "level": "required", "issuer": "공단"}, "name"),
        ({"kind": "other", "level": "required"}, "note"),
        ({**OTHER, "note": "900101-1234568"}, "note"),
        ({**OTHER, "text": "as it is told"}, "text"),
        ({**OTHER, "level": "nice"}, "level"),
    ],
)
def test_a_requirement_that_says_too_little_or_too_much_is_named(
    program: Program, requirement: dict[str, Any], place: str
) -> None:
    answer = program.post("/employer/openings", {**NEW, "requirements": [HOURS, requirement]})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/requirements/1/{place}"]
    assert program.get("/employer/openings").json["items"] == [], "nothing is stored"
    if "900101" not in str(requirement):  # No schema can say what looks like a resident number.
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**NEW, "requirements": [requirement]}, OpeningNew.model_json_schema())


def test_there_is_an_end_to_what_an_opening_asks_for(program: Program) -> None:
    assert program.post("/employer/openings", {**NEW, "requirements": [OTHER] * 21}).status_code == 422
    assert program.post("/employer/openings", {**NEW, "requirements": [OTHER] * 20}).status_code == 201
    assert program.post("/employer/openings", {**NEW, "requirements": None}).status_code == 422


def test_requirements_need_the_scope_and_have_one_effect_for_one_key(
    program: Program, employer: Organisation
) -> None:
    body = {**NEW, "requirements": [HOURS]}
    reader = Program(program._visitor, make_token(employer, Scope.OPENINGS_READ)[1])
    assert reader.post("/employer/openings", body).status_code == 403
    first, again = (program.post("/employer/openings", body, Idempotency_Key="a") for _ in range(2))
    assert first.json == again.json
    other = {**NEW, "requirements": [COURSE]}
    assert program.post("/employer/openings", other, Idempotency_Key="a").status_code == 422
    assert len(program.get("/employer/openings").json["items"]) == 1


def test_requirements_of_what_others_see_may_not_say_what_an_opening_may_not(program: Program) -> None:
    bad = [{"kind": "other", "level": "required", "note": "만 35세 이하"}]
    made = program.post("/employer/openings", {**NEW, "requirements": bad})
    path = f"/employer/openings/{made.json['id']}"
    assert program.post(f"{path}/publish").status_code == 422, "a draft is looked at when it is published"
    assert program.patch(path, {"requirements": [OTHER]}, If_Match="*").status_code == 200
    assert program.post(f"{path}/publish").status_code == 200
    assert program.patch(path, {"requirements": bad, "headcount": 9}, If_Match="*").status_code == 422
    assert (asked_in(program.get(path).json), program.get(path).json["headcount"]) == ([OTHER], None)
    program.post(f"{path}/close")
    assert program.patch(path, {"requirements": []}, If_Match="*").status_code == 409
