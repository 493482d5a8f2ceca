"""What people see in English holds no Korean but names and what is signed: pages, errors and mails.

All names in these tests are in Latin letters, so that any Korean on a page comes from the product.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
from collections.abc import Iterable, Iterator
from datetime import date
from html import unescape
from html.parser import HTMLParser
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, render_template
from flask_babel import gettext, ngettext
from jinja2 import meta
from sqlalchemy import select

from app.accounts.models import Account, Organisation, OrganisationKind
from app.api.webhook_models import DeliveryState
from app.certificates.bulk_answers import BulkAnswer, Reason
from app.certificates.bulk_models import VerificationReceipt
from app.certificates.models import Certificate
from app.core import clock, errors
from app.core.config import Settings
from app.core.db import db
from app.core.i18n import LOCALE_COOKIE
from app.jobs.application_models import Application
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.board.saved_search_service import stop_link_token
from app.jobs.duties.duty_models import ReturnRequest
from app.jobs.listings.listing_kinds import rules_in_words
from app.jobs.opening_words import WorkKind
from app.training import correction_request_service
from app.training.correction_request_models import CorrectionKind
from app.training.models import Cohort, CourseKind
from app.training.policy import Mark
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.api import make_delivery, make_token, make_webhook
from tests.factories.bulk import ask, items, verified
from tests.factories.certificates import issue
from tests.factories.experience import make_experience
from tests.factories.foreign_badges import make_foreign_badge
from tests.factories.jobs import (
    make_invitation,
    make_need,
    make_preference,
    make_saved_search,
)
from tests.factories.lists import sheet
from tests.factories.training import attend, enrol, make_cohort, make_course
from tests.house.english_jobs import (
    make_english_applicants,
    make_english_applications,
    make_english_duties,
    make_english_imports,
    make_english_openings,
)
from tests.house.test_translations import HANGUL, NAME, PO, english_of, messages, texts_of
from tests.house.translation_calls import TEMPLATES

# Words do not depend on where rows are kept.
pytestmark = pytest.mark.databases("sqlite")

MO = PO.with_suffix(".mo")
PEOPLE = (
    ("Hong Junghun", date(1969, 10, 28)),
    ("Park Yeonggil", date(1977, 2, 16)),
    ("Kim Ieum", date(1995, 5, 5)),
)
HEADER = "Name,Date of birth,Session 1 (03.09),Session 2 (03.10)"
PUBLIC = (
    "/",
    "/sign-in",
    "/sign-up",
    "/sign-up/sent",
    "/password/forgotten",
    "/password/sent",
    "/password/reset/not-a-token",
    "/sign-up/confirm/not-a-token",
    "/verify",
    "/openings",
    "/openings?province=11",
    "/openings?q=nothing",
    "/saved-searches/stop/not-a-token",
    "/developers",
    "/v/00000000000000000000000000000000",
    "/no/such/page",
)
# Not for people to read on the screen, or reached only with a token that is tried above.
NOT_PAGES = {
    "static",
    "home.language",
    "api.verify_stored_credential",
    "api_v1.openapi_document",
    "api_v1.list_openings",
    "api_v1.get_opening",
    "api_v1.list_own_openings",
    "api_v1.get_own_opening",
    "api_v1.list_applications",
    "api_v1.get_application",
    "api_v1.list_webhooks",
    "conformance.status_list",
    "publication.credential",
    "verification.birth_date_asked",
    "publication.did_document",
    "publication.replaced_list",
    "issuance_log.checkpoint",
    "issuance_log.proof",
    "issuance_log.tile",
    "issuance_log.verifier_keys",
    "publication.key_history",
    "publication.seal_authority",
    "verification.offline",
    "verification.states",
    "verification.worker",
    "publication.status_list",
    "bulk.answers",
    "bulk.progress",
    "bulk.receipt",
    "certificates.progress",
    "certificates.papers",
    "certificates.pdf",
    "certificates.token",
    "certificates.picture",
    "certificates.whole_ledger",
    "certificates.cohort_ledger",
    "cohorts.blank_sheet",
    "cohorts.export",
    "cohorts.roster_form",
    "portfolio.badge_progress",
    "openings.apply_resume",
    "openings.apply_file",
    "applications.file",
    "hiring.export_applicants",
    "hiring.applicant_paper",
    "hiring.applicant_file",
    "hiring.applicant_document",
    "figures.export_jobs",
    "hiring.destructions_paper",
    "opening_feeds.atom",
    "opening_feeds.sitemap",
    "opening_feeds.sitemap_part",
    "opening_feeds.robots",
}
# What stays Korean in English: the other language's own name, serials, the register that the factory made, the
# kind, description and criteria of a course as they are signed, and the words that are looked for in Korean titles.
KOREAN_ON_PURPOSE = re.compile(
    r"한국어|제 \d{4}-직무-\d{4}호|출석부\.xlsx|출석부:\d+:D"
    r"|^직무교육$|^In-service course \(직무교육\)$|^전체 회차의 .+판\)$|"
    + "|".join(f"^{re.escape(words)}$" for _kind, *rule in rules_in_words() for words in rule if words)
)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile the English catalogue unless `make` has done so since it changed."""
    if MO.exists() and MO.stat().st_mtime > PO.stat().st_mtime:
        return
    written = io.BytesIO()
    with PO.open("rb") as file:
        write_mo(written, read_po(file, locale="en"))
    # Another test process may be reading it.
    temporary = MO.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(written.getvalue())
    temporary.replace(MO)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, issuer_name="Centre for Urban Renewal")


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """A visitor whose browser asks for English."""
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9,ko;q=0.5"
    return visitor


