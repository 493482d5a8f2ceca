"""Pages of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from app.core.db import db

T = TypeVar("T")
MAX_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1), how many pages and how many items there are in all."""

    items: Sequence[T]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Stretch(Generic[T]):
    """A stretch of a long list that only grows, read from the newest on; `goes_on` says that there are older ones.

    Nothing is counted: counting reads the whole list, and skipping to a page reads everything before it.
    """

    items: Sequence[T]
    goes_on: bool


def stretch(rows: Select[*tuple[Any, ...]], per_page: int = 20) -> Stretch[Any]:
    """Answer the first of an ordered select of one entity; where it begins is for its conditions to say."""
    found = db.session.scalars(rows.limit(per_page + 1)).unique().all()
    return Stretch(found[:per_page], len(found) > per_page)


def page_of(items: Sequence[T], page: int, per_page: int = 20) -> Page[T]:
    """Answer one page of what is in memory already. A page number beyond the end answers the last page."""
    pages = max(1, -(-len(items) // per_page))
    page = min(max(page, 1), pages)
    return Page(items[(page - 1) * per_page : page * per_page], page, pages, len(items))


def paginate(rows: Select[*tuple[Any, ...]], page: int, per_page: int = 20) -> Page[Any]:
    """Answer one page of a select in two queries. A page number beyond the end answers the last page.

    A select of one entity yields its objects, of several yields rows.
    """
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages, MAX_PAGE)
    window = rows.limit(per_page).offset((page - 1) * per_page)
    one_entity = len(rows.column_descriptions) == 1
    items: Sequence[Any] = (
        db.session.scalars(window).unique().all() if one_entity else db.session.execute(window).unique().all()
    )
    return Page(items=items, page=page, pages=pages, total=total)
