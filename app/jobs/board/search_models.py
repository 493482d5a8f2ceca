"""What the search knows of openings: a row for each that can be found, and bits for each choice of a filter.

Written by `search_index` alone, with every change of an opening; all of it can be made anew (`flask jobs reindex`).
A third table, `opening_tokens`, is each database's own full-text index and no model.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class OpeningSearch(Base):
    """One published opening as it is filtered, sorted and found.

    `ends_at` is the deadline, `NEVER` without one. `pay_month` and `pay_hour` are won, 0 where no amount is named.
    `hours_asked` is training that is required, in minutes. `title` and `text` are as `search_text` writes them.
    `listed_at` is when the opening came into the index, `changed_at` when anything here last changed.
    """

    __tablename__ = "opening_searches"
    __table_args__ = (
        Index("ix_opening_searches_published_at_opening_id", "published_at", "opening_id"),
        Index("ix_opening_searches_ends_at_opening_id", "ends_at", "opening_id"),
        Index("ix_opening_searches_pay_month_opening_id", "pay_month", "opening_id"),
        Index("ix_opening_searches_changed_at", "changed_at"),
    )

    # No foreign key: an opening that is deleted leaves here by the index, which has bits to clear as well.
    opening_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_filled: Mapped[bool] = mapped_column(Boolean)
    province: Mapped[str] = mapped_column(String(2))
    district: Mapped[str] = mapped_column(String(40))
    work_kind: Mapped[str] = mapped_column(String(20))
    employment_type: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    residents_first: Mapped[bool] = mapped_column(Boolean)
    blind: Mapped[bool] = mapped_column(Boolean)
    pay_month: Mapped[int] = mapped_column(BigInteger)
    pay_hour: Mapped[int] = mapped_column(BigInteger)
    hours_asked: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(LongText)
    text: Mapped[str] = mapped_column(LongText)


class OpeningFacet(Base):
    """Which openings one choice of a filter has: bit n of `bits` (little-endian) is the opening `chunk` × 16,384 + n.

    Counts of choices are counts of bits, exact at any number of openings, for any other filters.
    """

    __tablename__ = "opening_facets"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bits: Mapped[bytes] = mapped_column(LargeBinary)
