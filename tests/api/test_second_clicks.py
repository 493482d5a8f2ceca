"""The second of two clicks finds what the first one made, and is told what is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import MembershipRole, Organisation
from app.api import token_service, webhook_service
from app.api.token_models import ApiToken, Scope
from app.api.webhook_models import Webhook, WebhookEvent
from app.certificates import bulk_service
from app.certificates.bulk_answers import Form
from app.certificates.bulk_models import BulkVerification
from app.certificates.bulk_reading import Question
from app.core import clock
from app.core.access import Actor, ActorMembership
from app.core.db import Base, db, new_public_id
from app.core.holding import SECOND_CLICK
from app.jobs.listings import source_service
from app.jobs.listings.import_models import ListSource
from app.jobs.listings.import_words import Schedule
from app.jobs.listings.source_service import PortalFields
from app.jobs.opening_words import OpeningSource
from tests.conftest import Visitor
from tests.factories.accounts import make_member, sign_in
from tests.factories.api import Program
from tests.factories.foreign_host import HOST
from tests.factories.jobs import COMMAND, make_employer
from tests.meeting import BROKEN, DONE, twice

NOW = clock.now()


def make_token(employer: Organisation, new_id: str, name: str = "인사시스템", after: timedelta = timedelta()) -> str:
    membership = ActorMembership(employer.id, employer.kind, MembershipRole.MANAGER.value)
    manager = Actor(memberships=(membership,), label="test")
    wanted = name, [Scope.OPENINGS_READ], 90
    return token_service.create_token(manager, employer.public_id, *wanted, NOW + after, new_id)[1]


def make_webhook(employer: Organisation, new_id: str, path: str = "/", after: timedelta = timedelta()) -> str:
    address = f"https://{HOST}{path}"
    return webhook_service.register_webhook(employer, address, set(WebhookEvent), COMMAND, NOW + after, new_id)[1]


def make_portal(_employer: Organisation, new_id: str, name: str = "고용24") -> str:
    fields = PortalFields(OpeningSource.WORK24, name, f"https://{HOST}/", Schedule.NEVER, True, "key-of-a-portal")
    return source_service.create_portal(fields, COMMAND, NOW, new_id).public_id


def make_bulk(employer: Organisation, new_id: str, number: str = "1234567890123450") -> str:
    asked = [Question(Form.NUMBER, number, number=number, second="홍길동")]
    return bulk_service.submit(employer, asked, "공채", COMMAND, NOW, new_id).public_id


Make = Callable[[Organisation, str], str]
MADE: list[tuple[Make, type[Base], ModuleType]] = [
    (make_token, ApiToken, token_service),
    (make_webhook, Webhook, webhook_service),
    (make_portal, ListSource, source_service),
    (make_bulk, BulkVerification, bulk_service),
]


def under(make: Make, employer_id: int, new_id: str) -> str:
    return make(db.session.get_one(Organisation, employer_id), new_id)


def rows(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("make", "model"), [case[:2] for case in MADE])
def test_a_double_click_makes_one(app: Flask, make: Make, model: type[Base]) -> None:
    new_id = new_public_id()
    assert twice(app, partial(under, make, make_employer().id, new_id)) == [DONE, DONE]
    assert list(db.session.scalars(select(model.__table__.c.public_id))) == [new_id]


@pytest.mark.parametrize(("make", "guarded"), [case[::2] for case in MADE])
def test_without_holding_its_id_the_second_click_breaks(
    app: Flask, make: Make, guarded: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "hold_new", lambda *_id: None)
    assert twice(app, partial(under, make, make_employer().id, new_public_id())) == [BROKEN, DONE]


@pytest.mark.parametrize(("make", "model"), [case[:2] for case in MADE])
def test_something_else_under_the_same_id_is_made_as_well(app: Flask, make: Make, model: type[Base]) -> None:
    employer, new_id = make_employer(), new_public_id()
    make(employer, new_id)
    make(employer, new_id, {make_webhook: "/other", make_bulk: "1111222233334444"}.get(make, "다른 것"))  # type: ignore[call-arg]
    assert rows(model) == 2


def test_nobody_gets_what_another_organisation_has_made(app: Flask) -> None:
    first, second = make_employer("먼저"), make_employer("나중")
    for make, model, _guarded in MADE[:2] + MADE[3:]:
        new_id = new_public_id()
        assert make(first, new_id) != make(second, new_id)
        assert rows(model) == 2


def test_the_token_that_is_shown_last_opens(visitor: Visitor) -> None:
    employer, new_id = make_employer(), new_public_id()
    first, second = make_token(employer, new_id), make_token(employer, new_id)
    db.session.commit()
    assert [Program(visitor, text).get("/employer/openings").status_code for text in (first, second)] == [401, 200]
    membership = ActorMembership(employer.id, employer.kind, MembershipRole.MANAGER.value)
    manager, scopes = Actor(memberships=(membership,), label="test"), [Scope.OPENINGS_READ]
    other, _text = token_service.create_token(manager, employer.public_id, "인사시스템", scopes, 30, NOW, new_id)
    assert (other.expires_at, rows(ApiToken)) == (NOW + timedelta(days=30), 2)
    # It is in use now: whoever sends the page again gets another one.
    assert make_token(employer, new_id) != second
    assert rows(ApiToken) == 3
    assert Program(visitor, second).get("/employer/openings").status_code == 200


def test_a_webhook_s_secret_is_shown_again_to_a_second_click_alone(app: Flask) -> None:
    employer, new_id = make_employer(), new_public_id()
    first = make_webhook(employer, new_id)
    assert make_webhook(employer, new_id, after=SECOND_CLICK - timedelta(seconds=1)) == first
    assert rows(Webhook) == 1
    assert make_webhook(employer, new_id, after=SECOND_CLICK) != first
    assert rows(Webhook) == 2


@pytest.mark.parametrize("page", ["api-tokens", "webhooks"])
def test_the_page_carries_the_id_of_what_it_makes(visitor: Visitor, page: str) -> None:
    employer = make_employer()
    sign_in(visitor, make_member(employer))
    path = f"/organisations/{employer.public_id}/{page}"
    shown = visitor.get(path).get_data(as_text=True)
    once = shown.split('name="once"')[1].split('value="')[1].split('"')[0]
    said = {"name": "인사시스템", "scopes": ["openings:read"], "days": "90"}
    said |= {"url": f"https://{HOST}/", "events": [WebhookEvent.OPENING_CLOSED.value]}
    for _click in range(2):
        assert visitor.post(path, data={**said, "once": once}).status_code == 200
    model = {"api-tokens": ApiToken, "webhooks": Webhook}[page]
    assert list(db.session.scalars(select(model.__table__.c.public_id))) == [once]
