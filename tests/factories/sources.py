"""Sources of openings and their imports, made quickly."""

from __future__ import annotations

from app.core import clock
from app.core.db import db
from app.jobs.listings import import_service, source_service
from app.jobs.listings.import_models import ImportRun, ListSource
from app.jobs.listings.import_words import Schedule
from app.jobs.listings.list_reader import read_list, recognise
from app.jobs.listings.source_service import PortalFields
from app.jobs.opening_words import OpeningSource
from tests.factories.foreign_host import HOST
from tests.factories.jobs import COMMAND
from tests.factories.lists import wanted, work24


def make_portal(name: str = "고용24 목록", key: str = "") -> ListSource:
    """Store a portal that is never asked by itself."""
    url = f"https://{HOST}/list"
    fields = PortalFields(OpeningSource.WORK24, name, url, Schedule.NEVER, True, key)
    source = source_service.create_portal(fields, COMMAND, clock.now())
    db.session.commit()
    return source


def make_run(source: ListSource, data: bytes) -> ImportRun:
    """Take a list in as this source's."""
    at = clock.now()
    reading = read_list(data, "", recognise(data), clock.seoul_date(at))
    run = import_service.begin_run(source, COMMAND, at)
    import_service.take_reading(source, run, reading, COMMAND, at, needs_review=False)
    db.session.commit()
    return run


def make_pulled_source() -> tuple[ListSource, ImportRun]:
    """Store a portal with one import: an opening, a refused row, a link that was left out."""
    source = make_portal()
    rows = (wanted(1), wanted(2, closeDt="?"), wanted(3, wantedInfoUrl="javascript:alert(1)"))
    return source, make_run(source, work24(*rows))
