"""Every route × everybody: who gets an answer, and who is told that there is nothing here.

A route that is not in the table fails the test: whoever adds one says here whom it serves. The things asked for all
belong to one training centre and to one person it taught; for the job board see `test_access_matrix_jobs`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts import access_log
from app.accounts.access_log import AccessLog
from app.accounts.access_log_views import what_was_shown
from app.accounts.models import Account, Invitation, MembershipRole, OrganisationKind
from app.certificates.log_models import LogHead
from app.core import clock
from app.core.db import db
from app.training import correction_request_service
from app.training.correction_request_models import CorrectionKind
from app.training.models import AttendanceUpload, Cohort, Enrolment
from tests.conftest import Visitor
from tests.factories.accounts import make_access, make_account, make_member, make_organisation, sign_in
from tests.factories.api import make_delivery, make_token, make_webhook
from tests.factories.bulk import verified
from tests.factories.certificates import issue
from tests.factories.experience import make_experience
from tests.factories.foreign_badges import make_foreign_badge
from tests.factories.jobs import make_opening
from tests.factories.training import PEOPLE, finished_cohort
from tests.house import jobs_access

MANAGER, CLERK, VIEWER, SUBJECT = "manager", "clerk", "viewer", "subject"
STRANGER, EMPLOYER, OPERATOR, NOBODY = "stranger", "employer", "operator", "nobody"
EVERYBODY = {MANAGER, CLERK, VIEWER, SUBJECT, STRANGER, EMPLOYER, OPERATOR, NOBODY}
SIGNED_IN = EVERYBODY - {NOBODY}
COLLEAGUES = {MANAGER, CLERK, VIEWER}
WRITERS = {MANAGER, CLERK}
# Pages that start something new for one's own centre: another centre's people see their own, not ours.
CENTRES = COLLEAGUES | {STRANGER}
CENTRE_WRITERS = WRITERS | {STRANGER}

ENDS_THE_VISIT = ("accounts.close", "accounts.sign_out_everywhere", "accounts.sign_out")
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')

WHOM_IT_SERVES: dict[str, set[str]] = {
    "home.index": EVERYBODY,
    "home.language": EVERYBODY,
    "accounts.sign_in": EVERYBODY,
    "accounts.sign_out": EVERYBODY,
    "accounts.sign_up": EVERYBODY,
    "accounts.sign_up_sent": EVERYBODY,
    "accounts.confirm": EVERYBODY,
    "accounts.forgotten_password": EVERYBODY,
    "accounts.reset_password": EVERYBODY,
    "accounts.reset_sent": EVERYBODY,
    "accounts.change_password": SIGNED_IN,
    "accounts.close": SIGNED_IN,
    "accounts.profile": SIGNED_IN,
    "accounts.add_person": SIGNED_IN,
    "accounts.second_factor": SIGNED_IN,
    "accounts.second_factor_off": SIGNED_IN,
    "accounts.recovery_codes": SIGNED_IN,
    "accounts.sign_in_code": EVERYBODY,
    "accounts.sign_out_everywhere": SIGNED_IN,
    "access_log.index": {OPERATOR},
    "access_log.show": {OPERATOR},
    "approvals.index": {OPERATOR},
    "approvals.show": {OPERATOR},
    "approvals.approve": {OPERATOR},
    "approvals.refuse": {OPERATOR},
    "invitations.accept": set(),
    "organisations.index": SIGNED_IN,
    "organisations.register": SIGNED_IN,
    "organisations.show": COLLEAGUES,
    "organisations.invite": {MANAGER},
    "organisations.withdraw_invitation": {MANAGER},
    "organisations.change_role": {MANAGER},
    "organisations.remove_member": {MANAGER},
    "centre.index": CENTRES,
    "courses.index": CENTRES,
    "courses.create": CENTRE_WRITERS,
    "courses.show": COLLEAGUES,
    "courses.policy": WRITERS,
    "cohorts.index": CENTRES,
    "cohorts.plan": CENTRE_WRITERS,
    "cohorts.choose_cohort": CENTRE_WRITERS,
    "cohorts.roster_form": CENTRES,
    "cohorts.confirm_plan": WRITERS,
    "cohorts.create": WRITERS,
    "cohorts.edit": WRITERS,
    "cohorts.confirm_edit": WRITERS,
    "cohorts.show": COLLEAGUES,
    "cohorts.person": COLLEAGUES,
    "cohorts.correct_person": WRITERS,
    "cohorts.export": COLLEAGUES,
    "cohorts.blank_sheet": COLLEAGUES,
    "cohorts.attendance": COLLEAGUES,
    "cohorts.attendance_done": COLLEAGUES,
    "cohorts.roster": WRITERS,
    "cohorts.confirm_roster": WRITERS,
    "cohorts.enrol": WRITERS,
    "cohorts.cancel": WRITERS,
    "cohorts.restore": WRITERS,
    "cohorts.upload_attendance": WRITERS,
    "cohorts.confirm_attendance": WRITERS,
    "cohorts.undo_attendance": WRITERS,
    "correction_requests.index": CENTRES,
    "correction_requests.show": COLLEAGUES,
    "correction_requests.answer": WRITERS,
    "certificates.cohort": COLLEAGUES,
    "certificates.issue": WRITERS,
    "certificates.progress": COLLEAGUES,
    "certificates.issued": COLLEAGUES,
    "certificates.papers": COLLEAGUES,
    "certificates.cohort_ledger": COLLEAGUES,
    "certificates.ledger": CENTRES,
    "certificates.whole_ledger": CENTRES,
    "certificates.show": COLLEAGUES | {SUBJECT},
    "certificates.pdf": COLLEAGUES | {SUBJECT},
    "certificates.token": COLLEAGUES | {SUBJECT},
    "certificates.picture": COLLEAGUES | {SUBJECT},
    "certificates.correct": WRITERS,
    "certificates.revoke": {MANAGER},
    "portfolio.index": SIGNED_IN,
    "portfolio.course": {SUBJECT},
    "portfolio.certificates": {SUBJECT},
    "portfolio.accesses": {SUBJECT},
    "portfolio.request_correction": {SUBJECT},
    "portfolio.badges": {SUBJECT},
    "portfolio.add_badge": {SUBJECT},
    "portfolio.badge": {SUBJECT},
    "portfolio.badge_progress": {SUBJECT},
    "portfolio.check_badge": {SUBJECT},
    "portfolio.delete_badge": {SUBJECT},
    "portfolio.experiences": {SUBJECT},
    "portfolio.add_experience": {SUBJECT},
    "portfolio.edit_experience": {SUBJECT},
    "portfolio.delete_experience": {SUBJECT},
    "bulk.index": {EMPLOYER},
    "bulk.create": {EMPLOYER},
    "bulk.show": {EMPLOYER},
    "bulk.progress": {EMPLOYER},
    "bulk.answers": {EMPLOYER},
    "bulk.receipt": {EMPLOYER},
    "bulk.delete": {EMPLOYER},
    "receipts.show": EVERYBODY,
    "receipts.check": EVERYBODY,
    "publication.credential": EVERYBODY,
    "publication.did_document": EVERYBODY,
    "issuance_log.checkpoint": EVERYBODY,
    "issuance_log.verifier_keys": EVERYBODY,
    "issuance_log.tile": EVERYBODY,
    "issuance_log.proof": EVERYBODY,
    "publication.key_history": EVERYBODY,
    "publication.seal_authority": EVERYBODY,
    "publication.status_list": EVERYBODY,
    "publication.replaced_list": EVERYBODY,
    "verification.show": EVERYBODY,
    "verification.offline": EVERYBODY,
    "verification.states": EVERYBODY,
    "verification.worker": EVERYBODY,
    "verification.slip": EVERYBODY,
    "verification.birth_date": EVERYBODY,
    "verification.birth_date_asked": EVERYBODY,
    "verification.form": EVERYBODY,
    "verification.lookup": EVERYBODY,
    "api.verify_credential": EVERYBODY,
    "api.verify_stored_credential": EVERYBODY,
    "api_tokens.index": {MANAGER},
    "api_tokens.create": {MANAGER},
    "api_tokens.revoke": {MANAGER},
    "developers.index": EVERYBODY,
    "api_v1.openapi_document": EVERYBODY,
    "api_v1.list_openings": EVERYBODY,
    "api_v1.get_opening": EVERYBODY,
    # Programs with a token alone: whom of them, see tests/api/test_who_may.py.
    "api_v1.list_own_openings": set(),
    "api_v1.get_own_opening": set(),
    "api_v1.create_opening": set(),
    "api_v1.change_opening": set(),
    "api_v1.publish_opening": set(),
    "api_v1.close_opening": set(),
    "api_v1.fill_opening": set(),
    "api_v1.list_applications": set(),
    "api_v1.get_application": set(),
    "api_v1.move_application": set(),
    "api_v1.verify_many": set(),
    "api_v1.list_webhooks": set(),
    "api_v1.create_webhook": set(),
    "api_v1.remove_webhook": set(),
    "webhooks.index": {MANAGER},
    "webhooks.create": {MANAGER},
    "webhooks.show": {MANAGER},
    "webhooks.enable": {MANAGER},
    "webhooks.resend": {MANAGER},
    "webhooks.remove": {MANAGER},
    # There is nothing at these addresses without the conformance profile.
    "conformance.issue": set(),
    "conformance.status_list": set(),
    "conformance.verify_credential": set(),
    "conformance.verify_presentation": set(),
}


@dataclass(frozen=True)
class World:
    """One training centre with all that can be asked for, and everybody who may ask."""

    people: dict[str, Account]
    ids: dict[str, str]

    def value(self, endpoint: str, name: str) -> str:
        fixed = {"form": "xlsx", "to": "ko", "token": "not-a-token", "purpose": "revocation"}
        if endpoint == "bulk.receipt" and name == "form":
            return "jwt"
        return fixed.get(name) or self.ids.get(f"{endpoint}.{name}") or self.ids[f"{endpoint.split('.')[0]}.{name}"]


@pytest.fixture
def world(app: Flask) -> World:
    centre, elsewhere = make_organisation(), make_organisation()
    pending = make_organisation(approved=False)
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    cohort: Cohort = finished_cohort(centre, completing=2)
    certificate = issue(cohort)[0]
    enrolment = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    upload = db.session.scalars(select(AttendanceUpload)).one()
    assert enrolment is not None
    people = {
        MANAGER: make_member(centre, MembershipRole.MANAGER),
        CLERK: make_member(centre, MembershipRole.CLERK),
        VIEWER: make_member(centre, MembershipRole.VIEWER, name="박열람"),
        SUBJECT: make_account(person=enrolment.person),
        STRANGER: make_member(elsewhere, MembershipRole.MANAGER),
        EMPLOYER: make_member(employer, MembershipRole.MANAGER),
        OPERATOR: make_account(operator=True),
    }
    invitation = Invitation(
        organisation_id=centre.id, email="x@example.kr", role=MembershipRole.CLERK, created_at=clock.now()
    )
    access = make_access()
    correction = correction_request_service.ask(
        enrolment, people[SUBJECT].actor, CorrectionKind.OTHER, None, "다른 사람의 시간이에요.", clock.now()
    )
    badge = make_foreign_badge(people[SUBJECT])
    experience = make_experience(people[SUBJECT])
    bulk = verified(employer, people[EMPLOYER], [certificate.credential])
    webhook = make_webhook(centre)
    db.session.add(invitation)
    db.session.commit()
    ids = {
        "access_log.public_id": access.public_id,
        "correction_requests.public_id": correction.public_id,
        "approvals.public_id": pending.public_id,
        "organisations.public_id": centre.public_id,
        "organisations.invitation_id": invitation.public_id,
        "organisations.membership_id": people[VIEWER].memberships[0].public_id,
        "invitations.public_id": invitation.public_id,
        "courses.course_id": cohort.course.public_id,
        "cohorts.course_id": cohort.course.public_id,
        "cohorts.centre_id": centre.public_id,
        "cohorts.cohort_id": cohort.public_id,
        "cohorts.enrolment_id": enrolment.public_id,
        "cohorts.upload_id": upload.public_id,
        "certificates.cohort_id": cohort.public_id,
        "certificates.public_id": certificate.public_id,
        "certificates.picture.picture": "png",
        "portfolio.public_id": enrolment.public_id,
        "portfolio.badge.public_id": badge.public_id,
        "portfolio.badge_progress.public_id": badge.public_id,
        "portfolio.check_badge.public_id": badge.public_id,
        "portfolio.delete_badge.public_id": badge.public_id,
        "portfolio.edit_experience.public_id": experience.public_id,
        "portfolio.delete_experience.public_id": make_experience(people[SUBJECT]).public_id,
        "bulk.public_id": bulk.public_id,
        "receipts.public_id": bulk.receipt_public_id,
        "issuance_log.public_id": certificate.public_id,
        "issuance_log.rest": f"0/000.p/{_log_size()}",
        "publication.public_id": certificate.public_id,
        "api.public_id": certificate.public_id,
        "api_v1.opening_id": make_opening().public_id,
        "api_v1.application_id": "0" * 32,
        "api_v1.webhook_id": "0" * 32,
        "webhooks.public_id": centre.public_id,
        "webhooks.webhook_id": webhook.public_id,
        "webhooks.remove.webhook_id": make_webhook(centre).public_id,
        "webhooks.delivery_id": make_delivery(webhook).public_id,
        "api_tokens.public_id": centre.public_id,
        "api_tokens.token_id": make_token(centre)[0].public_id,
        "publication.status_list.public_id": _status_list_id(certificate.credential),
        "publication.replaced_list.public_id": _status_list_id(certificate.credential),
        "verification.public_id": certificate.public_id,
    }
    return World(people, ids)


def _log_size() -> int:
    return db.session.scalars(select(LogHead.size)).one()


def _status_list_id(credential: bytes) -> str:
    return credential.decode().split("/status/")[1][:32]


def requests(app: Flask, world: World) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and address of everything that can be asked, with the things of this world."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint in jobs_access.WHOM_IT_SERVES:
            continue
        built = rule.build({n: world.value(rule.endpoint, n) for n in rule.arguments}, append_unknown=False)
        assert built is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule.endpoint, method, built[1]


def test_every_route_is_in_the_table(app: Flask) -> None:
    routes = {r.endpoint for r in app.url_map.iter_rules()} - {"static"}
    assert routes - set(jobs_access.WHOM_IT_SERVES) == set(WHOM_IT_SERVES)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_it_serves_whom_it_should_and_nobody_else(app: Flask, world: World, visitor: Visitor, who: str) -> None:
    # Signing out and closing the account would end the visit; they come last.
    asked = sorted(requests(app, world), key=lambda r: ENDS_THE_VISIT.index(r[0]) if r[0] in ENDS_THE_VISIT else -1)
    if who != NOBODY:
        sign_in(visitor, world.people[who])
    wrong = []
    for endpoint, method, address in asked:
        answer = visitor.open(address, method=method)
        to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        served = answer.status_code not in (401, 404) and not to_sign_in
        if endpoint in ("accounts.sign_in", "accounts.sign_in_code"):
            served = True
        if served != (who in WHOM_IT_SERVES[endpoint]) or answer.status_code >= 500:
            wrong.append(f"{method} {endpoint}: {answer.status_code}")
    assert len(asked) > 60
    assert not wrong


def test_nobody_is_told_whether_a_thing_exists(app: Flask, world: World, visitor: Visitor) -> None:
    sign_in(visitor, world.people[STRANGER])
    for endpoint, method, address in requests(app, world):
        served_elsewhere = STRANGER in WHOM_IT_SERVES[endpoint]
        ids = [i for i in world.ids.values() if i in address]
        if method != "GET" or served_elsewhere or not ids:
            continue
        unknown = address
        for known in ids:
            unknown = unknown.replace(known, "0" * 32)
        # The page repeats the address it was asked for (to come back to after a change of language), no more.
        told = visitor.get(address).get_data(as_text=True).replace(address, unknown)
        assert TOKEN.sub("", told) == TOKEN.sub("", visitor.get(unknown).get_data(as_text=True)), endpoint


# Read for a number only: the page says how many people there are, and the log that they were read.
NO_NAMES_SHOWN = {"cohorts.upload_attendance"}


def text_of(answer: TestResponse) -> str:
    """Answer what a page or a file says; a workbook is opened, of a PDF its file name tells whose it is."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            said = (name + parts.read(name).decode(errors="ignore") for name in parts.namelist())
            return unescape("".join(said))
    return str(answer.data.decode(errors="ignore")) + unquote(answer.headers.get("Content-Disposition", ""))


