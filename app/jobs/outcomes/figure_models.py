"""Figures of the job board (통계), counted once a day so that a page reads some dozens of rows and no more."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class JobFigure(Base):
    """The counts of one month (`by` month, `key` 2026-03), province or kind of work over the last twelve months."""

    __tablename__ = "job_figures"

    by: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    openings: Mapped[int] = mapped_column(Integer, default=0)
    applications: Mapped[int] = mapped_column(Integer, default=0)
    offers: Mapped[int] = mapped_column(Integer, default=0)
    matches: Mapped[int] = mapped_column(Integer, default=0)
    hires: Mapped[int] = mapped_column(Integer, default=0)
    median_days: Mapped[int | None] = mapped_column(Integer)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[int] = mapped_column(Integer, default=0)
    counted_on: Mapped[date] = mapped_column(Date)
