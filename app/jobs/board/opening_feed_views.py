"""Openings for programs that everybody may run: `/openings.atom`, `/sitemap.xml`, `/robots.txt`."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.tokens import absolute_url
from app.core import clock
from app.core.access import public, requires
from app.core.caching import kept_for
from app.core.errors import NotFound
from app.core.i18n import _
from app.core.security import limited
from app.jobs.blueprints import opening_feeds
from app.jobs.board import opening_feed, search_queries
from app.jobs.board.search_question import NEWEST, Question
from app.jobs.board.search_words import summary

IN_A_FEED = 50
MINUTES = 60


@opening_feeds.get("/openings.atom")
@requires(public())
@limited("120 per minute")
def atom() -> ResponseReturnValue:
    at, question = clock.now(), Question.read(request.args).in_order(NEWEST)
    openings = search_queries.search(question, 1, at, IN_A_FEED).page.items
    arguments = question.arguments()
    feed = opening_feed.atom(
        str(_("채용공고: %(summary)s", summary=summary(question))),
        absolute_url("opening_feeds.atom", **arguments),
        absolute_url("openings.index", **arguments),
        openings,
        lambda opening: absolute_url("openings.show", opening_id=opening.public_id),
        at,
    )
    response = kept_for(Response(feed, mimetype="application/atom+xml"), 5 * MINUTES)
    response.vary.update(("Cookie", "Accept-Language"))
    return response


@opening_feeds.get("/sitemap.xml")
@requires(public())
@limited("60 per minute")
def sitemap() -> ResponseReturnValue:
    parts = search_queries.sitemap_parts()
    if len(parts) > 1:
        return _xml(
            opening_feed.sitemap_index(absolute_url("opening_feeds.sitemap_part", part=str(n)) for n in parts)
        )
    return _sitemap(parts[0] if parts else 0)


@opening_feeds.get("/sitemaps/<int:part>.xml")
@requires(public())
@limited("60 per minute")
def sitemap_part(part: int) -> ResponseReturnValue:
    # The first has the list itself, even when it is empty.
    if part and part not in search_queries.sitemap_parts():
        raise NotFound
    return _sitemap(part)


@opening_feeds.get("/robots.txt")
@requires(public())
def robots() -> ResponseReturnValue:
    # A search has endless addresses; the sitemap has every opening once.
    lines = ("User-agent: *", "Disallow: /openings?", "Disallow: /saved-searches", "")
    text = "\n".join((*lines, f"Sitemap: {absolute_url('opening_feeds.sitemap')}", ""))
    return kept_for(Response(text, mimetype="text/plain"), 60 * MINUTES)


def _sitemap(part: int) -> ResponseReturnValue:
    pages = search_queries.sitemap_pages(part)
    start = [(absolute_url("openings.index"), None)] if part == 0 else []
    listed = ((absolute_url("openings.show", opening_id=page.public_id), page.changed_at) for page in pages)
    return _xml(opening_feed.sitemap([*start, *listed]))


def _xml(content: bytes) -> ResponseReturnValue:
    return kept_for(Response(content, mimetype="application/xml"), 60 * MINUTES)
