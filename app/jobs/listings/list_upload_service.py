"""A list that somebody uploads: previewed with what its columns mean, compared with what is there, confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Organisation
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import Text, _, _l
from app.core.sheet_problems import column_letter
from app.jobs.listings import import_service, source_service
from app.jobs.listings.import_models import ImportRun, ListSource, OpeningOrigin
from app.jobs.listings.import_taking import BATCH
from app.jobs.listings.list_reader import read_list, recognise, source_name
from app.jobs.listings.listing import Listing, Reading, UnreadableList
from app.jobs.listings.listing_packing import pack, unpack
from app.jobs.listings.sheet_columns import FIELDS, columns_of, find_head, guess_columns, mapping_by_title
from app.jobs.listings.sheet_list_reader import SheetList, open_sheet_list, read_sheet_list
from app.jobs.opening_words import OpeningSource

# What may be confirmed on a page: taking it in holds the write lock, for which others wait 15 seconds. Measured on
# two cores: 5,000 rows take 4 to 7 seconds, 20,000 take 29. Longer lists are for the command, or for several files.
MAX_ROWS = 5_000


@dataclass(frozen=True)
class Upload:
    """Whose list it is, what it is called, and what kind it is of. No employer: the offices' common list."""

    name: str
    filename: str
    kind: OpeningSource
    organisation_id: int | None = None
    employer: str = ""


@dataclass(frozen=True)
class Column:
    """One column on the preview: its letter and title, what stands in it first, what it means (empty: nothing)."""

    index: int
    letter: str
    title: str
    sample: str
    field: str


@dataclass(frozen=True)
class Preview:
    """What an upload would do. `error` says why nothing can be taken; a table's columns can then be told."""

    upload: Upload
    reading: Reading = field(default_factory=Reading)
    error: Text = ""
    table: SheetList | None = None
    columns: tuple[Column, ...] = ()
    new: int = 0
    changed: int = 0
    same: int = 0
    missing: int = 0

    @property
    def can_be_confirmed(self) -> bool:
        return not self.error and bool(self.reading.listings)


def preview_file(data: bytes, filename: str, name: str, employer: Organisation | None, at: datetime) -> Preview:
    """Read an uploaded list and say what it would do. Raises `UnreadableList` for what is no list at all.

    Reading may take seconds: what the request has looked up so far is let go first; it has changed nothing.
    """
    kind = recognise(data)
    if employer is not None and kind is not OpeningSource.SHEET:
        raise UnreadableList("no_table")
    upload = Upload(name or source_name(kind, filename), filename, kind)
    if employer is not None:
        upload = replace(upload, organisation_id=employer.id, employer=employer.name)
    db.session.rollback()
    if kind is OpeningSource.SHEET:
        return preview_table(upload, open_sheet_list(data, filename), None, at)
    return _compared(Preview(upload, read_list(data, filename, kind, clock.seoul_date(at))))


def preview_table(upload: Upload, table: SheetList, mapping: Mapping[str, str] | None, at: datetime) -> Preview:
    """Say what a table would do when its columns mean this; None: what they meant last time, or by their titles."""
    titles = table.head.titles
    if mapping is None:
        whose, signature = upload.organisation_id, table.head.signature
        mapping = source_service.remembered_columns(upload.kind, upload.name, whose, signature)
    columns = guess_columns(titles) if mapping is None else columns_of(mapping, titles)
    if upload.organisation_id is not None:
        columns.pop("employer", None)  # An employer posts for itself alone.
    preview = Preview(upload, table=table, columns=_described(table, columns))
    try:
        reading = read_sheet_list(table, clock.seoul_date(at), columns, upload.employer)
    except UnreadableList as error:
        return replace(preview, error=error.message)
    return _compared(replace(preview, reading=reading))


def chosen_mapping(chosen: Mapping[str, str]) -> dict[str, str]:
    """Answer what somebody chose, column by column, without what no column can mean. Raises `Invalid` when two
    columns are said to mean the same."""
    mapping = {index: meaning for index, meaning in chosen.items() if index.isdecimal() and meaning in FIELDS}
    if len(set(mapping.values())) < len(mapping):
        raise Invalid(_("두 열에 같은 뜻을 골랐어요. 하나씩만 골라 주세요."))
    return mapping


def pack_table(preview: Preview) -> dict[str, Any]:
    """Answer the table for the page to carry, so that its columns can be told anew; resident numbers are masked."""
    table = preview.table
    if table is None:
        raise ValueError("a portal's list has no table")
    grid = [list(row) for row in table.grid]
    return {"upload": _packed(preview.upload), "name": table.name, "grid": grid, "rows": sorted(table.resident_rows)}


def unpack_table(packed: dict[str, Any]) -> tuple[Upload, SheetList]:
    """Answer what `pack_table` was given."""
    grid = tuple(tuple(row) for row in packed["grid"])
    table = SheetList(packed["name"], grid, find_head(grid), frozenset(packed["rows"]))
    return _unpacked(packed["upload"]), table


