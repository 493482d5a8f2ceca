"""Many certificates at once, each as strictly as alone."""

from __future__ import annotations

from flask import Flask

from app.core import clock
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
