"""Quick answers take turns on one core; everything else runs beside them, wherever the system likes."""

from __future__ import annotations

import os
import runpy
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from app.core import quick
from app.core.config import ROOT
from app.core.quick import QUICK, SLOW, QuickAnswers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 4
NOWHERE = Path("/nowhere")
"""An instance folder in which no core can be claimed."""


class Inner:
    """Stands for the application: notes on which cores it is asked, and how many are in it at once."""

    def __init__(self) -> None:
        self.cores: list[set[int]] = []
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()
        self.slow_began, self.slow_may_end = threading.Event(), threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self.cores.append(os.sched_getaffinity(0))
        if environ["PATH_INFO"] == "/slow":
            self.slow_began.set()
            assert self.slow_may_end.wait(10)
        else:
            threading.Event().wait(0.005)
        with self._lock:
            self._inside -= 1
        if environ["PATH_INFO"] == "/v/broken":
            raise RuntimeError("broken")
        return [b""]


def ask(answers: QuickAnswers, path: str, method: str = "GET") -> None:
    answers(EnvironBuilder(path, method=method).get_environ(), lambda *_arguments: lambda _data: None)


def ask_at_once(answers: QuickAnswers, path: str, method: str = "GET") -> None:
    barrier = threading.Barrier(THREADS)

    def together(_number: int) -> None:
        barrier.wait(10)
        ask(answers, path, method)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(together, range(THREADS)))


@pytest.mark.parametrize("path", [f"{beginning}0123" for beginning in QUICK])
def test_quick_answers_take_turns_on_one_core(path: str) -> None:
    inner = Inner()
    ask_at_once(QuickAnswers(inner, NOWHERE, in_turn=True), path)
    assert inner.most == 1
    assert {len(cores) for cores in inner.cores} == {1}
    assert len(set(map(frozenset, inner.cores))) == 1


@pytest.mark.parametrize(
    ("path", "method"), [("/people", "GET"), ("/v/slip", "POST"), ("/verify", "GET"), ("/v/states", "GET")]
)
def test_everything_else_runs_beside_them_wherever_the_system_likes(path: str, method: str) -> None:
    inner = Inner()
    ask_at_once(QuickAnswers(inner, NOWHERE, in_turn=True), path, method)
    assert inner.most > 1
    assert set(map(frozenset, inner.cores)) == {frozenset(os.sched_getaffinity(0))}


def test_a_thread_is_set_free_again_after_a_quick_answer() -> None:
    inner, everywhere = Inner(), os.sched_getaffinity(0)
    answers = QuickAnswers(inner, NOWHERE, in_turn=True)
    with ThreadPoolExecutor(1) as thread:
        for path in ("/v/0123", "/people", "/v/0123"):
            thread.submit(ask, answers, path).result(10)
    assert [len(cores) for cores in inner.cores] == [1, len(everywhere), 1]


def test_a_thread_begun_by_one_on_one_core_is_set_free_too() -> None:
    inner, everywhere = Inner(), os.sched_getaffinity(0)
    answers = QuickAnswers(inner, NOWHERE, in_turn=True)

    def ask_then_begin_another() -> None:
        ask(answers, "/v/0123")
        with ThreadPoolExecutor(1) as begun:
            begun.submit(ask, answers, "/people").result(10)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(ask_then_begin_another).result(10)
    assert inner.cores == [inner.cores[0], everywhere]


def test_a_slow_answer_keeps_no_quick_one_waiting() -> None:
    inner = Inner()
    answers = QuickAnswers(inner, NOWHERE, in_turn=True)
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(ask, answers, "/slow")
        assert inner.slow_began.wait(10)
        threads.submit(ask, answers, "/v/0123").result(10)
        assert not slow.done()
        inner.slow_may_end.set()
        slow.result(10)


def test_an_error_gives_the_turn_back() -> None:
    answers = QuickAnswers(Inner(), NOWHERE, in_turn=True)
    with ThreadPoolExecutor(1) as thread:
        for _turn in range(2):
            with pytest.raises(RuntimeError, match="broken"):
                thread.submit(ask, answers, "/v/broken").result(10)


def test_a_core_that_is_gone_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: int, _cores: Iterable[int]) -> None:
        raise OSError

    inner = Inner()
    answers = QuickAnswers(inner, NOWHERE, in_turn=True)
    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    ask(answers, "/v/0123")
    assert len(inner.cores) == 1


def test_where_the_system_knows_no_cores_they_take_turns_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sched_getaffinity", "sched_setaffinity"):
        monkeypatch.delattr(os, name)
    asked: list[str] = []

    def inner(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        return [b""]

    answers = QuickAnswers(inner, NOWHERE, in_turn=True)
    for path in ("/v/0123", "/people"):
        ask(answers, path)
    assert asked == ["/v/0123", "/people"]


def test_no_core_is_claimed_before_something_quick_is_asked(tmp_path: Path) -> None:
    answers = QuickAnswers(Inner(), tmp_path, in_turn=True)
    ask(answers, "/people")
    assert not list(tmp_path.iterdir())
    with ThreadPoolExecutor(1) as thread:
        thread.submit(ask, answers, "/v/0123").result(10)
    assert [path.name for path in tmp_path.iterdir()] == (["cores"] if len(os.sched_getaffinity(0)) > 1 else [])


def test_only_reading_is_quick(app: Flask) -> None:
    """Whatever writes may wait for another writer, and everybody else would wait with it."""
    reads = [
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith(QUICK) and "GET" in (rule.methods or ())
    ]
    assert {rule.endpoint for rule in reads if rule.rule not in SLOW} == {
        "verification.show",
        "verification.birth_date_asked",
        "verification.offline",
        "verification.worker",
        "publication.credential",
        "publication.status_list",
        "publication.replaced_list",
        "issuance_log.proof",
        "api.verify_stored_credential",
    }
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} for rule in reads)


@pytest.mark.parametrize("in_turn", [True, False])
def test_without_turns_they_overlap_on_the_same_core(in_turn: bool) -> None:
    inner = Inner()
    ask_at_once(QuickAnswers(inner, NOWHERE, in_turn=in_turn), "/v/0123")
    assert (inner.most == 1) is in_turn
    assert len(set(map(frozenset, inner.cores))) == 1


@pytest.mark.parametrize(("url", "in_turn"), [("sqlite:///x", True), ("postgresql+psycopg://x", False)])
def test_turns_are_taken_where_the_database_is_in_the_process(url: str, in_turn: bool) -> None:
    inner, app = Inner(), Flask("served")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, IEUM_INSTANCE_DIR=NOWHERE)
    app.wsgi_app = inner  # type: ignore[method-assign]
    quick.init_served(app)
    assert isinstance(app.wsgi_app, QuickAnswers)
    ask_at_once(app.wsgi_app, "/v/0123")
    assert (inner.most == 1) is in_turn


def test_the_application_that_is_served_answers_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IEUM_INSTANCE_DIR", str(tmp_path))
    served = runpy.run_path(str(ROOT / "wsgi.py"))["app"]
    assert isinstance(served.wsgi_app, QuickAnswers)
