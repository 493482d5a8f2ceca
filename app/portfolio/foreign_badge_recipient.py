"""Whether the recipient whom a badge names is the person who shows it: by mail address or by name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from app.accounts.normal import normal_email, normal_name

_MAIL = {"emailAddress", "email"}
_NAME = {"name", "ext:fullName"}


def is_same_person(recipients: Iterable[Mapping[str, Any]], *, email: str, name: str) -> bool:
    """Tell whether one of the recipients is this confirmed address or, where a badge has names alone, this name.

    A hash is compared as the standard makes it: SHA-256 over the address and the salt (Open Badges 3.0,
    IdentityObject). Nothing else can be told: a name may be that of somebody else, so an address decides if there
    is one.
    """
    named = list(recipients)
    mails = [r for r in named if r.get("kind") in _MAIL]
    if mails:
        return bool(email) and any(_fits(r, normal_email(email), normal_email) for r in mails)
    return any(_fits(r, normal_name(name), normal_name) for r in named if r.get("kind") in _NAME)


def _fits(recipient: Mapping[str, Any], own: str, normal: Any) -> bool:
    stated = str(recipient.get("identity", ""))
    if recipient.get("hashed"):
        digest = hashlib.sha256((own + str(recipient.get("salt", ""))).encode()).hexdigest()
        return hmac.compare_digest(stated.removeprefix("sha256$").lower().encode(), digest.encode())
    return bool(own) and normal(stated) == own


def shown(recipient: Mapping[str, Any]) -> str:
    """Answer a recipient as text, nothing when it is only a hash."""
    return "" if recipient.get("hashed") else str(recipient.get("identity", ""))