@dataclasses.dataclass(frozen=True)
class World:
    """A training centre with a cohort at every step, and those who look at it."""

    centre: Organisation
    manager: Account
    verifier: Account
    subject: Account
    stop_token: str
    operator: Account
    newcomer: Account
    employer: Account
    office: Account
    empty: Cohort
    open: Cohort


@pytest.fixture
def world(app: Flask) -> World:
    centre = make_organisation("Urban Renewal Academy")
    make_organisation("Village Company", OrganisationKind.EMPLOYER, approved=False)
    manager = make_member(centre, name="Kim Manager")
    course = make_course(centre, "In-service course", CourseKind.IN_SERVICE)
    finished, gaps, begun, empty = (make_cohort(course, name=f"Cohort {n}", sessions=2) for n in range(1, 5))
    people = enrol(finished, PEOPLE)
    marks = ([Mark.PRESENT] * 2, [Mark.LATE, Mark.EXCUSED], [Mark.ABSENT, Mark.OUTING])
    attend(finished, {e.public_id: said for e, said in zip(people, marks, strict=True)})
    verifier = make_answers(issue(finished)[0])
    some = enrol(gaps, PEOPLE)[:1]
    attend(gaps, {e.public_id: [Mark.LEFT_EARLY, Mark.PRESENT] for e in some})
    enrol(begun, PEOPLE)
    subject = make_account(person=people[0].person)
    correction_request_service.ask(people[0], subject.actor, CorrectionKind.MARK, 1, "I was there.", clock.now())
    make_foreign_badge(subject)
    english = {"organisation": "Village Works", "title": "Manager", "field": "", "description": ""}
    make_experience(subject, **english)
    make_experience(subject, **english, confirmed_by="Village Works", confirmed_at=clock.now())
    for state, reason in (("invalid", "revoked"), ("unknown", "status_stale"), ("waiting", ""), ("checking", "")):
        make_foreign_badge(subject, sha256=state.ljust(64, "0"), state=state, reason=reason)
    make_foreign_badge(subject, sha256="1" * 64, state="unknown", reason="own", content=None, name="", host="")
    employer = make_organisation("Village Works", OrganisationKind.FIELD_CENTRE)
    preference = make_preference(subject, takes_offers=True, expert_fields=(WorkKind.COORDINATOR,))
    make_english_openings(employer, preference)
    make_english_duties(employer, subject)
    need = make_need(employer, title="Advice wanted")
    make_invitation(need, subject).words = "Please help."
    make_need(employer, WorkKind.OFFICE, title="Books to keep").state = "closed"
    clerk = make_member(employer, name="Yoon Employer")
    make_english_imports()
    make_english_applications(employer, subject)
    make_english_applicants(employer, make_account(person=make_person("Jo Applicant")))
    make_token(centre, name="Registry")
    for state in DeliveryState:
        make_delivery(make_webhook(centre, disabled=state == DeliveryState.FAILED), state)

    return World(
        centre=centre,
        employer=clerk,
        office=make_member(make_organisation("City Hall", OrganisationKind.OFFICE), name="Seo Office"),
        manager=manager,
        subject=subject,
        stop_token=stop_link_token(make_saved_search(subject, q="coordinator"), clock.now()),
        operator=make_account(name="Lee Operator", operator=True),
        verifier=verifier,
        newcomer=make_account(name="Choi Newcomer"),
        empty=empty,
        open=begun,
    )


