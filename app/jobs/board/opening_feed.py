"""Openings for programs: an Atom feed of a search (RFC 4287), sitemaps. Values in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from xml.etree import ElementTree

from app.core.clock import iso_utc
from app.jobs import wording
from app.jobs.opening_models import Opening

ATOM, SITEMAP = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9"
# What XML 1.0 cannot hold, however it is written.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(
    title: str,
    own_url: str,
    page_url: str,
    openings: Sequence[Opening],
    url_of: Callable[[Opening], str],
    at: datetime,
) -> bytes:
    """Write a feed; `own_url` is its name for ever, `page_url` the same search for people."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM})
    _add(feed, "title", title)
    _add(feed, "id", own_url)
    _add(feed, "link", "", rel="self", type="application/atom+xml", href=own_url)
    _add(feed, "link", "", rel="alternate", type="text/html", href=page_url)
    _add(feed, "updated", iso_utc(max((opening.updated_at for opening in openings), default=at)))
    for opening in openings:
        entry, url = ElementTree.SubElement(feed, "entry"), url_of(opening)
        _add(entry, "title", opening.title)
        _add(entry, "id", url)
        _add(entry, "link", "", rel="alternate", type="text/html", href=url)
        _add(entry, "published", iso_utc(opening.published_at or opening.created_at))
        _add(entry, "updated", iso_utc(opening.updated_at))
        _add(ElementTree.SubElement(entry, "author"), "name", opening.employer_name)
        said = (wording.place(opening), wording.pay(opening), wording.deadline(opening))
        _add(entry, "summary", " · ".join(said))
    return _bytes(feed)


def sitemap(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Write the addresses of pages with when they last changed."""
    return _sitemap("urlset", "url", pages)


def sitemap_index(parts: Iterable[str]) -> bytes:
    """Write the addresses of sitemaps: none may hold more than 50,000 pages."""
    return _sitemap("sitemapindex", "sitemap", ((url, None) for url in parts))


def _sitemap(name: str, each: str, pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    root = ElementTree.Element(name, {"xmlns": SITEMAP})
    for url, changed_at in pages:
        page = ElementTree.SubElement(root, each)
        _add(page, "loc", url)
        if changed_at is not None:
            _add(page, "lastmod", iso_utc(changed_at))
    return _bytes(root)


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = _NOT_IN_XML.sub("", text) or None


def _bytes(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
