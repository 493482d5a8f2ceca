"""The issuance log in the database: facts that wait for their place, entries, tiles and the signed head."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime


class LogKind(StrEnum):
    """What an entry of the log tells."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"
    KEY = "key"


class LogIntent(Base):
    """A fact that is stored with its cause and waits for its place in the log. Deleted when it has one."""

    __tablename__ = "log_intents"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(Text)


class LogEntry(Base):
    """One leaf. `entry` is what is hashed and served; `subject` leads back to the certificate and stays inside."""

    __tablename__ = "log_entries"
    __table_args__ = (Index("ix_log_entries_digest", "digest"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    entry: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogTile(Base):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles)."""

    __tablename__ = "log_tiles"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LogHead(Base):
    """Size, root and signed checkpoint of the one log. `origin` stays when the service moves to another address."""

    __tablename__ = "log_heads"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    checkpoint: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