def pack_preview(preview: Preview) -> dict[str, Any]:
    """Answer what confirmation needs: exactly what was shown."""
    mapping: dict[str, str] = {}
    signature = ""
    if preview.table is not None:
        signature = preview.table.head.signature
        columns = {column.field: column.index for column in preview.columns if column.field}
        mapping = mapping_by_title(preview.table.head.titles, columns)
    content = {"upload": _packed(preview.upload), "reading": pack(preview.reading)}
    return content | {"signature": signature, "mapping": mapping}


def preview_again(content: dict[str, Any], packed_table: dict[str, Any] | None) -> Preview:
    """Answer the preview that confirmation and table were packed of, compared with what is there now."""
    preview = Preview(_unpacked(content["upload"]), unpack(content["reading"]))
    if packed_table is not None:
        _upload, table = unpack_table(packed_table)
        columns = columns_of(content["mapping"], table.head.titles)
        preview = replace(preview, table=table, columns=_described(table, columns))
    return _compared(preview)


def employer_of(content: dict[str, Any]) -> int | None:
    """Answer whose list a preview was of; None for the offices' common one."""
    return _unpacked(content["upload"]).organisation_id


def confirm(content: dict[str, Any], whole: bool, actor: Actor, at: datetime, *, needs_review: bool) -> ImportRun:
    """Take in what a preview has shown, and remember what its columns mean."""
    upload = _unpacked(content["upload"])
    source = source_service.source_for_files(upload.kind, upload.name, actor, at, upload.organisation_id)
    if content["signature"]:
        source_service.remember_mapping(source, content["signature"], content["mapping"])
    run = import_service.begin_run(source, actor, at, upload.filename)
    reading = unpack(content["reading"])
    reading = reading if whole else reading.partly()
    return import_service.take_reading(source, run, reading, actor, at, needs_review=needs_review)


def _packed(upload: Upload) -> list[Any]:
    return [upload.name, upload.filename, upload.kind.value, upload.organisation_id, upload.employer]


def _unpacked(values: list[Any]) -> Upload:
    name, filename, kind, organisation_id, employer = values
    return Upload(name, filename, OpeningSource(kind), organisation_id, employer)


def _source(upload: Upload) -> ListSource | None:
    return source_service.find_source_for_files(upload.kind, upload.name, upload.organisation_id)


def _described(table: SheetList, columns: Mapping[str, int]) -> tuple[Column, ...]:
    meanings = {index: meaning for meaning, index in columns.items()}
    rows = table.grid[table.head.row + 1 :]
    found = []
    for index, title in enumerate(table.head.titles):
        cells = (row[index] for row in rows[:50] if index < len(row) and row[index].strip())
        sample = next(cells, "")
        if title or sample:
            found.append(Column(index, column_letter(index), title, sample[:80], meanings.get(index, "")))
    return tuple(found)


def _compared(preview: Preview) -> Preview:
    """Count what the list would add, change and close."""
    reading = preview.reading
    if reading.rows > MAX_ROWS:
        message = _l(
            "이 파일은 %(found)s건이에요. 화면에서는 한 번에 %(most)s건까지 가져올 수 있어요. "
            "파일을 나누어 올려 주세요. 나눈 파일마다 목록 이름을 다르게 적어야 앞서 올린 공고가 마감되지 않아요.",
            found=f"{reading.rows:,}",
            most=f"{MAX_ROWS:,}",
        )
        return replace(preview, error=message)
    source = _source(preview.upload)
    if source is None:
        return replace(preview, new=len(reading.listings))
    new = changed = same = 0
    left = iter(reading.listings)
    while batch := list(islice(left, BATCH)):
        digests = _digests(source, batch)
        for listing in batch:
            before = digests.get(listing.external_id)
            new += before is None
            same += before == listing.digest
            changed += before not in (None, listing.digest)
    had = select(func.count(OpeningOrigin.id)).where(
        OpeningOrigin.source_id == source.id, OpeningOrigin.vanished_at.is_(None)
    )
    missing = max(0, (db.session.scalar(had) or 0) - _still_there(source, reading))
    return replace(preview, new=new, changed=changed, same=same, missing=missing)


def _digests(source: ListSource, listings: list[Listing]) -> dict[str, str]:
    rows = select(OpeningOrigin.external_id, OpeningOrigin.digest).where(
        OpeningOrigin.source_id == source.id,
        OpeningOrigin.external_id.in_([listing.external_id for listing in listings]),
    )
    return {row.external_id: row.digest for row in db.session.execute(rows)}


def _still_there(source: ListSource, reading: Reading) -> int:
    names = [listing.external_id for listing in reading.listings]
    names += [note.external_id for note in reading.refused if note.external_id]
    left, found = iter(dict.fromkeys(names)), 0
    while batch := list(islice(left, BATCH)):
        rows = select(func.count(OpeningOrigin.id)).where(
            OpeningOrigin.source_id == source.id,
            OpeningOrigin.external_id.in_(batch),
            OpeningOrigin.vanished_at.is_(None),
        )
        found += db.session.scalar(rows) or 0
    return found
