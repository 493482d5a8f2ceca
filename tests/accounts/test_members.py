"""Roles and removal of an organisation's members."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.accounts import member_service, queries
from app.accounts.models import Account, Membership, Organisation
from app.core import clock
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, make_organisation, sign_in


def membership(account: Account) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.account_id == account.id)).one()


def path(organisation: Organisation, account: Account) -> str:
    return f"/organisations/{organisation.public_id}/members/{membership(account).public_id}"


def test_a_manager_changes_a_role(visitor: Visitor) -> None:
    organisation = make_organisation()
    manager, clerk = make_member(organisation), make_member(organisation, "clerk")
    sign_in(visitor, manager)
    assert 'value="clerk"' in visitor.get(path(organisation, clerk)).text
    assert visitor.post(path(organisation, clerk), data={"role": "viewer"}).status_code == 303
    assert membership(clerk).role == "viewer"
    (line,) = audit_lines("membership.change_role")
    assert (line.before, line.after) == ({"role": "clerk"}, {"role": "viewer"})
    assert visitor.post(path(organisation, clerk), data={"role": "owner"}).status_code == 422


def test_a_manager_removes_a_member_after_a_last_look(visitor: Visitor) -> None:
    organisation = make_organisation()
    manager, clerk = make_member(organisation), make_member(organisation, "clerk", name="이서기")
    sign_in(visitor, manager)
    address = path(organisation, clerk) + "/remove"
    assert "이서기 님을 구성원에서 뺄까요?" in visitor.get(address).text
    assert len(organisation.memberships) == 2
    assert visitor.post(address).status_code == 303
    assert [m.account_id for m in organisation.memberships] == [manager.id]
    (line,) = audit_lines("membership.end")
    assert line.before is not None
    assert line.before["role"] == "clerk"


def test_who_was_removed_loses_the_right_at_once(app: Flask, visitor: Visitor) -> None:
    organisation = make_organisation()
    manager, clerk = make_member(organisation), make_member(organisation, "clerk")
    elsewhere = app.test_client()
    sign_in(elsewhere, clerk)
    page = f"/organisations/{organisation.public_id}"
    assert elsewhere.get(page).status_code == 200
    sign_in(visitor, manager)
    visitor.post(path(organisation, clerk) + "/remove")
    assert elsewhere.get(page).status_code == 404


def test_the_last_manager_stays(visitor: Visitor) -> None:
    organisation = make_organisation()
    manager = make_member(organisation)
    make_member(organisation, "clerk")
    sign_in(visitor, manager)
    assert visitor.post(path(organisation, manager) + "/remove").status_code == 409
    assert visitor.post(path(organisation, manager), data={"role": "clerk"}).status_code == 409
    assert membership(manager).role == "manager"


def test_one_of_two_managers_may_leave(visitor: Visitor) -> None:
    organisation = make_organisation()
    first, second = make_member(organisation), make_member(organisation)
    sign_in(visitor, first)
    assert visitor.post(path(organisation, first) + "/remove").location == "/organisations"
    assert [m.account_id for m in organisation.memberships] == [second.id]


def leave_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch, method: str) -> tuple[int, list[str]]:
    """Let both managers of an organisation leave in the same moment: each has looked before the other acts, if it is
    let. Answer how many are left and what the others were told."""
    organisation = make_organisation()
    managers = [(m.actor, membership(m).public_id) for m in (make_member(organisation), make_member(organisation))]
    organisation_id, public_id = organisation.id, organisation.public_id
    db.session.commit()
    both_looked, told, look = threading.Barrier(2), [], member_service._keep_a_manager

    def look_and_wait(looked_at: Organisation, leaving: Membership) -> None:
        look(looked_at, leaving)
        with suppress(threading.BrokenBarrierError):
            both_looked.wait(timeout=0.5)

    def leave(actor: Actor, membership_id: str) -> None:
        with app.test_request_context(method=method):
            try:
                with unit_of_work():
                    member_service.remove_member(actor, public_id, membership_id, clock.now())
            except (Conflict, OperationalError) as error:
                told.append(type(error).__name__)

    monkeypatch.setattr(member_service, "_keep_a_manager", look_and_wait)
    threads = [threading.Thread(target=leave, args=manager) for manager in managers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = select(Membership).where(Membership.organisation_id == organisation_id)
    return len(db.session.scalars(rows).all()), told


def test_of_two_managers_who_leave_at_once_one_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leave_at_once(app, monkeypatch, "POST") == (1, ["Conflict"])


def test_without_waiting_for_one_another_both_would_be_gone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(actor: Actor, public_id: str, *, roles: tuple[str, ...], for_change: bool) -> Organisation:
        return queries.organisation_of(actor, public_id, roles=roles)

    monkeypatch.setattr(member_service, "organisation_of", unlocked)
    # A request that only looks begins a transaction that does not wait. SQLite then stops the second writer with an
    # error of its own; PostgreSQL lets it through.
    without_guard = {"postgresql": (0, []), "sqlite": (1, ["OperationalError"])}
    assert leave_at_once(app, monkeypatch, "GET") == without_guard[db.engine.dialect.name]


def test_members_are_read_as_they_are_now(app: Flask) -> None:
    organisation = make_organisation()
    first = make_member(organisation)
    assert queries.managers_of(organisation) == [first]
    # As somebody else's transaction would: the objects of this session know nothing of it.
    demote = update(Membership).values(role="clerk").execution_options(synchronize_session=False)
    db.session.execute(demote)
    assert queries.managers_of(organisation) == []
