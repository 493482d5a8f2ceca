"""Reads all pages of a portal's list, or nothing: one page that fails makes the list none.

The portal's address is asked with its own paging parameters and key; whatever it answers has the key blotted out
before anything is read of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from app.core.foreign_fetch import Fetch, FetchError
from app.jobs.listings.list_reader import read_list
from app.jobs.listings.listing import Reading, UnreadableList
from app.jobs.opening_words import OpeningSource

PER_PAGE, MAX_PAGES = 100, 200
BLOT = b"***"


@dataclass(frozen=True)
class Portal:
    """How a portal is asked: the names of its parameters, and what it is always told."""

    key: str
    page: str
    size: str
    always: tuple[tuple[str, str], ...]


PORTALS = {
    OpeningSource.WORK24: Portal("authKey", "startPage", "display", (("callTp", "L"), ("returnType", "XML"))),
    OpeningSource.ALIO: Portal("serviceKey", "pageNo", "numOfRows", (("resultType", "json"),)),
}


def pull_list(
    kind: OpeningSource, url: str, key: str, fetch: Fetch, today: date, may_go_on: Callable[[], bool]
) -> Reading:
    """Read the whole list of a portal. Raises `UnreadableList`; `may_go_on` says whether there is time for more.

    A list that shifts between its pages, or does not say how long it is, is answered as a part.
    """
    reading = _page(kind, url, key, 1, fetch, today)
    for page in range(2, MAX_PAGES + 1):
        if reading.total is None or reading.rows >= reading.total:
            break
        if not may_go_on():
            raise UnreadableList("slow")
        more = _page(kind, url, key, page, fetch, today)
        if more.page != page or not more.rows:
            break
        reading = reading.and_then(more)
    return reading if _has_all(reading) else reading.partly()


def address(kind: OpeningSource, url: str, key: str, page: int) -> str:
    """Answer the address of one page: what the source's own address says stays, but for key and paging."""
    portal, parts = PORTALS[kind], urlsplit(url)
    # Portals hand keys out written for an address; written so twice they would be another key.
    ours = [(portal.key, unquote(key))] if key else []
    ours += [(portal.page, str(page)), (portal.size, str(PER_PAGE))]
    said = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in dict(ours)]
    said += [pair for pair in portal.always if pair[0] not in dict(said)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*said, *ours]), ""))


def names_a_key(kind: OpeningSource, url: str) -> bool:
    """Tell whether an address holds a key: it would be shown on pages."""
    names = {portal.key.lower() for portal in PORTALS.values()} | {"apikey", "api_key", "key", "token", "secret"}
    return kind in PORTALS and any(name.lower() in names for name, _value in parse_qsl(urlsplit(url).query))


def _page(kind: OpeningSource, url: str, key: str, page: int, fetch: Fetch, today: date) -> Reading:
    try:
        data = fetch(address(kind, url, key, page))
    except FetchError as error:
        raise UnreadableList(error.code) from None
    for written in {key, unquote(key), urlencode({"": unquote(key)})[1:]} if key else ():
        data = data.replace(written.encode(), BLOT)
    return read_list(data, "", kind, today, page)


def _has_all(reading: Reading) -> bool:
    """A row that has moved to the next page meanwhile comes twice, and another not at all."""
    names = {listing.external_id for listing in reading.listings}
    nameless = [note for note in reading.refused if not note.external_id]
    names |= {note.external_id for note in reading.refused if note.external_id}
    return reading.total is not None and len(names) + len(nameless) >= reading.total
