"""`jobs import` and `jobs pull`: what they print, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.jobs.listings import pull_service
from app.jobs.listings.import_models import ImportRun, ListSource
from app.jobs.opening_models import Opening
from tests.factories.foreign_host import ForeignHost
from tests.factories.lists import alio, line, notice, sheet, wanted, work24
from tests.factories.sources import make_portal


def run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=["jobs", *words])
    db.session.rollback()
    return result


def written(folder: Path, data: bytes, name: str = "목록.csv") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(work24(wanted(1)), "work24"), (alio(notice(1)), "alio"), (sheet(line(1)), "sheet")],
    ids=["work24", "alio", "sheet"],
)
def test_it_tells_the_source_by_the_content(app: Flask, tmp_path: Path, data: bytes, kind: str) -> None:
    result = run(app, "import", written(tmp_path, data))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "새 공고 1건, 바뀐 공고 0건, 그대로 0건, 받지 않음 0건" in result.stdout
    assert db.session.scalars(select(ListSource.kind)).all() == [kind]
    assert "그대로 1건" in run(app, "import", written(tmp_path, data), "--source", kind).stdout


def test_what_is_refused_is_said_with_its_place_and_reason(app: Flask, tmp_path: Path) -> None:
    rows = (wanted(1), wanted(2, closeDt="?"), wanted(3, title="문의 900101-1234567"))
    result = run(app, "import", written(tmp_path, work24(*rows)))
    assert result.exit_code == 0
    assert "받지 않음 2건" in result.stdout
    lines = result.stderr.splitlines()
    assert lines[0].startswith("wanted[2] 마을만들기 활동가 모집: 마감일 ‘?’")
    assert lines[1].startswith("wanted[3] ")
    assert "1234567" not in result.output


@pytest.mark.parametrize(
    "data",
    [b"", b"<wantedRoot><wanted>", b'{"resultCode": 500, "resultMsg": "x"}', b"1,2\r\n", work24(wanted(1, title=""))],
)
def test_a_list_that_cannot_be_taken_ends_with_one_and_stores_nothing(
    app: Flask, tmp_path: Path, data: bytes
) -> None:
    result = run(app, "import", written(tmp_path, data))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr
    assert "Traceback" not in result.stderr
    assert db.session.scalar(select(func.count(ImportRun.id))) == 0


@pytest.mark.parametrize("words", [("import",), ("import", "/no/such/file"), ("import", "x", "--source", "other")])
def test_called_wrongly_it_ends_with_one(app: Flask, words: tuple[str, ...]) -> None:
    assert run(app, *words).exit_code == 1


def test_a_part_of_a_list_closes_nothing(app: Flask, tmp_path: Path) -> None:
    run(app, "import", written(tmp_path, work24(wanted(1), wanted(2))))
    assert "마감 0건" in run(app, "import", written(tmp_path, work24(wanted(1))), "--part").stdout
    assert "마감 1건" in run(app, "import", written(tmp_path, work24(wanted(1)))).stdout


def test_lists_of_two_names_do_not_close_one_anothers_openings(app: Flask, tmp_path: Path) -> None:
    run(app, "import", written(tmp_path, sheet(line(1)), "가 센터.csv"))
    assert "마감 0건" in run(app, "import", written(tmp_path, sheet(line(2)), "나 센터.csv")).stdout
    result = run(app, "import", written(tmp_path, sheet(line(3)), "나 센터(2).csv"), "--name", "나 센터")
    assert "마감 1건" in result.stdout


def test_a_portals_file_belongs_to_the_portal_that_is_followed(app: Flask, tmp_path: Path) -> None:
    portal = make_portal("고용24 서울")
    run(app, "import", written(tmp_path, work24(wanted(1))))
    assert db.session.scalars(select(ImportRun.source_id)).all() == [portal.id]


def test_pull_says_what_each_portal_answered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    host = ForeignHost()
    monkeypatch.setattr(pull_service, "portal_fetcher", lambda: host.fetcher(most_bytes=100_000))
    try:
        make_portal("가 목록")
        make_portal("나 목록")
        host.pages["/list?callTp=L&returnType=XML&startPage=1&display=100"] = work24(wanted(1))
        result = run(app, "pull", "가 목록")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith("가 목록: 새 공고 1건")
        host.pages.clear()
        result = run(app, "pull")
        assert result.exit_code == 1
        assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["가 목록", "나 목록"]
    finally:
        host.close()
    assert db.session.scalars(select(Opening.state)).all() == ["published"]


def test_pull_without_any_source_says_what_to_do(app: Flask) -> None:
    result = run(app, "pull")
    assert result.exit_code == 1
    assert "출처" in result.stderr
    assert run(app, "pull", "없는 이름").exit_code == 1
