"""`flask jobs …`: lists of openings from elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core import clock
from app.core.access import Actor
from app.core.commands import explains_errors, fail
from app.core.db import db, unit_of_work
from app.core.i18n import _
from app.jobs.listings import import_service, pull_service, source_queries, source_service
from app.jobs.listings.import_models import ImportRun
from app.jobs.listings.import_words import RunState
from app.jobs.listings.list_reader import read_list, recognise, source_name
from app.jobs.listings.listing import Note, Reading
from app.jobs.listings.listing_messages import explain
from app.jobs.listings.sheet_columns import columns_of
from app.jobs.listings.sheet_list_reader import open_sheet_list, read_sheet_list
from app.jobs.opening_words import OpeningSource

jobs = AppGroup("jobs", help="Openings from elsewhere.")
ACTOR = Actor.command("command: jobs")
KINDS = tuple(kind.value for kind in OpeningSource if kind is not OpeningSource.OWN)


@jobs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "kind", type=click.Choice(KINDS), help="What the file is; found out when not given.")
@click.option("--name", default="", help="The list's name; files of one name are one list. Default: the file's.")
@click.option("--part", is_flag=True, help="Only a part of the list: openings that it lacks stay open.")
@explains_errors
def import_file(file: Path, kind: str | None, name: str, part: bool) -> None:
    """Take a list of openings in: 고용24 XML, public institutions' JSON, or a centre's table."""
    data = file.read_bytes()
    chosen = OpeningSource(kind) if kind else recognise(data)
    at = clock.now()
    title = name.strip() or source_name(chosen, file.name)
    reading = _read(data, file.name, chosen, title, clock.seoul_date(at))
    show_notes((*reading.refused, *reading.remarks))
    if reading.refused and not reading.listings:
        fail(_("가져올 수 있는 공고가 없어요."))
    with unit_of_work():
        source = source_service.source_for_files(chosen, title, ACTOR, at)
        run = import_service.begin_run(source, ACTOR, at, file.name)
        source_id, run_id = source.id, run.id
    taken, review = reading.partly() if part else reading, bool(current_app.config["IEUM_OPENING_REVIEW"])
    import_service.take_in_turns(source_id, run_id, taken, ACTOR, at, needs_review=review)
    click.echo(describe(db.session.get_one(ImportRun, run_id)))


def _read(data: bytes, filename: str, kind: OpeningSource, name: str, today: date) -> Reading:
    """Read a list; a table's columns mean what somebody has said on the page of such a table, if anybody has."""
    if kind is not OpeningSource.SHEET:
        return read_list(data, filename, kind, today)
    table = open_sheet_list(data, filename)
    said = source_service.remembered_columns(kind, name, None, table.head.signature)
    db.session.rollback()
    return read_sheet_list(table, today, columns_of(said, table.head.titles) if said else None)


@jobs.command("pull")
@click.argument("name", metavar="[SOURCE]", default="")
@explains_errors
def pull(name: str) -> None:
    """Ask the portals for their lists now: the source with this name or number, or all that are enabled."""
    sources = source_queries.sources_to_pull(name)
    if not sources:
        fail(_("가져올 출처가 없어요. 출처의 주소를 먼저 등록해 주세요."))
    failed = False
    for source_id, title in sources:
        run = pull_service.pull(source_id, pull_service.portal_fetcher(), ACTOR)
        if run.error_code:
            click.echo(f"{title}: {explain(run.error_code, run.error_found)}", err=True)
        if run.state == RunState.FAILED:
            failed = True
        else:
            click.echo(f"{title}: {describe(run)}")
    if failed:
        raise SystemExit(1)


def show_notes(notes: tuple[Note, ...]) -> None:
    """Print what is to be said of rows one a line on stderr: PLACE TITLE: message."""
    for note in notes:
        click.echo(str(note), err=True)


def describe(run: ImportRun) -> str:
    """Answer in one line what an import did."""
    return str(
        _(
            "새 공고 %(new)s건, 바뀐 공고 %(changed)s건, 그대로 %(same)s건, 받지 않음 %(refused)s건, "
            "마감 %(closed)s건, 다시 엶 %(reopened)s건, 같은 공고로 묶음 %(joined)s건",
            new=run.new,
            changed=run.changed,
            same=run.same,
            refused=run.refused,
            closed=run.closed,
            reopened=run.reopened,
            joined=run.joined,
        )
    )
