"""Comparing the issuer's keys with what the issuance log tells of them.

A key slipped in, or a revocation undone, would make forged certificates valid; so each finding says what it touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.certificates import keys
from app.certificates.key_token import is_reference
from app.certificates.log_intents import CREATED, RETIRED, REVOKED
from app.certificates.models import Certificate, IssuerKey, KeyPurpose
from app.core.clock import iso_utc
from app.core.db import db
from credentials import PublicKey

_EVENTS = {CREATED, RETIRED, REVOKED}


@dataclass
class KeyStory:
    """What the log tells of one key: its public half, what it is for, and since when it is what."""

    public_key: str
    purpose: str
    starts: str | None = None
    created_entry_at: datetime | None = None
    since: dict[str, str] = field(default_factory=dict)


def tell_key(told: Mapping[str, str], position: int, at: datetime, stories: dict[str, KeyStory]) -> Iterator[str]:
    """Take an entry about a key into the stories; yield what contradicts the entries before it.

    Raises KeyError when the entry lacks a term.
    """
    event, since = told["event"], told["since"]
    story = stories.setdefault(told["key"], KeyStory(told["publicKeyMultibase"], told["purpose"]))
    if (story.public_key, story.purpose) != (told["publicKeyMultibase"], told["purpose"]):
        yield f"entry {position} tells of another key under this id"
    if event not in _EVENTS:
        yield f"entry {position} tells of the unknown event {event!r}"
    if event in story.since:
        yield f"{event} twice: again in entry {position}"
        return
    if event == CREATED:
        story.starts, story.created_entry_at = told["starts"], at
    story.since[event] = since


def compare_keys(stories: Mapping[str, KeyStory], waiting: set[str], latest: timedelta) -> Iterator[tuple[str, str]]:
    """Compare every key with its story; yield key id and message. `latest` is how late an entry may be."""
    rows = keys.every_key()
    for row in rows:
        story = stories.get(row.key_id)
        if story is None or CREATED not in story.since:
            if row.key_id not in waiting:
                message = "inserted: the log does not tell of its creation"
                yield row.key_id, f"{message} ({_touched(row.key_id, row.purpose)})"
            continue
        messages = list(_compare(row, story)) if row.key_id not in waiting else []
        messages += _back_dated(row, story, latest)
        if messages:
            yield row.key_id, f"{'; '.join(messages)} ({_touched(row.key_id, row.purpose)})"
    for key_id in stories.keys() - {row.key_id for row in rows}:
        message = "deleted: the log tells of this key, and it is not there"
        yield key_id, f"{message} ({_touched(key_id, stories[key_id].purpose)})"


def _compare(row: IssuerKey, story: KeyStory) -> Iterator[str]:
    controller = row.key_id.partition("#")[0]
    if row.controller != controller:
        yield f"changed: its row says that it is a key of {row.controller}"
    public = PublicKey(row.key_id, controller, row.public_key).multibase
    if (public, row.purpose) != (story.public_key, story.purpose):
        yield "changed: the log tells of another public key or purpose"
    for what, found, told in (
        (CREATED, row.created_at, story.since.get(CREATED)),
        (REVOKED, row.revoked_at, story.since.get(REVOKED)),
        ("starting", row.starts_at, story.starts),
    ):
        if _written(found) != told:
            yield f"changed: its row says {what} {_written(found) or 'never'}, the log {told or 'never'}"
    yield from _compare_end(row, story)


def _compare_end(row: IssuerKey, story: KeyStory) -> Iterator[str]:
    # A revocation retires as well, at its own moment, and is told by one entry.
    is_over = RETIRED in story.since or REVOKED in story.since
    if is_over != (row.retired_at is not None) or story.since.get(RETIRED, _written(row.retired_at)) != _written(
        row.retired_at
    ):
        told = story.since.get(RETIRED) or ("with its revocation" if is_over else "never")
        yield f"changed: its row says retired {_written(row.retired_at) or 'never'}, the log {told}"
    # What a token holds is destroyed after that is stored; until then the row says where it is.
    if is_over and row.sealed_private_key is not None and not is_reference(row.sealed_private_key):
        yield "changed: its private half was destroyed and is there again"


def _back_dated(row: IssuerKey, story: KeyStory, latest: timedelta) -> list[str]:
    logged = story.created_entry_at
    # What is written in whole seconds may seem a second early.
    if logged is None or timedelta(seconds=-1) <= logged - row.created_at <= latest:
        return []
    return [f"back-dated: created at {iso_utc(row.created_at)}, logged at {iso_utc(logged)}"]


def _touched(key_id: str, purpose: str) -> str:
    if purpose == KeyPurpose.STATUS:
        return "it signs status lists"
    if purpose == KeyPurpose.LOG:
        return "it signs the log's checkpoints"
    if purpose == KeyPurpose.RECEIPTS:
        return "it signs receipts of verification"
    signed = select(func.count()).select_from(Certificate).where(Certificate.key_id == key_id)
    return f"certificates signed with it: {db.session.scalar(signed)}"


def _written(moment: datetime | None) -> str | None:
    return iso_utc(moment) if moment is not None else None
