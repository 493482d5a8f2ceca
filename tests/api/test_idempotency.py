"""One key, one effect: repeated, in parallel, after a kill."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.api import idempotency_service
from app.api.token_models import StoredAnswer
from app.core import clock
from app.core.db import db
from app.jobs.opening_models import Opening
from tests.conftest import BASE_URL, Visitor
from tests.factories.api import Program, make_token
from tests.factories.jobs import make_employer

NEW = {"title": "코디네이터 모집", "until_filled": True}
PATH = "/employer/openings"


@pytest.fixture
def text(app: Flask) -> str:
    return make_token(make_employer())[1]


def openings() -> int:
    count = db.session.scalar(select(func.count()).select_from(Opening)) or 0
    db.session.rollback()
    return count


def test_the_same_request_has_one_effect_and_one_answer(visitor: Visitor, text: str) -> None:
    program = Program(visitor, text)
    first, second = (program.post(PATH, NEW, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert [first.headers[n] for n in ("ETag", "Location")] == [second.headers[n] for n in ("ETag", "Location")]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert openings() == 1


def test_without_a_key_it_has_two(visitor: Visitor, text: str) -> None:
    program = Program(visitor, text)
    assert [program.post(PATH, NEW).status_code for _ in range(2)] == [201, 201]
    assert openings() == 2


def test_the_same_key_with_another_request_is_refused(visitor: Visitor, text: str) -> None:
    program = Program(visitor, text)
    made = program.post(PATH, NEW, Idempotency_Key="k-1").json["id"]
    assert program.post(PATH, {**NEW, "headcount": 2}, Idempotency_Key="k-1").status_code == 422
    assert program.post(f"{PATH}/{made}/publish", Idempotency_Key="k-1").status_code == 422
    assert openings() == 1


def test_keys_of_two_tokens_do_not_meet(visitor: Visitor, text: str) -> None:
    for one in (text, make_token(make_employer())[1]):
        assert Program(visitor, one).post(PATH, NEW, Idempotency_Key="k-1").status_code == 201
    assert openings() == 2


def test_a_refusal_is_not_kept(visitor: Visitor, text: str) -> None:
    program = Program(visitor, text)
    made = program.post(PATH, NEW).json["id"]
    assert program.post(f"{PATH}/{made}/close", Idempotency_Key="k").status_code == 409
    program.post(f"{PATH}/{made}/publish")
    assert program.post(f"{PATH}/{made}/close", Idempotency_Key="k").json["state"] == "closed"


@pytest.mark.parametrize("key", ["", " ", "a b", "가", "x" * 101])
def test_a_key_of_another_form_is_refused(visitor: Visitor, text: str, key: str) -> None:
    header = key.encode().decode("latin-1")
    assert Program(visitor, text).post(PATH, NEW, Idempotency_Key=header).status_code == 400


def test_after_a_day_the_key_is_new(visitor: Visitor, text: str) -> None:
    program = Program(visitor, text)
    program.post(PATH, NEW, Idempotency_Key="k")
    db.session.scalars(select(StoredAnswer)).one().at = clock.now() - timedelta(hours=25)
    assert "Idempotency-Replayed" not in program.post(PATH, NEW, Idempotency_Key="k").headers
    idempotency_service.sweep_old_answers(clock.now() + timedelta(hours=25))
    assert db.session.scalars(select(StoredAnswer)).all() == []


def test_what_was_answered_is_sealed(visitor: Visitor, text: str) -> None:
    Program(visitor, text).post(PATH, NEW, Idempotency_Key="k")
    assert b"title" not in db.session.scalars(select(StoredAnswer)).one().body


def post_at_once(app: Flask, text: str, many: int) -> list[tuple[int, bytes]]:
    db.session.rollback()
    start, answers = threading.Barrier(many), list[tuple[int, bytes]]()

    def post() -> None:
        with app.app_context():
            client = app.test_client()
            headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "the-same"}
            start.wait()
            answer = client.post(f"/api/v1{PATH}", json=NEW, headers=headers, base_url=BASE_URL)
            answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=post) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_twenty_at_once_have_one_effect(app: Flask, text: str) -> None:
    answers = post_at_once(app, text, 20)
    assert len(answers) == 20
    assert {status for status, _body in answers} == {201}
    assert len({body for _status, body in answers}) == 1
    assert openings() == 1


def test_without_the_claim_twenty_at_once_have_many(app: Flask, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency_service, "claim", lambda *_, **_more: None)
    monkeypatch.setattr(idempotency_service, "keep", lambda *_: None)
    post_at_once(app, text, 5)
    assert openings() == 5


class Killed(BaseException):
    """The process ends at this very place."""


def test_a_kill_between_commit_and_answer_repeats_nothing(app: Flask, visitor: Visitor, text: str) -> None:
    actions = app.extensions["ieum_after_storing"]

    def die(_response: object) -> None:
        raise Killed

    actions.insert(0, die)
    with pytest.raises(Killed):
        Program(visitor, text).post(PATH, NEW, Idempotency_Key="k")
    actions.remove(die)
    assert openings() == 1
    answer = Program(visitor, text).post(PATH, NEW, Idempotency_Key="k")
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert openings() == 1


def test_a_kill_before_the_commit_leaves_nothing(
    app: Flask, visitor: Visitor, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(idempotency_service, "keep", die)
        with pytest.raises(Killed):
            Program(visitor, text).post(PATH, NEW, Idempotency_Key="k")
    db.session.rollback()
    assert openings() == 0
    assert Program(visitor, text).post(PATH, NEW, Idempotency_Key="k").status_code == 201
