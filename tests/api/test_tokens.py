"""Tokens: made by managers, shown once, scoped to one organisation, and worthless once revoked or expired."""

from __future__ import annotations

import re
from datetime import timedelta

import limits
import pytest
from flask import Flask
from sqlalchemy import text as sql

from app.accounts.models import MembershipRole, Organisation
from app.api import admission
from app.api.token_models import ApiToken, Scope
from app.core import clock
from app.core.db import db
from app.core.security import limiter
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, sign_in
from tests.factories.api import Program, make_token
from tests.factories.jobs import make_employer

OWN = "/employer/openings"


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer()


def make_by_page(visitor: Visitor, employer: Organisation, **fields: object) -> str:
    page = f"/organisations/{employer.public_id}/api-tokens"
    answer = visitor.post(page, data={"name": "인사시스템", "scopes": ["openings:read"], "days": "90", **fields})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return str(re.findall(r"<code>(ieum_[\w-]{43})</code>", answer.get_data(as_text=True))[0])


def test_a_manager_makes_one_that_is_shown_once(visitor: Visitor, employer: Organisation) -> None:
    sign_in(visitor, make_member(employer))
    text = make_by_page(visitor, employer)
    page = visitor.get(f"/organisations/{employer.public_id}/api-tokens").get_data(as_text=True)
    assert "인사시스템" in page
    assert text not in page
    assert Program(visitor, text).get(OWN).status_code == 200
    assert audit_lines("api_token.create")[0].after == {"name": "인사시스템", "scopes": ["openings:read"]}


def test_the_text_of_a_token_is_nowhere_in_the_database(visitor: Visitor, employer: Organisation) -> None:
    _token, text = make_token(employer)
    rows = [
        *db.session.execute(sql("SELECT * FROM api_tokens")),
        *db.session.execute(sql("SELECT * FROM audit_lines")),
    ]
    assert rows
    assert text.removeprefix("ieum_") not in repr(rows)


@pytest.mark.parametrize("role", [MembershipRole.CLERK, MembershipRole.VIEWER])
def test_others_than_managers_find_nothing(visitor: Visitor, employer: Organisation, role: MembershipRole) -> None:
    sign_in(visitor, make_member(employer, role))
    assert visitor.get(f"/organisations/{employer.public_id}/api-tokens").status_code == 404


def test_a_revoked_one_opens_nothing(visitor: Visitor, employer: Organisation) -> None:
    token, text = make_token(employer)
    sign_in(visitor, make_member(employer))
    page = f"/organisations/{employer.public_id}/api-tokens/{token.public_id}/revoke"
    assert visitor.post(page).status_code == 303
    answer = Program(visitor, text).get(OWN)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert len(audit_lines("api_token.revoke")) == 1


def test_another_organisation_cannot_revoke_it(visitor: Visitor, employer: Organisation) -> None:
    token, text = make_token(employer)
    other = make_employer()
    sign_in(visitor, make_member(other))
    for organisation in (employer, other):
        page = f"/organisations/{organisation.public_id}/api-tokens/{token.public_id}/revoke"
        assert visitor.post(page).status_code == 404
    assert Program(visitor, text).get(OWN).status_code == 200


def test_an_expired_one_opens_nothing(visitor: Visitor, employer: Organisation) -> None:
    token, text = make_token(employer)
    token.expires_at = clock.now() - timedelta(seconds=1)
    assert Program(visitor, text).get(OWN).status_code == 401


def test_one_of_an_organisation_that_lost_its_approval_opens_nothing(
    visitor: Visitor, employer: Organisation
) -> None:
    text = make_token(employer)[1]
    employer.approved_at = None
    assert Program(visitor, text).get(OWN).status_code == 401


@pytest.mark.parametrize("shown", ["", "ieum_", "Bearer", "x" * 5000, "ieum_" + "a" * 43, "\u00e9"])
def test_what_is_no_token_opens_nothing(app: Flask, visitor: Visitor, shown: str) -> None:
    for scheme in ("Bearer", "Basic", "bearer  "):
        answer = visitor.get(f"/api/v1{OWN}", headers={"Authorization": f"{scheme} {shown}"})
        assert answer.status_code == 401


def test_a_wrong_token_is_refused_on_public_addresses_too(app: Flask, visitor: Visitor) -> None:
    assert Program(visitor, "ieum_" + "a" * 43).get("/openings").status_code == 401


def test_its_last_use_is_kept(visitor: Visitor, employer: Organisation) -> None:
    token, text = make_token(employer)
    Program(visitor, text).get(OWN)
    used = db.session.get_one(ApiToken, token.id).last_used_at
    assert used is not None
    Program(visitor, text).get(OWN)
    assert db.session.get_one(ApiToken, token.id).last_used_at == used


def test_staff_that_must_use_a_second_factor_may_connect_programs(
    app: Flask, visitor: Visitor, employer: Organisation
) -> None:
    app.config["IEUM_STAFF_MFA_REQUIRED"] = True
    assert Program(visitor, make_token(employer)[1]).get(OWN).status_code == 200


@pytest.fixture
def limits_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.limiter.storage.reset()


@pytest.mark.usefixtures("limits_count")
def test_each_token_has_its_own_allowance(
    visitor: Visitor, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "PER_TOKEN", limits.parse("3 per minute"))
    first, second = (Program(visitor, make_token(employer)[1]) for _ in range(2))
    answers = [first.get(OWN) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"default";r=2;t=')
    assert int(answers[3].headers["Retry-After"]) > 0
    assert answers[3].mimetype == "application/problem+json"
    assert second.get(OWN).status_code == 200


@pytest.mark.usefixtures("limits_count")
def test_guessing_tokens_is_slowed_down(
    visitor: Visitor, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "WRONG_TOKENS", limits.parse("3 per minute"))
    wrong = Program(visitor, "ieum_" + "a" * 43)
    assert [wrong.get(OWN).status_code for _ in range(4)] == [401, 401, 401, 429]


def test_scopes_are_said_in_words(app: Flask) -> None:
    assert all(str(scope.label) for scope in Scope)
