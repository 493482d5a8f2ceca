"""What becomes of each table about applications when an application's papers are destroyed.

Every table that leads to `applications` by foreign key stands in exactly one of these lists: a test asks for it. One
that stands in none is deleted from, so that a forgotten line here never keeps what was to go.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData, Table

from app.core.db import Base

# Rows that are deleted.
FORGOTTEN = (
    "application_files",
    "application_items",
    "application_messages",
    "application_scores",
    "interview_choices",
    "review_comments",
)
# Rows that stay as a trace without words: these columns are emptied.
EMPTIED: dict[str, dict[str, Any]] = {
    "application_consents": {"items": []},
    "application_events": {"actor_label": "", "why": ""},
    "application_recusals": {"why": ""},
    "stage_moves": {"why": "", "mail_id": ""},
}
# Rows that a receiver of `application-destroyed` looks after.
BY_SIGNAL = {"employments": "the employment stays, its link to the application is cut"}
# Rows that stay as they are, and why.
KEPT = {
    "destructions": "what says that, when and how it was destroyed; it names nobody",
    "return_requests": "days on which a return was asked for and made; it names nobody of the applicants",
    "reveals": "who of the employer opened an identity, and when: the proof that blind hiring was kept",
}


def tables_about_applications(metadata: MetaData = Base.metadata) -> list[tuple[Table, Column[Any]]]:
    """Answer every table with a foreign key to applications, with that column, in the order of their names."""
    found = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        for key in table.foreign_keys:
            if key.column.table.name == "applications":
                found.append((table, key.parent))
    return found
