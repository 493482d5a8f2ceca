"""The index says what the openings say, whichever way they change."""

from __future__ import annotations

import dataclasses
import secrets
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, delete, event, insert, select, text, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db
from app.jobs.board import search_bits, search_hooks, search_index, search_job
from app.jobs.board.search_models import OpeningFacet, OpeningSearch
from app.jobs.board.search_text import terms_of
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from app.jobs.openings.opening_fields import OpeningFields
from tests.factories.jobs import COMMAND, make_employer, make_opening, opening_fields
from tests.factories.statements import count_statements


def found(question: str) -> set[int]:
    return set(search_index.find(db.session(), terms_of(question), 1000))


def having(kind: str, value: str) -> set[int]:
    return set(search_bits.members(search_bits.read(db.session.connection(), [kind])[kind, value]))


@pytest.mark.parametrize(
    "question",
    [
        "채용",
        "도시 재생",
        "도시재생",
        "코디",
        "도시 재생 코디",
        "재생코디네이터",
        "도",
        "생활sw",
        "2026",
        "IT매니저",
        "도시재생코디네이터",
    ],
)
def test_words_are_found_whatever_their_spacing(app: Any, question: str) -> None:
    opening = make_opening(title="도시재생 코디네이터(생활SW) 2026 채용", duties="IT 매니저를 돕는 일")
    make_opening(title="회계 담당", employer_name="가나복지관", work_kind="office", duties="", district="중구")
    assert found(question) == {opening.id}


@pytest.mark.parametrize("question", ["재생도시", "네이터생활도", "도시재생코디네이터모집인", "없는낱말"])
def test_what_is_not_there_is_not_found(app: Any, question: str) -> None:
    # 도시, 시재, 재생, 생도 all stand in it, and 재생도시 does not.
    make_opening(title="도시재생 코디네이터 채용 재생 도", duties="생도 모임 도시재생", place="인")
    assert found(question) == set()


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "' OR 1=1 --",
        "a* AND NOT (b)",
        "NEAR(도시 재생)",
        "words:도시",
        "가" * 10_000,
        "\0도시",
        "& | ! <->",
        "^",
    ],
)
def test_no_question_is_an_error(app: Any, question: str) -> None:
    make_opening()
    if terms_of(question):
        assert isinstance(found(question), set)


def test_an_edit_is_found_by_its_new_words_alone(app: Any) -> None:
    opening = make_opening(title="마을 활동가", duties="")
    fields = dataclasses.replace(OpeningFields.of(opening), title="상권 기획자", province="26", district="동구")
    opening_service.change_opening(opening, fields, opening.version, COMMAND, clock.now())
    db.session.commit()
    assert found("활동가") == set()
    assert found("상권기획") == {opening.id}
    assert having("province", "26") == {opening.id}
    assert having("province", "11") == having("district 11", "종로구") == set()


def test_only_what_is_published_can_be_found(app: Any) -> None:
    for state in OpeningState:
        make_opening(state=state)
    published = make_opening()
    shown = set(db.session.scalars(select(Opening.id).where(Opening.state == "published")))
    assert found("코디네이터") == having("all", "") == shown
    opening_service.close_opening(published, COMMAND, clock.now())
    db.session.commit()
    assert published.id not in found("코디네이터") | having("all", "")
    opening_service.reopen_opening(published, COMMAND, clock.now())
    db.session.commit()
    assert found("코디네이터") == shown


def bulk(number: int) -> list[dict[str, Any]]:
    at = clock.now()
    facts = {f.name: getattr(opening_fields(), f.name) for f in dataclasses.fields(OpeningFields)}
    facts |= {"documents": [], "state": "published", "version": 1, "source": "alio"}
    facts |= {"created_at": at, "updated_at": at, "published_at": at}
    return [facts | {"title": f"꾸러미 {n}", "public_id": f"{n:032x}"} for n in range(number)]


def test_statements_over_many_rows_are_seen(app: Any) -> None:
    before = make_opening()
    db.session.execute(insert(Opening), bulk(3))
    db.session.commit()
    ids = set(db.session.scalars(select(Opening.id))) - {before.id}
    assert found("꾸러미") == ids
    db.session.execute(update(Opening).where(Opening.title == "꾸러미 1").values(title="보따리"))
    db.session.commit()
    assert len(found("보따리")) == 1
    db.session.execute(update(cast(Table, Opening.__table__)).values(blind=True))
    db.session.commit()
    assert having("blind", "yes") == ids | {before.id}
    first = min(ids)
    db.session.execute(update(Opening), [{"id": first, "title": "하나만"}])
    db.session.execute(
        insert(Requirement),
        [{"opening_id": first, "position": 0, "kind": "course", "level": "required", "name": "양성과정"}],
    )
    db.session.commit()
    assert found("하나만") == found("양성과정") == {first}
    db.session.execute(delete(Requirement))
    db.session.execute(delete(Opening).where(Opening.source == "alio"))
    db.session.commit()
    assert having("all", "") == {before.id}
    assert found("꾸러미") == set()


