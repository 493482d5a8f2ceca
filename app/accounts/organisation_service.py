"""Registering an organisation, and the operating authority's yes or no to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.accounts import throttle
from app.accounts.models import Invitation, Membership, MembershipRole, Organisation
from app.accounts.organisations import add_membership, create_organisation
from app.accounts.queries import account_of, any_organisation, managers_of, operators
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _l
from app.core.mail import send_later


def register_organisation(actor: Actor, name: str, kind: str, at: datetime) -> Organisation:
    """Register an organisation with the actor as its manager, and tell the operators that it waits.

    Raises `Conflict` when it exists and `TooMany` when the actor registers one after another.
    """
    account = account_of(actor)
    throttle.spend([("registration", account.public_id)], at)
    organisation = create_organisation(name, kind, actor, at, approved=False)
    add_membership(account, organisation, MembershipRole.MANAGER, actor, at)
    review_url = absolute_url("approvals.show", public_id=organisation.public_id)
    for operator in operators():
        send_later(
            operator.email,
            "organisation_registered",
            at,
            language=operator.language,
            organisation=organisation.name,
            review_url=review_url,
        )
    return organisation


def approve_organisation(public_id: str, actor: Actor, at: datetime) -> Organisation:
    """Give the organisation its rights and tell its managers. Raises `NotFound` or `Conflict` (approved already)."""
    organisation = _waiting(public_id)
    organisation.approved_at = at
    db.session.flush()
    audit.record(actor, "organisation.approve", organisation, at=at)
    page_url = absolute_url("organisations.show", public_id=organisation.public_id)
    for manager in managers_of(organisation):
        send_later(
            manager.email,
            "organisation_approved",
            at,
            language=manager.language,
            organisation=organisation.name,
            page_url=page_url,
        )
    return organisation


def refuse_organisation(public_id: str, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse a registration, tell its managers why, and forget it, so that it can be registered again, corrected.

    What was refused and why stays in the audit trail. Raises `NotFound`, `Conflict` (approved already) or `Invalid`.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(_l("거절하는 까닭을 입력해 주세요."))
    organisation = _waiting(public_id)
    for manager in managers_of(organisation):
        send_later(
            manager.email,
            "organisation_refused",
            at,
            language=manager.language,
            organisation=organisation.name,
            reason=reason,
        )
    _forget(organisation, "organisation.refuse", actor, at, why=reason)


def withdraw_registration(organisation: Organisation, actor: Actor, at: datetime) -> None:
    """Take back a registration that nobody has decided about. Raises `Conflict` when it is approved."""
    organisation = _waiting(organisation.public_id)
    _forget(organisation, "organisation.withdraw", actor, at)


def _waiting(public_id: str) -> Organisation:
    organisation = any_organisation(public_id, for_change=True)
    if organisation.approved_at is not None:
        raise Conflict(_l("이미 승인된 기관이에요."))
    return organisation


def _forget(organisation: Organisation, action: str, actor: Actor, at: datetime, why: str = "") -> None:
    # Nothing can hang on an organisation without rights but those who registered it.
    before = {"name": organisation.name, "kind": organisation.kind}
    audit.record(actor, action, organisation, at=at, before=before, why=why)
    db.session.execute(delete(Membership).where(Membership.organisation_id == organisation.id))
    db.session.execute(delete(Invitation).where(Invitation.organisation_id == organisation.id))
    db.session.delete(organisation)
    db.session.flush()
