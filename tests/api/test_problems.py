"""Whatever goes wrong under /api is told as problem+json, and nothing of what went on inside."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.api import opening_queries
from app.core.config import Settings
from tests.conftest import BASE_URL, Visitor
from tests.factories.api import Program, make_token
from tests.factories.jobs import make_employer, make_opening


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/openings/" + "0" * 32, 404),
        ("GET", "/openings/%00", 404),
        ("DELETE", "/openings", 405),
        ("POST", "/openapi.json", 405),
        ("GET", "/employer/openings", 401),
        ("GET", "/openings?cursor=1", 422),
        ("GET", "/openings?limit=0", 422),
        ("GET", "/openings?limit=1&limit=2", 422),
        ("GET", "/openings?limit=1_0", 422),
    ],
)
def test_refusals_are_problems(app: Flask, visitor: Visitor, method: str, path: str, status: int) -> None:
    answer = Program(visitor).ask(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert {"type", "title", "detail"} <= set(answer.json)
    assert "Set-Cookie" not in answer.headers


def test_a_surprise_tells_nothing_of_itself(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("the secret 900101-1234568")

    monkeypatch.setattr(opening_queries, "published_openings", break_down)
    answer = create_app(settings).test_client().get("/api/v1/openings", base_url=BASE_URL)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    said = answer.get_data(as_text=True)
    assert not [word for word in ("secret", "900101", "RuntimeError", "Traceback", ".py") if word in said]


def test_other_origins_read_what_is_public_and_no_more(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    program = Program(visitor, make_token(employer)[1])
    origin = {"Origin": "https://portal.example.kr"}
    for path in ("/openings", f"/openings/{opening.public_id}", "/openapi.json"):
        assert program.get(path, **origin).headers["Access-Control-Allow-Origin"] == "*"
    for method, path in (("GET", "/employer/openings"), ("OPTIONS", "/employer/openings"), ("GET", "/nothing")):
        headers = program.ask(method, path, **origin).headers
        assert not [name for name, _value in headers if name.startswith("Access-Control")], path


def test_problems_speak_the_language_that_was_asked_for(app: Flask, visitor: Visitor) -> None:
    korean = Program(visitor).get("/nothing").json["title"]
    english = Program(visitor).get("/nothing", Accept_Language="en").json["title"]
    assert korean != english
    assert english.isascii()
