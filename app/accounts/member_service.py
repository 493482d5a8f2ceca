"""Who acts for an organisation: invitations, roles, removal. Only its managers decide."""

from __future__ import annotations

from datetime import datetime

from app.accounts import throttle
from app.accounts.models import Invitation, Membership, MembershipRole, Organisation
from app.accounts.normal import checked_email
from app.accounts.organisations import add_membership
from app.accounts.queries import (
    account_by_email,
    account_of,
    invitation_of,
    invitation_to,
    managers_of,
    member_of,
    members_of,
    open_invitations,
    organisation_of,
)
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.i18n import Text, _l, current_language
from app.core.mail import send_later

MANAGERS = (MembershipRole.MANAGER.value,)


def invite(actor: Actor, organisation_id: str, email: str, role: str, at: datetime) -> Invitation:
    """Ask somebody by mail to act for the organisation. Whether the address has an account here is not told.

    Raises `Conflict` for a member or somebody invited already, `TooMany` after too many invitations in a day.
    """
    organisation = _managed(actor, organisation_id)
    email = checked_email(email)
    if email in {member.account.email for member in members_of(organisation)}:
        raise Conflict(_l("이미 이 기관의 구성원이에요."))
    if email in {invitation.email for invitation in open_invitations(organisation, at)}:
        raise Conflict(_l("이미 초대한 주소예요. 다시 보내려면 먼저 초대를 거둬 주세요."))
    throttle.spend([("invitation", organisation.public_id)], at)
    invitation = Invitation(organisation=organisation, email=email, role=MembershipRole(role), created_at=at)
    db.session.add(invitation)
    db.session.flush()
    after = {"organisation": organisation.public_id, "role": invitation.role}
    audit.record(actor, "invitation.create", invitation, at=at, after=after)
    # Only the mail's language shows whether the address has an account, and only to whoever reads that mailbox.
    known = account_by_email(email)
    send_later(
        email,
        "invitation",
        at,
        language=known.language if known is not None else current_language(),
        inviter=actor.label,
        organisation=organisation.name,
        role=invitation_role(invitation),
        accept_url=absolute_url("invitations.accept", public_id=invitation.public_id),
        sign_up_url=absolute_url("accounts.sign_up"),
    )
    return invitation


def invitation_role(invitation: Invitation) -> Text:
    """Answer the role that the invitation gives, in the language of who reads it."""
    return MembershipRole(invitation.role).label


def withdraw_invitation(actor: Actor, organisation_id: str, invitation_id: str, at: datetime) -> Invitation:
    """Take an invitation back that nobody has accepted. Raises `NotFound`."""
    organisation = _managed(actor, organisation_id)
    invitation = invitation_of(organisation, invitation_id, at)
    invitation.withdrawn_at = at
    db.session.flush()
    audit.record(actor, "invitation.withdraw", invitation, at=at)
    return invitation


def accept_invitation(actor: Actor, invitation_id: str, at: datetime) -> Organisation:
    """Accept an invitation that was sent to the actor's own confirmed address.

    Raises `NotFound` when it was sent to another address, used, withdrawn or is too old; `Conflict` for a member.
    """
    account = account_of(actor)
    invitation = invitation_to(account, invitation_id, at, for_change=True)
    invitation.accepted_at = at
    audit.record(actor, "invitation.accept", invitation, at=at)
    add_membership(account, invitation.organisation, invitation.role, actor, at)
    return invitation.organisation


def change_role(actor: Actor, organisation_id: str, membership_id: str, role: str, at: datetime) -> Membership:
    """Give a member another role. Raises `NotFound`, or `Conflict` when no manager would be left."""
    organisation = _managed(actor, organisation_id)
    membership = member_of(organisation, membership_id)
    before, wanted = membership.role, MembershipRole(role)
    if before == wanted:
        return membership
    if wanted != MembershipRole.MANAGER:
        _keep_a_manager(organisation, membership)
    membership.role = wanted
    db.session.flush()
    audit.record(actor, "membership.change_role", membership, at=at, before={"role": before}, after={"role": wanted})
    return membership


def remove_member(actor: Actor, organisation_id: str, membership_id: str, at: datetime) -> None:
    """End a membership. Raises `NotFound`, or `Conflict` when no manager would be left."""
    organisation = _managed(actor, organisation_id)
    end_membership(member_of(organisation, membership_id), actor, at)


def end_membership(membership: Membership, actor: Actor, at: datetime) -> None:
    """End a membership whoever asks for it: its organisation's manager, or the member. Raises `Conflict`."""
    organisation = membership.organisation
    _keep_a_manager(organisation, membership)
    before = {
        "organisation": organisation.public_id,
        "account": membership.account.public_id,
        "role": membership.role,
    }
    audit.record(actor, "membership.end", membership, at=at, before=before)
    db.session.delete(membership)
    db.session.flush()


def _managed(actor: Actor, organisation_id: str) -> Organisation:
    # Locked, so that two managers who remove each other at the same moment cannot leave none; and whoever waited
    # for the lock may have been removed meanwhile.
    organisation = organisation_of(actor, organisation_id, roles=MANAGERS, for_change=True)
    if actor.account_id not in {manager.id for manager in managers_of(organisation)}:
        raise NotFound
    return organisation


def _keep_a_manager(organisation: Organisation, leaving: Membership) -> None:
    managers = {manager.id for manager in managers_of(organisation)}
    if managers == {leaving.account_id}:
        raise Conflict(_l("기관에는 관리자가 한 명 이상 있어야 해요. 먼저 다른 구성원을 관리자로 정해 주세요."))
