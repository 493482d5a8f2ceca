"""Who sees and who changes a centre's training: owner, colleague who may only look, stranger, nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import Account, MembershipRole
from app.core.db import db
from app.training import queries
from app.training.policy import Mark
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_membership, sign_in
from tests.factories.training import attend, enrol
from tests.training.conftest import Centre
from tests.training.samples import everything_stored

Addresses = list[tuple[str, str, str]]
OURS = ("centre", "courses", "cohorts")


def _rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in OURS)


@pytest.fixture
def addresses(app: Flask, enrolled: Centre) -> Addresses:
    """Every address of this domain about the sample centre's own rows: endpoint, method, path."""
    cohort = enrolled.cohort()
    people = queries.enrolments(cohort)
    upload = attend(cohort, {people[0].public_id: [Mark.PRESENT] * 15})
    values = {
        "cohort_id": cohort.public_id,
        "course_id": cohort.course.public_id,
        "enrolment_id": people[0].public_id,
        "upload_id": upload.public_id,
        "centre_id": enrolled.organisation.public_id,
        "form": "csv",
    }
    db.session.commit()
    found: Addresses = []
    for rule in _rules(app):
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None, rule.endpoint
        methods = sorted((rule.methods or set()) & {"GET", "POST"})
        found.extend((rule.endpoint, method, built[1]) for method in methods)
    assert len(found) > 25
    return found


def _ask(visitor: Visitor, method: str, path: str) -> int:
    return int(visitor.open(path, method=method, data={} if method == "POST" else None).status_code)


def test_the_clerk_opens_every_page(visitor: Visitor, enrolled: Centre, addresses: Addresses) -> None:
    sign_in(visitor, enrolled.clerk)
    for endpoint, method, path in addresses:
        if method == "GET":
            assert _ask(visitor, method, path) in (200, 409), endpoint


def test_a_stranger_finds_nothing_of_another_centre(
    visitor: Visitor, stranger: Account, addresses: Addresses
) -> None:
    sign_in(visitor, stranger)
    before = everything_stored()
    for endpoint, method, path in addresses:
        about_a_row = path.count("/") > 1 and any(len(part) == 32 for part in path.split("/"))
        expected = {404, 422} if endpoint == "cohorts.confirm_plan" else {404}
        if about_a_row:
            assert _ask(visitor, method, path) in expected, (endpoint, method)
    assert everything_stored() == before


def test_a_stranger_s_lists_hold_nothing_of_another_centre(
    visitor: Visitor, stranger: Account, addresses: Addresses
) -> None:
    sign_in(visitor, stranger)
    for path in ("/centre", "/cohorts", "/courses", "/cohorts/attendance", "/cohorts?q=2026"):
        page = visitor.get(path).get_data(as_text=True)
        assert "2026-F1" not in page
        assert "도시재생 코디네이터 양성교육" not in page


def test_a_viewer_sees_but_cannot_change(visitor: Visitor, enrolled: Centre, addresses: Addresses) -> None:
    sign_in(visitor, make_member(enrolled.organisation, MembershipRole.VIEWER))
    before = everything_stored()
    readable = {
        "centre.index",
        "courses.index",
        "courses.show",
        "cohorts.index",
        "cohorts.show",
        "cohorts.person",
        "cohorts.attendance",
        "cohorts.attendance_done",
        "cohorts.export",
        "cohorts.blank_sheet",
        "cohorts.roster_form",
    }
    for endpoint, method, path in addresses:
        expected = 200 if endpoint in readable and method == "GET" else 404
        assert _ask(visitor, method, path) == expected, (endpoint, method)
    assert everything_stored() == before


def test_a_viewer_is_offered_nothing_that_writes(visitor: Visitor, enrolled: Centre) -> None:
    sign_in(visitor, make_member(enrolled.organisation, MembershipRole.VIEWER))
    for path in ("/cohorts", "/courses", enrolled.address(), f"{enrolled.address()}/attendance"):
        page = visitor.get(path).get_data(as_text=True)
        for words in ("출석부 올리기", "명단 올리기", "과정 만들기", "계획 파일 가져오기"):
            assert words not in page, path


def test_a_viewer_here_who_writes_elsewhere_still_cannot_write_here(
    visitor: Visitor, enrolled: Centre, stranger: Account
) -> None:
    make_membership(stranger, enrolled.organisation, MembershipRole.VIEWER)
    sign_in(visitor, stranger)
    assert visitor.get(enrolled.address()).status_code == 200
    assert visitor.get(f"{enrolled.address()}/attendance/new").status_code == 404
    assert visitor.get(f"{enrolled.address()}/roster").status_code == 404


def test_nobody_is_sent_to_sign_in_and_posts_nothing(visitor: Visitor, addresses: Addresses) -> None:
    before = everything_stored()
    for endpoint, method, path in addresses:
        status = _ask(visitor, method, path)
        assert status == (302 if method == "GET" else 401), (endpoint, method)
    assert everything_stored() == before


def test_rows_of_another_cohort_are_not_found_under_this_one(visitor: Visitor, enrolled: Centre) -> None:
    sign_in(visitor, enrolled.clerk)
    other = enrol(enrolled.cohort("2026-S1"))[0]
    assert visitor.get(f"{enrolled.address()}/people/{other.public_id}").status_code == 404
