"""A NUL or another control character in any field or query string is refused or passed over, never an accident.

PostgreSQL takes no NUL in a text and says so with an error of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.certificates import centre_views
from app.certificates.models import IssuanceRequest
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import sign_in
from tests.house import test_access_matrix as matrix
from tests.house.test_access_matrix import MANAGER, NOBODY, OPERATOR, SUBJECT, World

BAD = ("x\x00y", "\x00", "홍\x1f길동")
# Read from a form or a query without standing on a page as a field of that name.
UNSEEN = ("enrolment", "act", "next", "q", "page", "kind", "state", "year")
PLAUSIBLE = {
    "name": "홍길동",
    "birth_date": "1990-03-09",
    "email": "hong@example.kr",
    "document_number": "1234-5678-9012-3456",
    "name_or_birth_date": "홍길동",
    "code": "123456",
    "password": "a long enough sentence",
    "present": "a long enough sentence",
    "reason": "까닭",
    "words": "내용",
}

world = matrix.world


def fields_of(client: FlaskClient, address: str) -> list[str]:
    """Answer the names of the fields that the page of this address, or its refusal of nothing, shows."""
    shown = client.get(address).get_data(as_text=True) + client.post(address).get_data(as_text=True)
    return sorted({*re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', shown), *UNSEEN})


def tries(client: FlaskClient, address: str, method: str) -> Iterator[tuple[str, dict[str, str]]]:
    if method == "GET":
        yield "all", dict.fromkeys(UNSEEN, BAD[0])
        yield from ((name, {name: BAD[0]}) for name in UNSEEN)
        return
    fields = fields_of(client, address)
    yield from (("all", dict.fromkeys(fields, bad)) for bad in BAD[:3])
    for name in fields:
        yield name, {field: PLAUSIBLE.get(field, "1") for field in fields if field != "enrolment"} | {name: BAD[0]}


def accidents(app: Flask, world: World, visitor: Visitor, who: str) -> tuple[list[str], int]:
    """Ask for everything with control characters; tell what ended in an accident, and how often it was asked."""
    found, asked = [], 0
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if who != NOBODY:
        sign_in(visitor, world.people[who])
    for endpoint, method, address in list(matrix.requests(app, world)):
        if endpoint in matrix.ENDS_THE_VISIT or who not in matrix.WHOM_IT_SERVES[endpoint]:
            continue
        for name, values in tries(visitor, address, method):
            sent = {"query_string": values} if method == "GET" else {"data": values}
            asked += 1
            if visitor.open(address, method=method, **sent).status_code >= 500:
                found.append(f"{method} {endpoint}: {name}")
    return sorted(set(found)), asked


# SQLite takes any text; where it matters, every page is asked in every way.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("who", [MANAGER, SUBJECT, OPERATOR, NOBODY])
def test_no_field_and_no_query_ends_in_an_accident(app: Flask, world: World, visitor: Visitor, who: str) -> None:
    found, asked = accidents(app, world, visitor, who)
    assert not found
    assert asked > 50


def test_a_bad_id_of_one_person_never_means_everybody(app: Flask, world: World, visitor: Visitor) -> None:
    sign_in(visitor, world.people[MANAGER])
    before = db.session.scalar(select(func.count()).select_from(IssuanceRequest))
    address = f"/cohorts/{world.ids['certificates.cohort_id']}/certificates"
    assert visitor.post(address, data={"enrolment": "\x00"}).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(IssuanceRequest)) == before


@pytest.mark.databases("postgresql")
def test_without_the_guard_it_would_refuse(
    app: Flask, world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centre_views, "has_unsafe_characters", lambda _text: False)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sign_in(visitor, world.people[MANAGER])
    address = f"/cohorts/{world.ids['certificates.cohort_id']}/certificates"
    assert visitor.post(address, data={"enrolment": BAD[0]}).status_code == 500
