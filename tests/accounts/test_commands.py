"""The `accounts` commands."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.accounts.passwords import is_right
from app.accounts.queries import account_by_email
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    sign_in,
)


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", *arguments], input=typed)
    db.session.expire_all()
    return result


def test_create_operator_makes_an_account_that_can_sign_in_and_approve(app: Flask, visitor: Visitor) -> None:
    result = run(app, "create-operator", "Operator@example.kr", "--name", "운영자", typed=PASSWORD + "\n")
    assert result.exit_code == 0, result.output
    account = account_by_email("operator@example.kr")
    assert account is not None
    assert result.stdout.strip() == account.public_id
    sign_in(visitor, account)
    assert visitor.get("/approvals").status_code == 200


def test_create_operator_refuses_a_weak_password(app: Flask) -> None:
    result = run(app, "create-operator", "operator@example.kr", "--name", "운영자", typed="kurz\n")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "10자 이상" in result.stderr
    assert account_by_email("operator@example.kr") is None


def test_create_organisation_makes_an_approved_one_and_add_member_a_member(app: Flask) -> None:
    account = make_account("kim@example.kr")
    result = run(app, "create-organisation", "서울도시재생교육원", "--kind", "training_centre")
    assert result.exit_code == 0, result.output
    public_id = result.stdout.strip()
    result = run(app, "add-member", "KIM@example.kr", "--organisation", public_id, "--role", "clerk")
    assert result.exit_code == 0, result.output
    (membership,) = account.actor.memberships
    assert (membership.kind, membership.role) == ("training_centre", "clerk")
    again = run(app, "add-member", "kim@example.kr", "--organisation", public_id, "--role", "clerk")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "이미 이 기관의 구성원" in again.stderr


def test_create_organisation_refuses_a_name_that_is_taken(app: Flask) -> None:
    make_organisation("한빛마을기업", "employer")
    result = run(app, "create-organisation", "한빛마을기업", "--kind", "employer")
    assert result.exit_code == 1
    assert "이미 등록" in result.stderr


def test_approve_gives_rights_and_tells_the_managers(app: Flask) -> None:
    organisation = make_organisation(approved=False)
    manager = make_member(organisation)
    result = run(app, "approve", organisation.public_id)
    assert result.exit_code == 0, result.output
    assert organisation.approved_at is not None
    (mail,) = mails_to(manager.email)
    assert f"https://ieum.test/organisations/{organisation.public_id}" in mail.body
    assert audit_lines("organisation.approve")[0].actor_label == "command: accounts"
    assert run(app, "approve", organisation.public_id).exit_code == 1


def test_set_password_reads_it_from_stdin_and_ends_sessions(app: Flask, visitor: Visitor) -> None:
    account = make_account()
    sign_in(visitor, account)
    result = run(app, "set-password", account.email, typed="완전히 새로운 비밀번호\n")
    assert result.exit_code == 0, result.output
    assert is_right(account.password_hash, "완전히 새로운 비밀번호")
    assert visitor.get("/account").status_code == 302


@pytest.mark.parametrize(
    "arguments",
    [
        ("set-password", "unknown@example.kr"),
        ("add-member", "unknown@example.kr", "--organisation", "0" * 32, "--role", "clerk"),
        ("approve", "0" * 32),
    ],
    ids=str,
)
def test_what_does_not_exist_ends_with_status_1(app: Flask, arguments: tuple[str, ...]) -> None:
    result = run(app, *arguments, typed=PASSWORD + "\n")
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert db.session.scalars(select(Organisation)).all() == []
