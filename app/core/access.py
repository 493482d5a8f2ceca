"""Who may do what: the actor, the permission every route states, and the one place of tenant scoping.

A route says its permission right under its address, with `@requires(...)`; a house test walks all addresses and
fails on a silent one. A thing that is not yours answers 404, exactly as a thing that does not exist.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Select, false, select

from app.core.db import db
from app.core.errors import NotFound, ScopeMissing, SignedOut, TokenMissing
from app.core.i18n import Text

P = ParamSpec("P")


@dataclass(frozen=True)
class ActorMembership:
    """One organisation an actor acts for. `kind` is the organisation's kind, `role` the right in it."""

    organisation_id: int
    kind: str
    role: str
    name: str = ""


@dataclass(frozen=True)
class Actor:
    """Who does something: a signed-in account, a program with a token (it has `scopes` and no account), or a command
    or worker with neither."""

    account_id: int | None = None
    person_id: int | None = None
    memberships: tuple[ActorMembership, ...] = ()
    label: str = ""
    is_operator: bool = False
    scopes: tuple[str, ...] = ()

    @classmethod
    def command(cls, label: str) -> Actor:
        """Make the actor of a command line or of the worker; it has every organisation's rights."""
        return cls(label=label, is_operator=True)

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def organisation_ids(self, kinds: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> tuple[int, ...]:
        """Answer the organisations this actor belongs to; empty `kinds` or `roles` mean any."""
        return tuple(
            m.organisation_id
            for m in self.memberships
            if (not kinds or m.kind in kinds) and (not roles or m.role in roles)
        )


NOBODY = Actor(label="nobody")


@dataclass(frozen=True)
class Permission:
    """What a route demands. `name` is shown by the house test and in the access matrix; `kinds` are the kinds of
    organisations that somebody acts for who uses the route (none: no certain one). `by_token`: programs with a token
    in place of people with an account."""

    name: str
    allows: Callable[[Actor], bool]
    needs_account: bool
    kinds: tuple[str, ...] = ()
    by_token: bool = False


def public() -> Permission:
    """Anybody, with or without an account."""
    return Permission("public", lambda actor: True, needs_account=False)


def signed_in() -> Permission:
    """Anybody with an account."""
    return Permission("signed_in", lambda actor: actor.is_signed_in, needs_account=True)


def member(*kinds: str, roles: tuple[str, ...] = ()) -> Permission:
    """Members of an organisation of one of these kinds, with one of these roles (none named: any)."""
    name = f"member({', '.join(kinds)}{'; ' + ', '.join(roles) if roles else ''})"
    return Permission(name, lambda actor: bool(actor.organisation_ids(kinds, roles)), True, kinds)


def operator() -> Permission:
    """The people of the operating authority."""
    return Permission("operator", lambda actor: actor.is_operator, needs_account=True)


def token(scope: str) -> Permission:
    """Programs whose token has this scope; a browser's sign-in opens nothing there."""
    return Permission(f"token({scope})", lambda actor: scope in actor.scopes, needs_account=True, by_token=True)


def current_actor() -> Actor:
    """Answer who makes this request; `NOBODY` without a sign-in. Views only: services get it as an argument.

    Under `/api/` no cookie is looked at: whoever acts there has shown a token.
    """
    actor = getattr(g, "actor", None)
    if actor is None:
        of_a_browser = not request.path.startswith("/api/") and current_user.is_authenticated
        actor = g.actor = current_user.actor if of_a_browser else NOBODY
    return actor if isinstance(actor, Actor) else NOBODY


def requires(
    permission: Permission, *, only_looks: bool = False, shows: Text = ""
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """State a view's permission and check it before the view runs.

    Nobody is sent to sign in, or told to after a POST; somebody without the right gets 404, as if the page did not
    exist. `only_looks` says of a view that is posted to and stores nothing (a preview) that it need not hold the
    write lock meanwhile. `shows` names what of other people the page shows: the access log says so to those people.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if permission.by_token:
                require_scope(permission, current_actor())
            elif permission.needs_account:
                actor = current_actor()
                if not actor.is_signed_in:
                    if request.method in ("GET", "HEAD"):
                        return sign_in_first()
                    raise SignedOut
                if not permission.allows(actor):
                    raise NotFound
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.only_looks = only_looks  # type: ignore[attr-defined]
        guarded.shows = shows  # type: ignore[attr-defined]
        return guarded

    return decorate


def require_scope(permission: Permission, actor: Actor) -> None:
    """Raise `TokenMissing` for somebody without a token, `ScopeMissing` for one that does not reach so far."""
    if not actor.scopes:
        raise TokenMissing
    if not permission.allows(actor):
        raise ScopeMissing


def refuse_the_signed_out() -> None:
    """Say that the sign-in has ended before the CSRF guard says so of the form's token, which would help nobody."""
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "permission", None)
    if permission is None or not permission.needs_account or permission.by_token:
        return
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if not current_actor().is_signed_in:
        raise SignedOut


def sign_in_first() -> ResponseReturnValue:
    """Send the visitor to sign in and back here afterwards."""
    answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return answer


T = TypeVar("T")


def owned(model: type[T], actor: Actor, *, kinds: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> Select[T]:
    """Select the rows of a tenant-owned model that this actor's organisations own; a command sees all.

    Every query on tenant-owned rows that serves a person starts here, so that there is one place to get it right.
    """
    rows = select(model)
    if actor.is_operator and not actor.is_signed_in:
        return rows
    ids = actor.organisation_ids(kinds, roles)
    return rows.where(cast(Any, model).organisation_id.in_(ids)) if ids else rows.where(false())


def get_owned(model: type[T], public_id: str, actor: Actor, *, roles: tuple[str, ...] = ()) -> T:
    """Answer one owned row by its public id. Raises `NotFound` when it is absent or somebody else's."""
    row = db.session.scalars(
        owned(model, actor, roles=roles).where(cast(Any, model).public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
