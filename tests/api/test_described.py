"""Everything is answered as the OpenAPI document says, whatever is sent (schemathesis)."""

from __future__ import annotations

import json

import jsonschema
import pytest
from flask import Flask
from schemathesis.generation import GenerationMode

from app.api import application_bodies, openapi, opening_bodies
from app.api.bodies import Body
from app.api.examples import EXAMPLES
from app.core.db import db
from app.core.security import limiter
from tests.api.described import hunt, load
from tests.factories.accounts import make_account, make_person
from tests.factories.api import make_token, make_webhook
from tests.factories.jobs import make_application, make_employer, make_opening

# Whatever the database, the same is read and written in the same words.
pytestmark = pytest.mark.databases("sqlite")


def everything(app: Flask, examples: int) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    text = make_token(employer)[1]
    application = make_application(opening, make_account(person=make_person()))
    known = {"opening_id": opening.public_id, "application_id": application.public_id}
    known |= {"webhook_id": make_webhook(employer).public_id}
    db.session.rollback()  # What the test reads must not keep the requests waiting.
    seen = 0
    for result in load(app).get_all_operations():
        operation = result.ok()
        parameters = {name: known[name] for name in known if f"{{{name}}}" in operation.path}
        headers = {"Authorization": f"Bearer {text}"} if operation.definition.raw.get("security") else {}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                statuses = hunt(operation, mode, examples, headers, parameters)
            except Exception as error:
                if type(error).__name__ in ("Unsatisfiable", "SkipTest"):
                    continue  # Nothing that could be wrong: an operation without any input.
                raise
            assert not any(status >= 500 for status in statuses), operation.label
        seen += 1
    assert seen >= 18


@pytest.fixture
def unlimited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", False)


@pytest.mark.usefixtures("unlimited")
def test_everything_is_answered_as_described(app: Flask) -> None:
    everything(app, 8)


@pytest.mark.long
@pytest.mark.usefixtures("unlimited")
def test_everything_is_answered_as_described_for_long(app: Flask) -> None:
    everything(app, 100)


def test_it_is_an_openapi_document(app: Flask) -> None:
    described = openapi.document()
    assert described["openapi"] == "3.1.0"
    names = [o["operationId"] for path in described["paths"].values() for o in path.values()]
    assert len(names) == len(set(names))
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_route_of_the_interface_is_in_it(app: Flask) -> None:
    described = openapi.document()["paths"]
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    paths = {openapi._ARGUMENT.sub(r"{\1}", route) for route in routes - {"/api/v1/openapi.json"}}
    assert paths == set(described)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_are_such(name: str) -> None:
    model: type[Body] = getattr(opening_bodies, name, None) or getattr(application_bodies, name)
    jsonschema.validate(EXAMPLES[name], model.model_json_schema())
    if "Told" not in name:
        assert model.model_validate_json(json.dumps(EXAMPLES[name]))