def test_requirements_count_as_the_opening(app: Any) -> None:
    asked = Requirement(kind="hours", level="required", minutes=40 * 60, course_kind="foundation", position=0)
    opening = make_opening(requirements=(asked,))
    assert opening.id in having("hours", "40") - having("hours", "20")
    asked.minutes = 20 * 60
    asked.text = "온라인 제외"
    db.session.commit()
    assert opening.id in having("hours", "20") - having("hours", "0")
    assert found("온라인제외") == {opening.id}


def test_what_is_rolled_back_was_never_listed(app: Any) -> None:
    opening = make_opening(title="남는 제목")
    opening.title = "사라질 제목"
    db.session.flush()
    db.session.rollback()
    make_opening(title="다른 제목")
    assert found("사라질") == set()
    assert found("남는제목") == {opening.id}


def test_the_worker_lets_go_at_the_deadline_and_finds_what_went_past_the_session(app: Any) -> None:
    at = clock.now()
    opening = make_opening(deadline_at=at + timedelta(hours=1))
    hidden = make_opening()
    by_text = text("UPDATE openings SET title = '숨은 공고', version = version + 1 WHERE id = :id")
    db.session.execute(by_text, {"id": hidden.id})
    db.session.commit()
    assert found("숨은공고") == set()
    search_job.mend(at)
    assert found("숨은공고") == {hidden.id}
    search_job.mend(at + timedelta(hours=2))
    assert having("all", "") == found("코디네이터") == {hidden.id}
    assert db.session.get(OpeningSearch, opening.id) is None


def test_a_rebuild_says_the_same(app: Any) -> None:
    employer = make_employer()
    for place in ("종로구", "중구", "마포구"):
        make_opening(employer, district=place)
    before = everything()
    answer = app.test_cli_runner().invoke(args=["jobs", "reindex"])
    assert answer.exit_code == 0, answer.output
    assert "3" in answer.output
    assert everything() == before
    assert len(found("코디네이터")) == 3


def everything() -> list[Any]:
    db.session.rollback()
    facets = select(OpeningFacet.__table__).order_by(OpeningFacet.kind, OpeningFacet.value)
    facets = facets.where(OpeningFacet.kind != "version")
    rows = select(OpeningSearch.opening_id, OpeningSearch.text).order_by(OpeningSearch.opening_id)
    return [tuple(row) for statement in (facets, rows) for row in db.session.execute(statement)]


@pytest.mark.databases("sqlite")
def test_without_the_hook_a_change_would_go_unfound(app: Any) -> None:
    opening = make_opening(title="앞 제목")
    event.remove(Session, "before_commit", search_hooks._write)
    try:
        opening.title = "뒤 제목"
        db.session.commit()
    finally:
        event.listen(Session, "before_commit", search_hooks._write)
    assert found("뒤제목") == set()


def test_a_savepoint_that_is_given_up_hides_nothing_that_was_changed_before_it(app: Any) -> None:
    opening = make_opening()
    db.session.commit()
    opening.title = "마을 기록가 모집"
    db.session.flush()
    db.session.begin_nested().rollback()
    db.session.commit()
    assert found("기록가") == {opening.id}


def in_gangwon() -> set[int]:
    """Answer the openings in Gangwon as a search sees them, with what this process has kept of earlier ones."""
    return set(search_bits.members(search_bits.read(db.session.connection(), ["province"])["province", "42"]))


def test_what_a_process_keeps_is_good_until_the_bits_change(app: Any) -> None:
    first = make_opening(province="42", district="춘천시")
    assert in_gangwon() == {first.id}
    with count_statements() as statements:
        assert in_gangwon() == {first.id}
    assert len(statements) == 1, "only the version is asked for again"
    second = make_opening(province="42", district="원주시")
    assert in_gangwon() == {first.id, second.id}


def test_what_was_rolled_back_is_not_kept(app: Any) -> None:
    first = make_opening(province="42", district="춘천시")
    first_id = first.id
    first.province = "11"
    db.session.flush()
    search_index.write(db.session(), [first_id], clock.now())
    assert in_gangwon() == set()
    db.session.rollback()
    assert in_gangwon() == {first_id}


def test_without_a_new_version_a_change_would_go_unseen(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_opening(province="42", district="춘천시")
    assert in_gangwon() == {first.id}
    written = db.session.scalars(select(OpeningFacet.bits).where(OpeningFacet.kind == "version")).one()
    monkeypatch.setattr(secrets, "token_bytes", lambda _length: written)
    make_opening(province="42", district="원주시")
    assert in_gangwon() == {first.id}