def own_applications(account: Account) -> list[str]:
    """Answer the pages on which somebody asks for papers back."""
    ids = db.session.scalars(select(Application.public_id).where(Application.person_id == account.person_id))
    return [f"/applications/{id}/return" for id in ids]


class Words(HTMLParser):
    """Collects what a page shows or says: texts, and attributes other than addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._korean_field = False

    def handle_data(self, data: str) -> None:
        if not self._korean_field:
            self.found.append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._korean_field = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A field for a Korean text says so; what is written in it is its writer's.
        self._korean_field = self._korean_field or (tag == "textarea" and ("lang", "ko") in attrs)
        self.found += [value for name, value in attrs if value and name not in ("href", "action", "src")]


def korean_in(page: str) -> list[str]:
    words = Words()
    words.feed(page)
    return [text for text in words.found if HANGUL.search(KOREAN_ON_PURPOSE.sub("", text))]


def shown(answer: Any) -> str:
    """Answer a page after making sure that it is one, in English."""
    assert answer.status_code < 500, answer.request.path
    page: str = answer.get_data(as_text=True)
    assert '<html lang="en">' in page, answer.request.path
    assert not korean_in(page), answer.request.path
    return page


def walk(reader: Visitor, *starts: str) -> Iterator[str]:
    """Read every page that links lead to; yield their addresses."""
    waiting, seen = list(starts), set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/language/")):
            continue
        seen.add(path)
        answer = reader.get(path)
        if answer.status_code in (301, 302, 303):
            waiting.append(urlsplit(answer.headers["Location"]).path)
        elif answer.mimetype == "text/html":
            links = re.findall(r'href="(/[^"#]*)"', shown(answer))
            waiting += [unescape(link) for link in links]
            yield path


def make_answers(certificate: Certificate) -> Account:
    """Store a bulk verification with each answer and reason there is, and one that waits."""
    organisation = make_organisation("Village Company Hiring", OrganisationKind.EMPLOYER)
    verifier = make_member(organisation, name="Jung Verifier")
    sent = [certificate.credential, *(b"%d" % number for number in range(len(Reason)))]
    verified(organisation, verifier, sent, title="April")
    for item, reason in zip(items()[1:], Reason, strict=True):
        item.answer = list(BulkAnswer)[item.position % len(BulkAnswer)].value
        item.reason, item.same_as = reason.value, 1
    db.session.commit()
    ask(organisation, verifier, [b"x"])
    return verifier


def receipt_id() -> str:
    return db.session.scalars(select(VerificationReceipt.public_id)).one()


def endpoints(app: Flask, paths: Iterable[str]) -> set[str]:
    adapter = app.url_map.bind("ieum.test", url_scheme="https")
    return {adapter.match(urlsplit(path).path)[0] for path in paths if path != "/no/such/page"}


def steps_of_applying() -> list[str]:
    draft = db.session.scalars(select(ApplicationDraft)).one()
    applications = db.session.scalars(select(Application.public_id)).all()
    return [
        *(
            f"/openings/{draft.opening.public_id}/apply{step}"
            for step in ("", "/eligibility", "/documents", "/consent", "/confirm", "/discard")
        ),
        *(f"/applications/{id}/received" for id in applications),
    ]


def test_public_pages_are_english_by_cookie(visitor: Visitor) -> None:
    visitor.set_cookie(LOCALE_COOKIE, "en", domain="ieum.test", secure=True)
    assert all(shown(visitor.get(path, headers={"Accept-Language": "ko"})) for path in PUBLIC)


def applicants_pages() -> tuple[str, ...]:
    ids = db.session.scalars(select(Application.public_id)).all()
    return tuple(f"/applications/{id}/{page}" for id in ids for page in ("interview", "messages"))


def test_every_page_is_english(app: Flask, world: World, reader: Visitor) -> None:
    seen: set[str] = set()
    visits: tuple[tuple[Account | None, tuple[str, ...]], ...] = (
        (None, (*PUBLIC, f"/verify/receipts/{receipt_id()}", "/verify/receipts/none")),
        (world.verifier, ("/verify/bulk",)),
        (world.newcomer, ("/portfolio", "/account", "/organisations", "/organisations/new")),
        (world.newcomer, ("/account/second-factor/codes", "/account/second-factor/off")),
        (world.subject, ("/portfolio", "/portfolio/certificates", "/account/close", "/account/password")),
        (world.subject, ("/portfolio/badges?q=nothing", "/openings", "/openings/for-me", "/openings/preferences")),
        (world.subject, ("/offers", "/expert-invitations", "/employments/mine", *own_applications(world.subject))),
        (world.subject, ("/saved-searches", f"/saved-searches/stop/{world.stop_token}")),
        (world.subject, ("/portfolio/badges?q=nothing", "/portfolio/experiences?q=nothing")),
        (world.subject, ("/applications", "/applications?q=nothing", *steps_of_applying(), *applicants_pages())),
        (
            world.manager,
            ("/centre", "/cohorts/plan", "/cohorts?q=nothing", "/certificates?q=nothing", "/organisations"),
        ),
        (world.employer, ("/hiring", "/hiring?q=nothing", "/hiring/new", "/expert-needs")),
        (world.employer, ("/duties", "/employments", "/employments?q=nothing")),
        (world.office, ("/opening-reviews", "/duties/overview", "/figures/jobs", "/duties/overview?q=nothing")),
        # Last, so that there is something in the access log.
        (world.operator, ("/", "/approvals", "/approvals?state=approved", "/access-log?q=nobody")),
    )
    # Whoever has several beginnings goes from all of them at once, or most pages would be read once for each.
    for account, of_account in groupby(visits, key=itemgetter(0)):
        if account is not None:
            reader.post("/sign-out")
            sign_in(reader, account)
        seen |= endpoints(app, walk(reader, *(start for _, starts in of_account for start in starts)))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - NOT_PAGES
    # Reached by the link of a mail, or by an act: see below.
    assert pages - seen <= {"invitations.accept", "cohorts.restore", "accounts.sign_in_code"}


def test_an_uploaded_list_is_previewed_in_english(world: World, reader: Visitor) -> None:
    sign_in(reader, world.office)
    titles = ("Title", "Company", "Deadline", "Note")
    rows = [dict(zip(titles, values, strict=True)) for values in (("Planner", "Village", "2099-12-31", "x"),)]
    for rest in (rows, [*rows, rows[0] | {"Deadline": "soon"}], [{"Title": "Planner"}]):
        file = (io.BytesIO(sheet(*rest, head=titles)), "list.csv")
        assert "What the columns mean" in shown(
            reader.post("/opening-sources/upload", data={"file": file, "employer": "common"})
        )
    file = (io.BytesIO(b"1,2"), "list.csv")
    shown(reader.post("/opening-sources/upload", data={"file": file, "employer": "common"}))
    shown(reader.post("/opening-sources/new", data={"kind": "work24", "url": "http://x"}))


def test_what_cannot_be_destroyed_is_said_in_english(world: World, reader: Visitor) -> None:
    sign_in(reader, world.employer)
    waiting = db.session.scalars(select(ReturnRequest)).one()
    answer = reader.post(
        f"/hiring/{waiting.opening.public_id}/destruction",
        data={"seen": str(waiting.application.number), "sure": "y"},
    )
    page = shown(answer)
    assert "Applications not destroyed" in page
    assert "they can be destroyed once they have been returned." in page


def test_forms_say_in_english_what_is_wrong(world: World, reader: Visitor) -> None:
    assert "Enter your email address." in shown(reader.post("/sign-in"))
    shown(reader.post("/sign-in", data={"email": "a@example.kr", "password": "wrong"}))
    shown(reader.post("/sign-up", data={"email": "no address", "birth_date": "tomorrow", "password": "short"}))
    shown(reader.post("/verify"))
    wrong = {"document_number": "1234-5678-9012-3450", "name_or_birth_date": "Hong"}
    assert "No matching certificate" in shown(reader.post("/verify", data=wrong))
    sign_in(reader, world.manager)
    course = world.open.course.public_id
    generate = {"act": "generate", "first": "2026-09-07", "count": "4", "start": "14:00", "end": "18:00"}
    for path, data in (
        ("/courses/new", {}),
        (f"/courses/{course}/policy", {"completion_percent": "200"}),
        (f"/cohorts/new/{course}", {"act": "save", "code": "2026 F 9"}),
        (f"/cohorts/new/{course}", {**generate, "weekdays": "0"}),
        (f"/cohorts/{world.open.public_id}/people/new", {"name": "850309-1234567", "birth_date": "1"}),
        ("/organisations/new", {}),
        ("/cohorts/plan", {"file": (io.BytesIO(b"{"), "plan.json")}),
    ):
        shown(reader.post(path, data=data))


def upload(reader: Visitor, cohort: Cohort, page: str, *lines: str) -> str:
    file = io.BytesIO("\n".join(lines).encode())
    return shown(reader.post(f"/cohorts/{cohort.public_id}/{page}", data={"file": (file, "file.csv")}))


def test_files_with_the_titles_that_english_asks_for_are_read(world: World, reader: Visitor) -> None:
    sign_in(reader, world.manager)
    preview = upload(
        reader,
        world.open,
        "attendance/new",
        HEADER,
        "Hong Junghun,1969-10-28,present,late",
        "Park Yeonggil,1977-02-16,left early,outing",
        "Kim Ieum,1995-05-05,excused,absent",
    )
    assert "Nothing is stored yet." in preview
    by_rows = "Name,Date of birth,Date,Session,Check in,Check out"
    assert "Nothing is stored yet." in upload(
        reader, world.open, "attendance/new", by_rows, "Kim Ieum,1995-05-05,2026-03-09,1,14:00,18:00"
    )
    roster = ("Name,Date of birth", "Jung New,1990-03-09")
    assert "press ‘Save roster’" in upload(reader, world.empty, "roster", *roster)


def test_problems_of_files_are_english(world: World, reader: Visitor) -> None:
    sign_in(reader, world.manager)
    files: tuple[tuple[str, ...], ...] = (
        (),
        ("nothing",),
        (HEADER,),
        ("Name,Session 1", "Hong Junghun,?"),
        ("Name,Date of birth,Session 9,Session 1 (05.05)", "Nobody Known,1999-01-01,○,○"),
        (HEADER, "Hong Junghun,1969-10-28,○,", "Hong Junghun,1969-10-28,1,/", "Kim Ieum,1995-05-06,09:30,×"),
        (HEADER, "Hong Junghun,691028-1234567,○,○"),
        ("Name,Date of birth,Session 1 (2026-03-09 Tue)", "Kim Ieum,yesterday,0"),
        ("Name,Date of birth,Date,Check in,Check out", "Kim Ieum,1995-05-05,2026-03-09,18:00,14:00"),
        ("Name,Date of birth,Date,Check in", "Kim Ieum,1995-05-05,2026-02-30,18:00"),
    )
    for lines in files:
        for page in ("attendance/new", "roster"):
            assert upload(reader, world.open, page, *lines)


def test_a_cancelled_enrolment_is_english(app: Flask, world: World, reader: Visitor) -> None:
    sign_in(reader, world.manager)
    cohort = reader.get(f"/cohorts/{world.open.public_id}").get_data(as_text=True)
    person = re.findall(r'href="(/cohorts/\w+/people/\w{32})"', cohort)[0]
    reader.post(f"{person}/cancel")
    shown(reader.get(f"/cohorts/{world.open.public_id}"))
    assert "Undo the cancellation of" in shown(reader.get(f"{person}/restore"))


def test_an_invitation_is_english(world: World, reader: Visitor) -> None:
    sign_in(reader, world.manager)
    own = f"/organisations/{world.centre.public_id}"
    reader.post(f"{own}/invitations", data={"email": world.newcomer.email, "role": "clerk"})
    assert world.newcomer.email in shown(reader.get(own))
    reader.post("/sign-out")
    sign_in(reader, world.newcomer)
    assert any(path.startswith("/invitations/") for path in walk(reader, "/account", "/organisations"))


def test_errors_are_english(app: Flask) -> None:
    for status in errors._TITLES:
        with app.test_request_context("/", headers={"Accept-Language": "en"}):
            assert not korean_in(app.make_response(errors.answer(status)).get_data(as_text=True)), status


def test_mails_are_english(app: Flask) -> None:
    mails = sorted((TEMPLATES / "emails").glob("*.txt"))
    assert mails
    for mail in mails:
        names = meta.find_undeclared_variables(app.jinja_env.parse(mail.read_text(encoding="utf-8"))) - {"_"}
        with app.test_request_context("/", headers={"Accept-Language": "en"}):
            text = render_template(
                f"emails/{mail.name}", **{n: date(2026, 3, 9) if n.endswith("_on") else "Value" for n in names}
            )
        subject, gap, body = text.split("\n", 2)
        assert subject.startswith("[Ieum] "), mail.name
        assert not gap, mail.name
        assert not HANGUL.search(subject + body), mail.name


def test_every_text_is_found_at_run_time(app: Flask) -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en")
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        for message in messages(catalog):
            texts, english = texts_of(message), english_of(message)
            if len(texts) == 1:
                assert gettext(texts[0]) == english[0]
            for num, text in enumerate(english if len(texts) == 2 else (), start=1):
                others = dict.fromkeys(set(NAME.findall(text)) - {"num"}, "7")
                assert ngettext(*texts, num, **others) == text % {**others, "num": num}