def unlogged(app: Flask, world: World, visitor: Visitor) -> tuple[list[str], int]:
    """Ask for everything as three people; tell which answers the log is wrong about, and how many it wrote."""
    wrong, written = [], 0
    asked = [r for r in requests(app, world) if r[0] not in ENDS_THE_VISIT]
    names = {name for name, _born in PEOPLE}
    for who in (VIEWER, MANAGER, OPERATOR):
        sign_in(visitor, world.people[who])
        others = names | {account.email for name, account in world.people.items() if name != who}
        others |= {world.people[VIEWER].name} - {world.people[who].name}
        for endpoint, method, address in sorted(asked, key=lambda r: r[1]):
            before = db.session.scalar(select(func.count()).select_from(AccessLog)) or 0
            answer = visitor.open(address, method=method)
            lines = (db.session.scalar(select(func.count()).select_from(AccessLog)) or 0) - before
            public = vars(app.view_functions[endpoint])["permission"].name == "public"
            shown = answer.status_code != 303 and any(name in text_of(answer) for name in others)
            if lines != (shown and not public) and not (lines == 1 and endpoint in NO_NAMES_SHOWN):
                wrong.append(f"{method} {endpoint}: {lines}")
            written += lines
            if answer.status_code == 303:
                visitor.get("/")  # What was done is said on the next page, by name; here it is said.
    return wrong, written


def test_every_page_that_shows_others_writes_exactly_one_line_of_the_access_log(
    app: Flask, world: World, visitor: Visitor
) -> None:
    wrong, written = unlogged(app, world, visitor)
    assert not wrong
    assert written > 25


def test_without_the_log_the_same_pages_are_found_out(
    app: Flask, world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "_without_oneself", lambda *_: [])
    assert len(unlogged(app, world, visitor)[0]) > 20


def test_the_log_says_of_every_page_what_it_showed(app: Flask, world: World, visitor: Visitor) -> None:
    unlogged(app, world, visitor)
    lines = db.session.scalars(select(AccessLog)).all()
    assert {line.endpoint for line in lines if what_was_shown(line) == "개인정보"} == set()
