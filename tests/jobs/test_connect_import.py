"""Lists come into the database: once each, followed as they change, joined where they are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core import clock
from app.core.audit import AuditLine
from app.core.db import db
from app.core.errors import Conflict
from app.jobs.board.search_models import OpeningSearch
from app.jobs.listings import import_service, source_service
from app.jobs.listings.import_models import ImportNote, ImportRun, OpeningOrigin
from app.jobs.listings.list_reader import read_list, recognise
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from app.jobs.signals import opening_moved
from tests.factories.jobs import COMMAND, make_employer, make_opening
from tests.factories.lists import alio, line, notice, sheet, wanted, work24
from tests.factories.statements import count_statements

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def take(data: bytes, name: str = "목록.csv", at: datetime = NOW, review: bool = False, **source: Any) -> ImportRun:
    kind = recognise(data)
    reading = read_list(data, name, kind, clock.seoul_date(at))
    found = source_service.source_for_files(kind, name, COMMAND, at, **source)
    run = import_service.begin_run(found, COMMAND, at, name)
    import_service.take_reading(found, run, reading, COMMAND, at, needs_review=review)
    db.session.commit()
    return run


def counts(run: ImportRun) -> dict[str, int]:
    names = ("new", "joined", "changed", "same", "refused", "reopened", "closed")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def remarks(run: ImportRun) -> list[str]:
    return list(db.session.scalars(select(ImportNote.code).where(ImportNote.run_id == run.id)))


def openings() -> list[Opening]:
    return list(db.session.scalars(select(Opening).order_by(Opening.id)))


def test_a_second_import_changes_nothing(app: Flask) -> None:
    data = work24(wanted(1), wanted(2))
    assert counts(take(data)) == {"new": 2}
    lines = db.session.scalar(select(func.count(AuditLine.id)))
    assert counts(take(data)) == {"same": 2}
    assert db.session.scalar(select(func.count(AuditLine.id))) == (lines or 0) + 1, "the run's own line"
    assert [opening.version for opening in openings()] == [1, 1]


def test_an_opening_from_elsewhere_is_published_and_takes_no_applications(app: Flask) -> None:
    take(work24(wanted(1)))
    (opening,) = openings()
    assert (opening.state, opening.source, opening.organisation_id) == (OpeningState.PUBLISHED, "work24", None)
    assert not opening.takes_applications(NOW)
    assert opening.source_url.startswith("https://www.example.org/wanted")
    assert [edit.action for edit in db.session.scalars(select(OpeningEdit))] == ["import"]


def test_what_has_run_out_comes_in_closed(app: Flask) -> None:
    take(work24(wanted(1, closeDt="26-11-13")))
    (opening,) = openings()
    assert opening.state == OpeningState.CLOSED
    assert opening.closed_at == opening.deadline_at


def test_changes_are_followed_and_kept(app: Flask) -> None:
    take(work24(wanted(1)))
    run = take(work24(wanted(1, title="마을만들기 활동가 추가 모집", closeDt="99-11-30")), at=NOW + timedelta(days=1))
    assert counts(run) == {"changed": 1}
    (opening,) = openings()
    assert opening.title == "마을만들기 활동가 추가 모집"
    edit = db.session.scalars(select(OpeningEdit).where(OpeningEdit.action == "change")).one()
    assert edit.before["title"] == "마을만들기 활동가 모집"
    assert edit.version == opening.version == 2
    assert db.session.scalars(select(AuditLine.action).where(AuditLine.action == "opening.change")).all()


def test_a_link_that_moves_alone_is_a_change_like_any_other(app: Flask) -> None:
    take(work24(wanted(1)))
    moved = work24(wanted(1, wantedInfoUrl="https://www.example.org/moved/1"))
    assert counts(take(moved)) == {"changed": 1}
    (opening,) = openings()
    assert (opening.source_url, opening.version) == ("https://www.example.org/moved/1", 2)
    edit = db.session.scalars(select(OpeningEdit).where(OpeningEdit.action == "change")).one()
    assert edit.after == {"source_url": opening.source_url}
    assert db.session.scalar(select(OpeningSearch.version).where(OpeningSearch.opening_id == opening.id)) == 2
    assert counts(take(moved)) == {"same": 1}
    assert openings()[0].version == 2


def test_what_vanishes_from_a_whole_list_is_closed_and_opens_again_when_it_is_back(app: Flask) -> None:
    take(work24(wanted(1), wanted(2)))
    assert counts(take(work24(wanted(1)))) == {"same": 1, "closed": 1}
    assert [opening.state for opening in openings()] == ["published", "closed"]
    assert counts(take(work24(wanted(1), wanted(2)))) == {"same": 1, "reopened": 1}
    assert [opening.state for opening in openings()] == ["published", "published"]
    actions = [edit.action for edit in db.session.scalars(select(OpeningEdit).order_by(OpeningEdit.id))]
    assert actions == ["import", "import", "vanish", "reopen"]


@pytest.mark.parametrize(
    "data",
    [
        work24(wanted(1), total=2),
        work24(total=0),
        work24(wanted(1), wanted(2, wantedAuthNo="", closeDt="?")),
        work24(wanted(1), wanted(2, closeDt="?")),
    ],
    ids=["a part", "empty", "a row without a name", "a row that cannot be read"],
)
def test_nothing_is_closed_by_a_list_that_may_not_be_whole(app: Flask, data: bytes) -> None:
    take(work24(wanted(1), wanted(2)))
    assert take(data).closed == 0
    assert {opening.state for opening in openings()} == {"published"}


def test_what_somebody_has_closed_by_hand_stays_closed(app: Flask) -> None:
    take(work24(wanted(1)))
    (opening,) = openings()
    opening_service.close_opening(opening, COMMAND, NOW)
    assert counts(take(work24(wanted(1, title="다른 이름의 활동가")))) == {"changed": 1}
    assert openings()[0].state == OpeningState.CLOSED


def test_a_deadline_that_is_put_off_opens_again(app: Flask) -> None:
    take(work24(wanted(1, closeDt="26-11-13")))
    take(work24(wanted(1, closeDt="26-12-13")))
    assert openings()[0].state == OpeningState.PUBLISHED


SAME = {
    "company": "㈜다온",
    "busino": "1208800767",
    "title": "현장 코디네이터 모집",
    "region": "부산",
    "closeDt": "99-12-31",
}
SAME_THERE = {"instNm": "주식회사 다온", "recrutPbancTtl": "현장 코디네이터 채용 공고", "workRgnNmLst": "부산"}


def test_one_opening_in_two_lists_is_shown_once_with_both_links(app: Flask) -> None:
    take(work24(wanted(1, **SAME)))
    assert counts(take(alio(notice(1, **SAME_THERE)), "alio")) == {"joined": 1}
    (opening,) = openings()
    origins = db.session.scalars(select(OpeningOrigin).order_by(OpeningOrigin.id)).all()
    assert [(origin.opening_id, origin.leads) for origin in origins] == [(opening.id, True), (opening.id, False)]
    assert len({origin.url for origin in origins}) == 2


def test_one_opening_twice_in_a_list_is_shown_once(app: Flask) -> None:
    assert counts(take(work24(wanted(1, **SAME), wanted(2, **SAME)))) == {"new": 1, "joined": 1}


@pytest.mark.parametrize(
    "other",
    [
        {"instNm": "주식회사 다온누리"},
        {"instNm": "유한회사 다온"},
        {"workRgnNmLst": "대구"},
        {"pbancEndYmd": "20991230"},
        {"recrutPbancTtl": "현장 경비원 채용"},
        {"recrutPbancTtl": "현장 선임 코디네이터 채용"},
        {"recrutPbancTtl": "현장 코디네이터2 채용"},
    ],
    ids=lambda other: "-".join(other.values()),
)
def test_what_differs_in_employer_place_deadline_or_job_is_never_joined(app: Flask, other: dict[str, str]) -> None:
    take(work24(wanted(1, **SAME)))
    assert counts(take(alio(notice(1, **(SAME_THERE | other))), "alio")) == {"new": 1}


def test_a_name_without_legal_form_does_not_join_two_companies(app: Flask) -> None:
    first, second = wanted(1, **(SAME | {"company": "다온"})), wanted(2, **SAME)
    third = wanted(3, **(SAME | {"company": "유한회사 다온"}))
    assert counts(take(work24(first, second, third))) == {"new": 2, "joined": 1}


def test_an_opening_of_two_lists_is_closed_when_both_have_lost_it(app: Flask) -> None:
    take(work24(wanted(1, **SAME), wanted(2)))
    take(alio(notice(1, **SAME_THERE), notice(2)), "alio")
    assert counts(take(work24(wanted(2)))) == {"same": 1}
    assert openings()[0].state == OpeningState.PUBLISHED
    assert counts(take(alio(notice(1, **(SAME_THERE | {"recrutNope": 7})), notice(2)), "alio"))["changed"] == 1
    assert openings()[0].headcount == 7, "the list that is left leads"
    assert counts(take(alio(notice(2)), "alio")) == {"same": 1, "closed": 1}


def test_a_joined_row_that_becomes_another_opening_parts(app: Flask) -> None:
    take(work24(wanted(1, **SAME)))
    take(alio(notice(1, **SAME_THERE)), "alio")
    assert counts(take(alio(notice(1, **(SAME_THERE | {"pbancEndYmd": "20991111"}))), "alio")) == {"new": 1}
    first, second = openings()
    assert first.deadline_at != second.deadline_at
    origins = db.session.scalars(select(OpeningOrigin).order_by(OpeningOrigin.id)).all()
    assert [origin.opening_id for origin in origins] == [first.id, second.id]


def test_a_deadline_put_off_in_one_list_and_then_in_the_other_parts_and_joins_again(app: Flask) -> None:
    later = {"closeDt": "99-11-30"}
    take(work24(wanted(1, **SAME)))
    take(alio(notice(1, **SAME_THERE)), "alio")
    take(work24(wanted(1, **(SAME | later))))
    assert counts(take(alio(notice(1, **SAME_THERE)), "alio")) == {"new": 1}, "now they differ"
    assert len({opening.deadline_at for opening in openings()}) == 2
    there_too = alio(notice(1, **(SAME_THERE | {"pbancEndYmd": "20991130"})))
    assert counts(take(there_too, "alio")) == {"joined": 1}
    assert [opening.state for opening in openings()] == ["published", "closed"]
    origins = db.session.scalars(select(OpeningOrigin)).all()
    assert {origin.opening_id for origin in origins} == {openings()[0].id}
    assert counts(take(there_too, "alio")) == {"same": 1}


def test_two_rows_of_a_list_that_change_together_stay_one(app: Flask) -> None:
    rows = [wanted(1, **SAME), wanted(2, **SAME)]
    take(work24(*rows))
    later = [row | {"closeDt": "99-11-30"} for row in reversed(rows)]
    assert counts(take(work24(*later))) == {"changed": 2}
    assert len(openings()) == 1


def test_a_joined_row_that_becomes_another_job_parts(app: Flask) -> None:
    take(work24(wanted(1, **SAME)))
    take(alio(notice(1, **SAME_THERE)), "alio")
    assert counts(take(alio(notice(1, **(SAME_THERE | {"recrutPbancTtl": "경비원 채용"}))), "alio")) == {"new": 1}


def test_what_is_in_review_does_not_become_public_by_its_end(app: Flask) -> None:
    employer = make_employer()
    run = take(sheet(line(1)), organisation_id=employer.id, review=True)
    import_service.undo_run(run, COMMAND, NOW)
    assert openings()[0].state == OpeningState.DRAFT


def test_what_an_employer_posted_here_gets_the_link_and_nothing_else(app: Flask) -> None:
    deadline = datetime(2099, 12, 31, 9, tzinfo=UTC)
    own = make_opening(
        make_employer("주식회사 다온"),
        title="현장 코디네이터 모집",
        province="26",
        district="",
        deadline_at=deadline,
    )
    assert counts(take(alio(notice(1, **SAME_THERE), notice(2)), "alio")) == {"new": 1, "joined": 1}
    assert counts(take(alio(notice(1, **(SAME_THERE | {"recrutNope": 9})), notice(2)), "alio"))["changed"] == 1
    assert counts(take(alio(notice(2)), "alio")) == {"same": 1}
    own = openings()[0]
    assert (own.state, own.headcount, own.version) == (OpeningState.PUBLISHED, 2, 2)


def test_an_employers_own_list_goes_through_review(app: Flask) -> None:
    employer = make_employer()
    take(sheet(line(1)), organisation_id=employer.id, review=True)
    (opening,) = openings()
    assert (opening.state, opening.organisation_id) == (OpeningState.IN_REVIEW, employer.id)


def test_an_import_can_be_undone_once(app: Flask) -> None:
    take(work24(wanted(1)))
    run = take(alio(notice(1), notice(2)), "alio")
    assert import_service.undo_run(run, COMMAND, NOW) == 2
    assert [opening.state for opening in openings()] == ["published", "closed", "closed"]
    with pytest.raises(Conflict):
        import_service.undo_run(run, COMMAND, NOW)
    assert counts(take(alio(notice(1), notice(2)), "alio")) == {"reopened": 2}


def test_what_was_refused_is_kept_with_its_place_and_reason(app: Flask) -> None:
    run = take(work24(wanted(1), wanted(2, closeDt="?"), wanted(3, wantedInfoUrl="javascript:x")))
    notes = db.session.scalars(select(ImportNote).where(ImportNote.run_id == run.id).order_by(ImportNote.id)).all()
    assert [(note.kind, note.place, note.code) for note in notes] == [
        ("refused", "wanted[2]", "bad_deadline"),
        ("remark", "wanted[3]", "link_left_out"),
    ]


def test_a_batch_takes_the_same_number_of_statements_however_many_rows_it_has(app: Flask) -> None:
    def statements(rows: int, start: int, **values: str) -> int:
        data = work24(*(wanted(start + n, **values) for n in range(rows)), total=10**6)
        with count_statements() as counted:
            take(data)
        return len(counted)

    take(work24(wanted(999)))
    few, many = statements(10, 1000), statements(200, 2000)
    assert many <= few + 6, "new rows"
    few, many = statements(10, 1000, closeDt="99-10-10"), statements(200, 2000, closeDt="99-10-10")
    assert many <= few + 6, "changed rows"


def test_the_search_for_duplicates_uses_its_index(app: Flask) -> None:
    values = ", ".join(f"'{number:032x}'" for number in range(50))
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = db.session.execute(text(f"{explain} SELECT * FROM openings WHERE same_key IN ({values})")).all()
    assert "ix_openings_same_key" in str(rows)


def test_an_employers_own_list_publishes_no_words_that_its_pages_would_not(app: Flask) -> None:
    employer, bad = make_employer(), {"자격요건": "만 35세 이하"}
    run = take(sheet(line(1, **bad)), organisation_id=employer.id)
    assert [opening.state for opening in openings()] == [OpeningState.DRAFT]
    assert remarks(run) == ["forbidden_draft"]
    assert counts(take(sheet(line(2)), "둘.csv", organisation_id=employer.id)) == {"new": 1}
    run = take(sheet(line(2, **bad)), "둘.csv", organisation_id=employer.id)
    published = openings()[1]
    assert (published.state, published.qualification_text) == (OpeningState.PUBLISHED, "직무교육 40시간 이상")
    assert remarks(run) == ["forbidden_kept"]


def test_what_an_employers_own_list_does_is_told_to_its_programs(app: Flask) -> None:
    employer = make_employer()
    told: list[tuple[str, str]] = []

    def note(opening: Opening, *, action: str, at: datetime) -> None:
        told.append((opening.public_id, action))

    with opening_moved.connected_to(note):
        run = take(sheet(line(1)), organisation_id=employer.id)
        take(sheet(line(1, 모집인원="5명")), organisation_id=employer.id)
        import_service.undo_run(run, COMMAND, NOW)
        take(work24(wanted(1)))
    own = next(opening for opening in openings() if opening.organisation_id is not None)
    assert told == [(own.public_id, "publish"), (own.public_id, "change"), (own.public_id, "close")]
