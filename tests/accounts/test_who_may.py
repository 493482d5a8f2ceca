"""Each page of accounts and organisations tried as manager, colleague, stranger, operator and nobody."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts.models import Invitation
from app.core import clock
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import make_access, make_account, make_member, make_organisation, sign_in

WHO = ("manager", "clerk", "viewer", "stranger", "operator", "nobody")

# Address, method → the answer to each of WHO. Nobody is sent to sign in when looking, and told nothing when acting.
EXPECTED = {
    ("/account", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/close", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/close", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/person", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/person", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/password", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/password", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/second-factor", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/second-factor", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/second-factor/codes", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/second-factor/codes", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/second-factor/off", "GET"): (200, 200, 200, 200, 200, 302),
    ("/account/second-factor/off", "POST"): (422, 422, 422, 422, 422, 401),
    ("/account/sign-out-everywhere", "POST"): (303, 303, 303, 303, 303, 401),
    ("/organisations", "GET"): (200, 200, 200, 200, 200, 302),
    ("/organisations/new", "GET"): (200, 200, 200, 200, 200, 302),
    ("/organisations/new", "POST"): (422, 422, 422, 422, 422, 401),
    ("/organisations/{organisation}", "GET"): (200, 200, 200, 404, 404, 302),
    ("/organisations/{organisation}/invitations", "POST"): (422, 404, 404, 404, 404, 401),
    ("/organisations/{organisation}/invitations/{invitation}/withdraw", "POST"): (303, 404, 404, 404, 404, 401),
    ("/organisations/{organisation}/members/{member}", "GET"): (200, 404, 404, 404, 404, 302),
    ("/organisations/{organisation}/members/{member}", "POST"): (422, 404, 404, 404, 404, 401),
    ("/organisations/{organisation}/members/{member}/remove", "GET"): (200, 404, 404, 404, 404, 302),
    ("/organisations/{organisation}/members/{member}/remove", "POST"): (303, 404, 404, 404, 404, 401),
    ("/invitations/{invitation}", "GET"): (404, 404, 404, 404, 404, 302),
    ("/invitations/{invitation}", "POST"): (404, 404, 404, 404, 404, 401),
    ("/access-log", "GET"): (404, 404, 404, 404, 200, 302),
    ("/access-log/{access}", "GET"): (404, 404, 404, 404, 200, 302),
    ("/approvals", "GET"): (404, 404, 404, 404, 200, 302),
    ("/approvals/{waiting}", "GET"): (404, 404, 404, 404, 200, 302),
    ("/approvals/{waiting}/approve", "POST"): (404, 404, 404, 404, 303, 401),
    ("/approvals/{waiting}/refuse", "GET"): (404, 404, 404, 404, 200, 302),
    ("/approvals/{waiting}/refuse", "POST"): (404, 404, 404, 404, 422, 401),
}
PUBLIC = {
    "home.index",
    "home.language",
    "accounts.sign_in",
    "accounts.sign_in_code",
    "accounts.sign_out",
    "accounts.sign_up",
    "accounts.sign_up_sent",
    "accounts.confirm",
    "accounts.forgotten_password",
    "accounts.reset_sent",
    "accounts.reset_password",
}


@pytest.mark.parametrize("who", WHO)
def test_each_page_answers_to_those_it_is_for(visitor: Visitor, who: str) -> None:
    organisation, waiting = make_organisation(), make_organisation(approved=False)
    people = {role: make_member(organisation, role) for role in ("manager", "clerk", "viewer")}
    people |= {"stranger": make_member(make_organisation()), "operator": make_account(operator=True)}
    invitation = Invitation(organisation=organisation, email="kim@example.kr", role="clerk", created_at=clock.now())
    db.session.add(invitation)
    access = make_access()
    values = {
        "access": access.public_id,
        "organisation": organisation.public_id,
        "waiting": waiting.public_id,
        "invitation": invitation.public_id,
        "member": people["viewer"].memberships[0].public_id,
    }
    if who in people:
        sign_in(visitor, people[who])
    # Looking first, deciding last: what is withdrawn or removed cannot be looked at any more.
    last = ("withdraw", "remove", "everywhere")
    order = sorted(EXPECTED, key=lambda page: (page[1], *(word in page[0] for word in reversed(last))))
    found = {page: visitor.open(page[0].format(**values), method=page[1]).status_code for page in order}
    expected = {page: statuses[WHO.index(who)] for page, statuses in EXPECTED.items()}
    assert found == expected


def test_every_page_is_in_the_table(app: Flask) -> None:
    named = set(PUBLIC)
    adapter = app.url_map.bind("ieum.test")
    values = dict.fromkeys(("organisation", "invitation", "member", "waiting", "access"), "0" * 32)
    for address, method in EXPECTED:
        endpoint, _arguments = adapter.match(address.format(**values), method=method)
        named.add(endpoint)
    ours = {"home", "accounts", "organisations", "invitations", "approvals", "access_log"}
    assert {e for e in app.view_functions if e.split(".")[0] in ours} == named
