"""Uploading and checking badges from elsewhere, for the tests of the portfolio."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.foreign_fetch import Fetch
from app.portfolio import (
    foreign_badge_check,
    foreign_badge_worker,
)
from app.portfolio.foreign_badge_check import Verdict
from app.portfolio.foreign_badge_documents import CannotCheck, Documents
from app.portfolio.foreign_badge_models import ForeignBadge
from tests.conftest import Visitor
from tests.factories.foreign_badges import (
    DID,
    ForeignIssuer,
)
from tests.factories.foreign_host import ForeignHost

KEY_ISSUER, WEB_ISSUER = ForeignIssuer(), ForeignIssuer(DID)
VALID = ("valid", "")
EMAIL = "hong@example.kr"
BADGE = KEY_ISSUER.as_json()
NEW = "/portfolio/badges/new"


def fetch_of(host: ForeignHost) -> Fetch:
    """Answer the real fetcher, for which this host is the whole world."""
    return host.fetcher(most_bytes=256 * 1024)


def in_this_process(data: bytes, at: datetime, fetch: Fetch) -> Verdict:
    """Check as the limited process does: the same code, ten times as fast."""

    def ask(url: str) -> bytes:
        answer = foreign_badge_check._fetched(fetch, url)
        if "code" in answer:
            raise CannotCheck(answer["code"])
        return base64.b64decode(answer["body"])

    return Verdict(**foreign_badge_worker.check(data, Documents(ask), at))


def judge(data: bytes, host: ForeignHost) -> Verdict:
    """Check a badge now, with this host to ask."""
    return in_this_process(data, datetime.now(UTC), fetch_of(host))


def outcome(verdict: Verdict) -> tuple[str, str]:
    return verdict.state, verdict.reason


def upload(visitor: Visitor, data: bytes, filename: str = "badge.json") -> Any:
    return visitor.post(NEW, data={"file": (io.BytesIO(data), filename)})


def all_badges() -> list[ForeignBadge]:
    db.session.expire_all()
    return list(db.session.scalars(select(ForeignBadge).order_by(ForeignBadge.id)))


def the_badge() -> ForeignBadge:
    (badge,) = all_badges()
    return badge


def nowhere(_url: str) -> bytes:
    """Fetch nothing: nobody should be asked."""
    raise AssertionError("nothing should be fetched")


def hashed(text: str, salt: str) -> str:
    """Answer an identity as Open Badges hashes it."""
    return "sha256$" + hashlib.sha256((text + salt).encode()).hexdigest()
