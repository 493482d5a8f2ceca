"""Tokens: made and revoked by an organisation's managers, shown once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.accounts.member_service import MANAGERS
from app.accounts.models import MembershipRole, Organisation
from app.accounts.queries import organisation_of
from app.api.token_models import ApiToken, Scope
from app.core import audit
from app.core.access import Actor, ActorMembership
from app.core.db import db, new_public_id
from app.core.errors import Invalid, NotFound, TokenMissing
from app.core.holding import SECOND_CLICK, hold, hold_new
from app.core.i18n import _l

LONGEST_DAYS = 366
_TOKEN = re.compile(r"ieum_[A-Za-z0-9_-]{43}")
_USED_EVERY = timedelta(minutes=5)


def create_token(
    actor: Actor,
    organisation_id: str,
    name: str,
    scopes: Collection[str],
    days: int,
    at: datetime,
    new_id: str = "",
) -> tuple[ApiToken, str]:
    """Make a token for an organisation that the actor manages, good for `days`; answer it with its secret text.

    Nobody can read the text again. `new_id` is what its page calls it: of two clicks the second one gives the text,
    since nobody sees the answer to the first. Raises `NotFound`, or `Invalid` without a name or a scope.
    """
    organisation = organisation_of(actor, organisation_id, roles=MANAGERS)
    wanted = [scope.value for scope in Scope if scope in set(scopes)]
    if not name.strip() or not wanted:
        raise Invalid(_l("토큰의 이름과 할 수 있는 일을 하나 이상 정해 주세요."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_l("토큰은 1일부터 366일까지 쓸 수 있어요."))
    text = f"ieum_{secrets.token_urlsafe(32)}"
    made = hold_new(ApiToken, new_id) if new_id else None
    if made is not None and _is_just_that(made, organisation, name.strip()[:80], wanted, days, at):
        made.digest, made.hint = _digest(text), text[-4:]
        db.session.flush()
        return made, text
    token = ApiToken(organisation=organisation, name=name.strip()[:80], scopes=wanted, digest=_digest(text))
    token.public_id = new_id if new_id and made is None else new_public_id()
    token.hint, token.created_by, token.created_at = text[-4:], actor.label[:120], at
    token.expires_at = at + timedelta(days=days)
    db.session.add(token)
    db.session.flush()
    audit.record(actor, "api_token.create", token, at=at, after={"name": token.name, "scopes": wanted})
    return token, text


def _is_just_that(
    made: ApiToken, organisation: Organisation, name: str, wanted: list[str], days: int, at: datetime
) -> bool:
    lasts = (made.expires_at - made.created_at).days
    same = (made.organisation_id, made.name, made.scopes, lasts) == (organisation.id, name, wanted, days)
    is_unused = made.last_used_at is None and made.revoked_at is None
    return same and is_unused and at - made.created_at < SECOND_CLICK


def revoke_token(actor: Actor, organisation_id: str, token_id: str, at: datetime) -> ApiToken:
    """Let a token open nothing any more. Raises `NotFound`; one that is revoked already stays so."""
    organisation = organisation_of(actor, organisation_id, roles=MANAGERS)
    rows = select(ApiToken).where(ApiToken.public_id == token_id, ApiToken.organisation_id == organisation.id)
    token = db.session.scalars(rows).one_or_none()
    if token is None:
        raise NotFound
    hold(token)
    if token.revoked_at is None:
        token.revoked_at = at
        db.session.flush()
        audit.record(actor, "api_token.revoke", token, at=at, before={"name": token.name})
    return token


def token_of(text: str, at: datetime) -> ApiToken:
    """Answer the token with this text. Raises `TokenMissing` for an unknown, revoked or expired one."""
    if not _TOKEN.fullmatch(text):
        raise TokenMissing
    digest = _digest(text)
    token = db.session.scalars(select(ApiToken).where(ApiToken.digest == digest)).one_or_none()
    # The index finds by a digest that nobody can aim at; the comparison itself takes the same time for any.
    if not hmac.compare_digest(token.digest if token is not None else "", digest):
        raise TokenMissing
    if token is None or not token.is_good(at):
        raise TokenMissing
    return token


def actor_of(token: ApiToken) -> Actor:
    """Answer the token as the actor that services take: of one organisation, without an account.

    It has a clerk's right in it when a scope writes, else a viewer's; each route demands its own scope besides.
    """
    writes = any(scope.endswith(":write") for scope in token.scopes)
    role = MembershipRole.CLERK if writes else MembershipRole.VIEWER
    organisation = token.organisation
    membership = ActorMembership(organisation.id, organisation.kind, role.value, organisation.name)
    return Actor(memberships=(membership,), label=f"API: {token.name}", scopes=tuple(token.scopes))


def note_use(token_id: int, at: datetime) -> None:
    """Keep when a token was used last, to five minutes."""
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < at - _USED_EVERY)
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id, stale).values(last_used_at=at))


def use_is_stale(token: ApiToken, at: datetime) -> bool:
    """Tell whether `note_use` would write something."""
    return token.last_used_at is None or token.last_used_at < at - _USED_EVERY


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
