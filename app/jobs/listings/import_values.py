"""Openings and lines of their history as values that a statement for many rows can write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.core.access import Actor
from app.jobs.opening_models import Opening


def opening_values(opening: Opening) -> dict[str, Any]:
    """Answer a row as values that a statement for many rows can write."""
    return {column.key: getattr(opening, column.key) for column in Opening.__mapper__.column_attrs}


def edit_values(
    opening: Opening, action: str, before: dict[str, Any], after: dict[str, Any], actor: Actor, at: datetime
) -> dict[str, Any]:
    """Answer a line of an opening's history."""
    return {
        "opening_id": opening.id,
        "version": opening.version,
        "at": at,
        "actor_label": actor.label[:120],
        "action": action,
        "before": before,
        "after": after,
        "why": "",
    }
