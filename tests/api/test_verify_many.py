"""Many certificates at once, each as strictly as alone."""

from __future__ import annotations

from typing import Any

import limits
import pytest
from flask import Flask

from app.api import admission
from app.core import clock
from app.core.security import limiter
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.api import Program, make_token
from tests.factories.certificates import issue_one
from tests.factories.jobs import make_employer

PATH = "/employer/verifications"


def test_each_is_judged_by_itself_in_its_place(app: Flask, visitor: Visitor) -> None:
    good = issue_one(make_organisation(), clock.now()).credential.decode()
    program = Program(visitor, make_token(make_employer())[1])
    documents = [good, good.replace("issuer", "1ssuer", 1), "", "not JSON", "{}", good]
    answer = program.post(PATH, {"documents": documents})
    assert answer.status_code == 200
    assert [told["verified"] for told in answer.json["items"]] == [True, False, False, False, False, True]
    assert answer.json["items"][0]["outcome"] == "valid"


def test_there_is_an_end_to_how_many(app: Flask, visitor: Visitor) -> None:
    program = Program(visitor, make_token(make_employer())[1])
    assert program.post(PATH, {"documents": ["{}"] * 51}).status_code == 422
    assert program.post(PATH, {"documents": []}).status_code == 422
    assert program.post(PATH, {"documents": ["x" * 80_000] * 14}).status_code == 413
    assert program.post(PATH, {"documents": ["x" * 80_000] * 12}, Idempotency_Key="k").status_code == 200


def test_certificates_are_counted_by_token_and_by_organisation(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.limiter.storage.reset()
    monkeypatch.setattr(admission, "DOCUMENTS_PER_TOKEN", limits.parse("10 per minute"))
    monkeypatch.setattr(admission, "DOCUMENTS_PER_ORGANISATION", limits.parse("15 per minute"))
    employer = make_employer()
    first, second, third = (Program(visitor, make_token(employer)[1]) for _ in range(3))
    stranger = Program(visitor, make_token(make_employer())[1])

    def verify(program: Program, count: int, key: str = "") -> Any:
        named = {"Idempotency_Key": key} if key else {}
        return program.post(PATH, {"documents": ["{}"] * count}, **named)

    assert verify(first, 6, "k").status_code == 200
    refused = verify(first, 5)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "토큰마다 10건, 기관마다 15건" in refused.json["detail"]
    assert verify(first, 4).status_code == 200, "what was refused has cost nothing"
    assert verify(first, 6, "k").headers["Idempotency-Replayed"] == "true", "nor does an answer given again"
    assert [verify(second, 5).status_code, verify(third, 1).status_code] == [200, 429], "one organisation in all"
    assert verify(stranger, 10).status_code == 200
