"""Applications by the interface: one's own alone, nobody's identity in a blind opening, stages in their order."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.access_log import AccessLog
from app.accounts.models import Account, Organisation
from app.api.stage_service import change_stage, may_follow
from app.api.token_models import Scope
from app.core import clock
from app.core.db import db
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_account, make_organisation, make_person
from tests.factories.api import Program, make_token, make_webhook
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening
from tests.meeting import DONE, twice

ELIGIBILITY = [
    {"requirement_id": 1, "level": "required", "met": True, "text": "직무교육 40시간 이상", "words": "62.5시간",
     "proven_by": ["제 2026-직무-0042호"], "short_minutes": 0}
]  # fmt: skip


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer()


@pytest.fixture
def applicant(app: Flask) -> Account:
    return make_account("jiwon.na@example.kr", person=make_person("나지원"))


@pytest.fixture
def program(visitor: Visitor, employer: Organisation) -> Program:
    return Program(visitor, make_token(employer)[1])


def secrets_of(applicant: Account) -> list[str]:
    assert applicant.person is not None
    born = applicant.person.birth_date.isoformat()
    return [applicant.person.name, born, applicant.email, "010-1234-5678", applicant.person.public_id, "0042호"]


def test_an_open_opening_tells_who_applies_and_the_log_says_so(
    program: Program, employer: Organisation, applicant: Account
) -> None:
    application = make_application(make_opening(employer), applicant, eligibility=ELIGIBILITY)
    answer = program.get(f"/employer/applications/{application.public_id}")
    assert answer.json["identity"]["name"] == "나지원"
    assert answer.headers["Cache-Control"] == "no-store"
    line = db.session.scalars(select(AccessLog)).one()
    assert (line.endpoint, line.account_id, line.actor_label) == ("api_v1.get_application", None, "API: HR system")
    assert line.acted_for == employer.name
    listed = program.get(f"/employer/openings/{application.opening.public_id}/applications").json["items"]
    assert listed == [answer.json]
    assert len(db.session.scalars(select(AccessLog)).all()) == 2


def test_a_blind_opening_tells_nobodys_identity(program: Program, employer: Organisation, applicant: Account) -> None:
    opening = make_opening(employer, blind=True)
    application = make_application(opening, applicant, eligibility=ELIGIBILITY)
    path = f"/employer/applications/{application.public_id}"
    told = [
        program.get(path),
        program.get(f"/employer/openings/{opening.public_id}/applications"),
        program.post(f"{path}/stage", {"seen": "received", "stage": "viewed"}),
        program.post(f"{path}/stage", {"seen": "received", "stage": "hired"}),
    ]
    assert [answer.status_code for answer in told] == [200, 200, 200, 409]
    for answer in told:
        said = json.dumps(answer.json, ensure_ascii=False) + str(answer.headers)
        assert not [secret for secret in secrets_of(applicant) if secret in said]
    assert told[0].json["requirements"][0]["met"] is True
    assert db.session.scalars(select(AccessLog)).all() == []


@pytest.mark.parametrize("seen", list(Stage))
def test_stages_follow_their_order(program: Program, employer: Organisation, applicant: Account, seen: Stage) -> None:
    opening = make_opening(employer)
    for wanted in Stage:
        application = make_application(opening, make_account(person=make_person()), stage=seen)
        path = f"/employer/applications/{application.public_id}/stage"
        answer = program.post(path, {"seen": seen, "stage": wanted})
        expected = 200 if may_follow(seen, wanted) else 409
        expected = 422 if wanted in (Stage.RECEIVED, Stage.WITHDRAWN) else expected
        assert answer.status_code == expected, wanted


def test_a_step_is_kept_and_the_applicant_sees_it(
    program: Program, employer: Organisation, applicant: Account
) -> None:
    application = make_application(make_opening(employer), applicant)
    path = f"/employer/applications/{application.public_id}/stage"
    answer = program.post(path, {"seen": "received", "stage": "rejected"})
    assert (answer.json["stage"], answer.json["decided_at"] is not None) == ("rejected", True)
    step = db.session.scalars(select(ApplicationEvent).order_by(ApplicationEvent.id.desc())).first()
    assert step is not None
    assert (step.stage, step.actor_label, step.is_shown) == ("rejected", employer.name, True)
    assert audit_lines("application.decide")[0].actor_label == "API: HR system"


def test_who_looked_at_an_earlier_stage_is_told(program: Program, employer: Organisation, applicant: Account) -> None:
    application = make_application(make_opening(employer), applicant)
    path = f"/employer/applications/{application.public_id}/stage"
    assert program.post(path, {"seen": "received", "stage": "shortlisted"}).status_code == 200
    assert program.post(path, {"seen": "received", "stage": "rejected"}).status_code == 409
    assert db.session.get_one(Application, application.id).stage == Stage.SHORTLISTED


# Each route that needs a token, with the one scope that opens it.
ROUTES = (
    ("GET", "/employer/openings", None, Scope.OPENINGS_READ),
    ("GET", "/employer/openings/{opening}", None, Scope.OPENINGS_READ),
    ("POST", "/employer/openings", {"title": "일", "until_filled": True}, Scope.OPENINGS_WRITE),
    ("PATCH", "/employer/openings/{opening}", {"headcount": 3}, Scope.OPENINGS_WRITE),
    ("POST", "/employer/openings/{opening}/publish", None, Scope.OPENINGS_WRITE),
    ("POST", "/employer/openings/{opening}/close", None, Scope.OPENINGS_WRITE),
    ("POST", "/employer/openings/{opening}/fill", None, Scope.OPENINGS_WRITE),
    ("GET", "/employer/openings/{opening}/applications", None, Scope.APPLICATIONS_READ),
    ("GET", "/employer/applications/{application}", None, Scope.APPLICATIONS_READ),
    ("POST", "/employer/applications/{application}/stage", {"seen": "received", "stage": "viewed"},
     Scope.APPLICATIONS_WRITE),
    ("POST", "/employer/verifications", {"documents": ["{}"]}, Scope.VERIFICATION_WRITE),
    ("GET", "/employer/webhooks", None, Scope.WEBHOOKS_WRITE),
    ("POST", "/employer/webhooks", {"url": "https://hr.example.kr/x", "events": ["opening.closed"]},
     Scope.WEBHOOKS_WRITE),
    ("DELETE", "/employer/webhooks/{webhook}", None, Scope.WEBHOOKS_WRITE),
)  # fmt: skip


def test_each_scope_opens_its_own_routes_for_its_own_organisation(
    app: Flask, visitor: Visitor, employer: Organisation, applicant: Account
) -> None:
    opening = make_opening(employer)
    application = make_application(opening, applicant)
    ids = {"opening": opening.public_id, "application": application.public_id}
    ids["webhook"] = make_webhook(employer).public_id
    other = make_employer()
    own = {scope: Program(visitor, make_token(employer, scope)[1]) for scope in Scope}
    others = Program(visitor, make_token(other)[1])
    for method, form, body, needed in ROUTES:
        path, version = form.format(**ids), {"If_Match": "*"} if method == "PATCH" else {}
        assert Program(visitor).ask(method, path, body).status_code == 401, path
        for scope, program in own.items():
            status = program.ask(method, path, body, **version).status_code
            assert status in ((200, 201, 204, 409) if scope is needed else (403,)), (method, path, scope)
        if "{" in form:
            assert others.ask(method, path, body, **version).status_code == 404, path
    assert others.get("/employer/openings").json["items"] != own[Scope.OPENINGS_READ].get("/employer/openings").json


def test_every_route_with_a_token_is_in_the_table(app: Flask) -> None:
    by_token = {
        (method, "".join("{" if c == "<" else "}" if c == ">" else c for c in rule.rule).replace("_id}", "}"))
        for rule in app.url_map.iter_rules()
        if getattr(getattr(app.view_functions[rule.endpoint], "permission", None), "by_token", False)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert by_token == {(method, f"/api/v1{path}") for method, path, _body, _scope in ROUTES}


def test_an_organisation_that_employs_nobody_posts_no_opening(app: Flask, visitor: Visitor) -> None:
    program = Program(visitor, make_token(make_organisation())[1])
    assert program.post("/employer/openings", {"title": "일", "until_filled": True}).status_code == 403
    assert program.get("/employer/openings").json["items"] == []


def test_of_two_programs_one_opens_what_both_have_seen(
    app: Flask, employer: Organisation, applicant: Account
) -> None:
    id = make_application(make_opening(employer), applicant).id

    def open_it() -> None:
        application = db.session.get_one(Application, id)
        change_stage(application, Stage.RECEIVED, Stage.VIEWED, COMMAND, clock.now())

    moved = "그사이 지원서의 단계가 바뀌었어요. 다시 읽고 정해 주세요."
    assert twice(app, open_it) == sorted([DONE, moved])
    assert len(audit_lines("application.view")) == 1
