"""A file as it arrives with a request: read into plain cells while no transaction is open."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from app.core import resident_number
from app.core.db import db
from app.core.sheets import Workbook, read_workbook


@dataclass(frozen=True)
class ReceivedFile:
    """An uploaded table: its name fit to be shown, the digest of its bytes, and its cells."""

    filename: str
    sha256: str
    workbook: Workbook = field(repr=False)


def receive(upload: FileStorage) -> ReceivedFile:
    """Read an uploaded file. Raises `SheetError` when it is no table.

    Reading may take seconds. A POST on SQLite holds the only write lock from its first query on, so what the
    request has looked up so far is let go first; it has changed nothing yet.
    """
    db.session.rollback()
    return from_bytes(upload.read(), upload.filename or "")


def from_bytes(data: bytes, filename: str) -> ReceivedFile:
    """Read a file that is at hand. Raises `SheetError` when it is no table."""
    return ReceivedFile(clean_filename(filename), hashlib.sha256(data).hexdigest(), read_workbook(data, filename))


def clean_filename(name: str) -> str:
    """Answer a file's name as something to show: the last part of a path, NFC, no control characters, no
    resident number."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return resident_number.mask(shown)[:200] or "file"
