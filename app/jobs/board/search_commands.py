"""`flask jobs reindex`: the search index of openings made anew."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from app.core import clock
from app.core.commands import explains_errors
from app.core.db import db, unit_of_work
from app.core.i18n import ngettext
from app.jobs.board import search_index
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState

A_TRANSACTION = 5_000


@click.command("reindex")
@explains_errors
def reindex() -> None:
    """Make the search index of openings anew; searches find less until it ends."""
    with unit_of_work():
        search_index.clear(db.session())
    count = after = 0
    published = select(Opening.id).where(Opening.state == OpeningState.PUBLISHED.value)
    while True:
        with unit_of_work():
            rows = published.where(Opening.id > after).order_by(Opening.id).limit(A_TRANSACTION)
            ids = list(db.session.scalars(rows))
            count += search_index.write(db.session(), ids, clock.now())
        db.session.remove()
        if not ids:
            break
        after = ids[-1]
    click.echo(ngettext("공고 %(num)s건을 검색에 넣었어요.", "공고 %(num)s건을 검색에 넣었어요.", count))


def add_to(app: Flask) -> None:
    """Add the command to the group `jobs`, whoever makes it."""
    group = cast(AppGroup, app.cli.commands.setdefault("jobs", AppGroup("jobs", help="The job board.")))
    group.add_command(reindex)
