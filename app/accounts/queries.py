"""Questions about accounts, organisations and members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Account, Consent, Invitation, Membership, MembershipRole, Organisation, SignIn
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page, paginate

T = TypeVar("T")

INVITATION_LASTS = timedelta(days=14)
# A working day: on a machine that others use, too, no sign-in outlives it.
SIGN_IN_LASTS = timedelta(hours=12)


def account_by_email(email: str) -> Account | None:
    """Answer the account with this mail address, confirmed or not. `email` is already normalised."""
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def account_by_public_id(public_id: str, *, for_change: bool = False) -> Account | None:
    """Answer the account; `for_change` makes others who want to change it wait until this transaction ends."""
    rows = select(Account).where(Account.public_id == public_id)
    return db.session.scalars(rows.with_for_update() if for_change else rows).one_or_none()


def account_of(actor: Actor) -> Account:
    """Answer the account that acts. Raises `NotFound` for an actor without one."""
    account = db.session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise NotFound
    return account


def open_sign_in(public_id: str, at: datetime) -> SignIn | None:
    """Answer the sign-in that a session cookie names, with its account, memberships and organisations, in one query.

    None when it has ended, is too old, or its account has moved on to another version.
    """
    rows = (
        select(SignIn)
        .join(SignIn.account)
        .where(SignIn.public_id == public_id, *_still_open(at), Account.confirmed_at.is_not(None))
        .options(contains_eager(SignIn.account).joinedload(Account.memberships))
    )
    return db.session.scalars(rows).unique().one_or_none()


def open_sign_ins_of(account: Account, at: datetime) -> Sequence[SignIn]:
    """Answer where the account is signed in, the newest first."""
    rows = select(SignIn).join(SignIn.account).where(SignIn.account_id == account.id, *_still_open(at))
    return db.session.scalars(rows.order_by(SignIn.id.desc())).all()


def _still_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (SignIn.version == Account.sign_in_version, SignIn.created_at > at - SIGN_IN_LASTS)


def operators() -> Sequence[Account]:
    """Answer the accounts of the operating authority."""
    rows = select(Account).where(Account.is_operator, Account.confirmed_at.is_not(None))
    return db.session.scalars(rows.order_by(Account.id)).all()


def consents_of(account: Account) -> Sequence[Consent]:
    """Answer what the account's holder agreed to, the newest first."""
    rows = (
        select(Consent).where(Consent.account_id == account.id).order_by(Consent.given_at.desc(), Consent.id.desc())
    )
    return db.session.scalars(rows).all()


def memberships_of(account: Account) -> Sequence[Membership]:
    """Answer whom the account acts for, organisations that wait for approval included."""
    rows = (
        select(Membership)
        .join(Membership.organisation)
        .options(contains_eager(Membership.organisation))
        .where(Membership.account_id == account.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return db.session.scalars(rows).all()


def organisation_of(
    actor: Actor, public_id: str, *, roles: tuple[str, ...] = (), for_change: bool = False
) -> Organisation:
    """Answer an approved organisation that the actor acts for with one of these roles (none named: any).

    Raises `NotFound` when there is none or it is somebody else's. `for_change` as in `account_by_public_id`.
    """
    mine = actor.organisation_ids(roles=roles)
    rows = select(Organisation).where(Organisation.public_id == public_id, Organisation.id.in_(mine))
    return _one(rows.with_for_update() if for_change else rows)


def any_organisation(public_id: str, *, for_change: bool = False) -> Organisation:
    """Answer an organisation whoever owns it: for operators and commands. Raises `NotFound`."""
    rows = select(Organisation).where(Organisation.public_id == public_id)
    return _one(rows.with_for_update() if for_change else rows)


def members_of(organisation: Organisation) -> Sequence[Membership]:
    """Answer the members with their accounts, in the order of their names: as they are now, even when the session
    has read them before somebody else changed them."""
    rows = (
        select(Membership)
        .join(Membership.account)
        .options(contains_eager(Membership.account))
        .where(Membership.organisation_id == organisation.id)
        .order_by(Account.name, Account.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def managers_of(organisation: Organisation) -> Sequence[Account]:
    """Answer the accounts that decide who belongs to the organisation."""
    return [m.account for m in members_of(organisation) if m.role == MembershipRole.MANAGER]


def member_of(organisation: Organisation, public_id: str) -> Membership:
    """Answer one membership of the organisation. Raises `NotFound`."""
    return _one(
        select(Membership).where(Membership.public_id == public_id, Membership.organisation_id == organisation.id)
    )


def open_invitations(organisation: Organisation, at: datetime) -> Sequence[Invitation]:
    """Answer the invitations that can still be accepted, the newest first."""
    rows = select(Invitation).where(Invitation.organisation_id == organisation.id, *_open(at))
    return db.session.scalars(rows.order_by(Invitation.id.desc())).all()


def invitations_to(account: Account, at: datetime) -> Sequence[Invitation]:
    """Answer the invitations that this account may accept: those sent to its confirmed address."""
    rows = select(Invitation).where(Invitation.email == account.email, *_open(at))
    return db.session.scalars(rows.order_by(Invitation.id.desc())).all()


def invitation_to(account: Account, public_id: str, at: datetime, *, for_change: bool = False) -> Invitation:
    """Answer an open invitation that this account may accept. Raises `NotFound`."""
    rows = select(Invitation).where(Invitation.public_id == public_id, Invitation.email == account.email, *_open(at))
    return _one(rows.with_for_update(of=Invitation) if for_change else rows)


def invitation_of(organisation: Organisation, public_id: str, at: datetime) -> Invitation:
    """Answer an open invitation of the organisation. Raises `NotFound`."""
    return _one(
        select(Invitation).where(
            Invitation.public_id == public_id, Invitation.organisation_id == organisation.id, *_open(at)
        )
    )


def organisations_page(search: str, waiting: bool | None, page: int) -> Page[Organisation]:
    """Answer one page of all organisations, the newest first; `waiting` narrows to those (not) yet approved."""
    rows = select(Organisation).order_by(Organisation.created_at.desc(), Organisation.id.desc())
    if search:
        rows = rows.where(Organisation.name.icontains(search, autoescape=True))
    if waiting is not None:
        rows = rows.where(Organisation.approved_at.is_(None) if waiting else Organisation.approved_at.is_not(None))
    return paginate(rows, page)


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.created_at > at - INVITATION_LASTS,
    )


def _one(rows: Select[T]) -> T:
    row = db.session.scalars(rows).one_or_none()
    if row is None:
        raise NotFound
    return row
