"""Links that prove that somebody reads a mailbox: sealed (encrypted and signed), for one purpose, expiring.

They are encrypted because a sign-up link carries a date of birth, and addresses end up in histories and logs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from app.core.errors import Invalid
from app.core.i18n import _l


class LinkExpired(Invalid):
    """The link is too old, was used already, or was changed on its way: a new one has to be asked for."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("링크가 만료되었거나 이미 사용되었어요. 새 링크를 받아 주세요."))


def seal(purpose: str, content: dict[str, str], at: datetime) -> str:
    """Seal `content` into text for an address, dated `at`."""
    token = _box(purpose).encrypt_at_time(json.dumps(content).encode(), int(at.timestamp()))
    return token.decode().rstrip("=")


def unseal(purpose: str, token: str, at: datetime, max_age: timedelta) -> dict[str, str]:
    """Answer what was sealed for this purpose at most `max_age` before `at`. Raises `LinkExpired` otherwise."""
    padded = token + "=" * (-len(token) % 4)
    try:
        # Base64 has several spellings of the same bytes; only the one that we made is taken.
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)).decode() != padded:
            raise LinkExpired
        opened = _box(purpose).decrypt_at_time(padded, int(max_age.total_seconds()), int(at.timestamp()))
    except (InvalidToken, binascii.Error, ValueError):
        raise LinkExpired from None
    content: dict[str, str] = json.loads(opened)
    return content


def absolute_url(endpoint: str, **values: str) -> str:
    """Make the address for a mail. The host is the configured one, never what the request's Host header says:
    otherwise anybody could have a reset link sent that leads to a host of theirs."""
    base = urlsplit(current_app.config["IEUM_BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def _box(purpose: str) -> Fernet:
    key: bytes = current_app.config["SECRET_KEY"]
    return Fernet(base64.urlsafe_b64encode(hmac.new(key, f"link\0{purpose}".encode(), hashlib.sha256).digest()))
