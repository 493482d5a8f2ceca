"""Organisations and who acts for them: the building blocks that registration, imports and commands use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account, Membership, MembershipRole, Organisation, OrganisationKind
from app.accounts.normal import normal_name
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _l


def create_organisation(name: str, kind: str, actor: Actor, at: datetime, *, approved: bool = True) -> Organisation:
    """Create an organisation; it has no rights before it is approved. Raises `Conflict` when it exists."""
    name = normal_name(name)
    if not name:
        raise Invalid(_l("기관 이름을 입력해 주세요."))
    organisation = Organisation(
        name=name, kind=OrganisationKind(kind), created_at=at, approved_at=at if approved else None
    )
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
    except IntegrityError:
        raise Conflict(_l("같은 이름의 기관이 이미 등록되어 있어요.")) from None
    after = {"name": name, "kind": organisation.kind, "approved": approved}
    audit.record(actor, "organisation.create", organisation, at=at, after=after)
    return organisation


def add_membership(account: Account, organisation: Organisation, role: str, actor: Actor, at: datetime) -> Membership:
    """Let the account act for the organisation. Raises `Conflict` when it does already."""
    membership = Membership(
        account_id=account.id, organisation_id=organisation.id, role=MembershipRole(role), created_at=at
    )
    try:
        with db.session.begin_nested():
            db.session.add(membership)
    except IntegrityError:
        raise Conflict(_l("이미 이 기관의 구성원이에요.")) from None
    db.session.expire(account, ["memberships"])
    db.session.expire(organisation, ["memberships"])
    audit.record(
        actor,
        "membership.create",
        membership,
        at=at,
        after={"organisation": organisation.public_id, "account": account.public_id, "role": membership.role},
    )
    return membership
