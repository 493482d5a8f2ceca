"""Inviting somebody to act for an organisation, and accepting."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import throttle
from app.accounts.models import Invitation, Membership, Organisation
from app.core import clock
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    audit_lines,
    link_in,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    sign_in,
)


def invite(visitor: Visitor, organisation: Organisation, email: str = "kim@example.kr", role: str = "clerk") -> Any:
    path = f"/organisations/{organisation.public_id}/invitations"
    return visitor.post(path, data={"email": email, "role": role})


def invitation_link(visitor: Visitor, organisation: Organisation) -> str:
    sign_in(visitor, make_member(organisation))
    assert invite(visitor, organisation).status_code == 303
    visitor.post("/sign-out")
    return link_in(mails_to("kim@example.kr")[0])


def without_token(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def roles(organisation: Organisation) -> list[str]:
    rows = select(Membership.role).where(Membership.organisation_id == organisation.id).order_by(Membership.id)
    return list(db.session.scalars(rows))


def test_who_is_invited_becomes_a_member_with_that_role(visitor: Visitor) -> None:
    organisation = make_organisation("한빛마을기업", "employer")
    path = invitation_link(visitor, organisation)
    sign_in(visitor, make_account("kim@example.kr"))
    assert path in visitor.get("/account").text
    page = visitor.get(path).text
    assert "한빛마을기업" in page
    assert "담당자" in page
    assert roles(organisation) == ["manager"], "looking is not accepting"
    answer = visitor.post(path)
    assert answer.location == f"/organisations/{organisation.public_id}"
    assert visitor.get(answer.location).status_code == 200
    assert roles(organisation) == ["manager", "clerk"]
    assert [len(audit_lines(f"invitation.{what}")) for what in ("create", "accept")] == [1, 1]


def test_an_invitation_waits_until_its_reader_has_signed_in(visitor: Visitor) -> None:
    path = invitation_link(visitor, make_organisation())
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next={path.replace('/', '%2F')}"


def test_somebody_elses_invitation_is_not_found(visitor: Visitor) -> None:
    organisation = make_organisation()
    path = invitation_link(visitor, organisation)
    sign_in(visitor, make_account("lee@example.kr"))
    seen, posted = visitor.get(path), visitor.post(path)
    assert (seen.status_code, posted.status_code) == (404, 404)
    none = visitor.get("/invitations/" + "0" * 32)
    assert without_token(seen.text) == without_token(none.text).replace("0" * 32, path.rsplit("/", 1)[1])
    assert roles(organisation) == ["manager"]


def test_it_is_accepted_once(visitor: Visitor) -> None:
    organisation = make_organisation()
    path = invitation_link(visitor, organisation)
    sign_in(visitor, make_account("kim@example.kr"))
    assert [visitor.post(path).status_code for _ in range(2)] == [303, 404]
    assert roles(organisation) == ["manager", "clerk"]


@pytest.mark.parametrize(("days", "status"), [(13, 200), (15, 404)])
def test_it_lasts_two_weeks(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, days: int, status: int) -> None:
    path = invitation_link(visitor, make_organisation())
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)
    sign_in(visitor, make_account("kim@example.kr"))
    assert visitor.get(path).status_code == status


def test_it_can_be_withdrawn(visitor: Visitor) -> None:
    organisation = make_organisation()
    sign_in(visitor, make_member(organisation))
    invite(visitor, organisation)
    page = f"/organisations/{organisation.public_id}"
    assert "kim@example.kr" in visitor.get(page).text
    invitation = db.session.scalars(select(Invitation)).one()
    assert visitor.post(f"{page}/invitations/{invitation.public_id}/withdraw").status_code == 303
    assert "kim@example.kr" not in visitor.get(page).text
    assert visitor.post(f"{page}/invitations/{invitation.public_id}/withdraw").status_code == 404
    visitor.post("/sign-out")
    sign_in(visitor, make_account("kim@example.kr"))
    assert visitor.post(link_in(mails_to("kim@example.kr")[0])).status_code == 404
    assert invite(visitor, organisation).status_code == 404


def test_nobody_is_invited_twice(visitor: Visitor) -> None:
    organisation = make_organisation()
    manager = make_member(organisation)
    sign_in(visitor, manager)
    assert [invite(visitor, organisation, email).status_code for email in ("kim@example.kr", "KIM@example.kr")] == [
        303,
        409,
    ]
    assert invite(visitor, organisation, manager.email).status_code == 409
    assert len(mails_to("kim@example.kr")) == 1


def test_the_answer_does_not_tell_whether_the_address_has_an_account(visitor: Visitor) -> None:
    organisation = make_organisation()
    make_account("known@example.kr")
    sign_in(visitor, make_member(organisation))
    answers = [invite(visitor, organisation, f"{who}@example.kr") for who in ("known", "unknown")]
    assert answers[0].text == answers[1].text
    bodies = [mails_to(f"{who}@example.kr")[0].body for who in ("known", "unknown")]
    assert [body.count("/sign-up") for body in bodies] == [1, 1]


@pytest.mark.parametrize(("email", "role"), [("", "clerk"), ("kim", "clerk"), ("kim@example.kr", "operator")])
def test_it_refuses_what_cannot_be(visitor: Visitor, email: str, role: str) -> None:
    organisation = make_organisation()
    sign_in(visitor, make_member(organisation))
    assert invite(visitor, organisation, email, role).status_code == 422
    assert db.session.scalars(select(Invitation)).all() == []


def test_the_invitations_of_a_day_are_limited(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    (limit,) = throttle.LIMITS["invitation"]
    assert (limit.tries, limit.within) == (50, timedelta(days=1))
    monkeypatch.setitem(throttle.LIMITS, "invitation", (throttle.Limit(2, limit.within),))
    organisation = make_organisation()
    sign_in(visitor, make_member(organisation))
    statuses = [invite(visitor, organisation, f"kim{number}@example.kr").status_code for number in range(3)]
    assert statuses == [303, 303, 429]
