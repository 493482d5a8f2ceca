"""What every page knows: dates and hours in the reader's language, navigation by role, breadcrumbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime as DateTime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask, g, request, url_for

from app.core.access import NOBODY, Actor, current_actor
from app.core.clock import SEOUL
from app.core.i18n import Text, _, _l, current_language, ngettext


def date(value: Date | DateTime | None, language: str | None = None) -> str:
    """Write a day: `2026. 3. 9.` in Korean, `9 Mar 2026` in English; None means the reader's language."""
    if value is None:
        return ""
    day = value.astimezone(SEOUL).date() if isinstance(value, DateTime) else value
    if (language or current_language()) == "en":
        return f"{day.day} {day:%b} {day.year}"
    return f"{day.year}. {day.month}. {day.day}."


def datetime(value: DateTime | None, language: str | None = None) -> str:
    """Write a moment in Korea's time to the minute."""
    return f"{date(value, language)} {value.astimezone(SEOUL):%H:%M}" if value is not None else ""


def hours_number(minutes: int) -> str:
    """Write minutes as hours with one decimal at most and no trailing zero: 750 → `12.5`."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{hours.normalize():f}" if hours else "0"


def hours(minutes: int | None) -> str:
    """Write minutes as hours with the unit: `12.5시간`."""
    number = hours_number(minutes or 0)
    return str(ngettext("%(number)s시간", "%(number)s시간", 1 if number == "1" else 2, number=number))


def actor_name(label: str) -> Text:
    """Name who did something as the record keeps it: a person's name as it is, what nobody did by hand in words."""
    kind, colon, name = label.partition(": ")
    if colon and kind == "command":
        return _("서버 명령(%(name)s)", name=name)
    if colon and kind == "worker":
        return _l("자동 처리")
    return label


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class _Entry:
    label: Text
    endpoint: str
    order: int
    shown_to: Callable[[Actor], bool]
    count: Callable[[Actor], int]


def add_navigation(
    app: Flask,
    label: Text,
    endpoint: str,
    order: int,
    shown_to: Callable[[Actor], bool],
    count: Callable[[Actor], int] = lambda actor: 0,
) -> None:
    """Let a domain add its entry to the main navigation, for those who may go there; `count` tells how many things
    wait for them there."""
    entries: list[_Entry] = app.extensions.setdefault("ieum_navigation", [])
    entries.append(_Entry(label, endpoint, order, shown_to, count))
    entries.sort(key=lambda entry: entry.order)


# Entries from here on are about the account; a visit never begins there.
_ABOUT_THE_ACCOUNT = 85


def first_page(app: Flask, actor: Actor) -> str:
    """Answer where a visit begins: the first entry of this actor's own navigation, else the home page.

    What everybody may open, signed in or not, is nobody's own.
    """
    entries: list[_Entry] = app.extensions.get("ieum_navigation", [])
    own = (e for e in entries if e.shown_to(actor) and not e.shown_to(NOBODY))
    work = (e.endpoint for e in own if e.order < _ABOUT_THE_ACCOUNT)
    return url_for(next(work, "home.index"))


def _navigation(app: Flask) -> list[NavigationItem]:
    actor = current_actor()
    entries: list[_Entry] = app.extensions.get("ieum_navigation", [])
    return [
        NavigationItem(
            label=str(entry.label),
            url=url_for(entry.endpoint),
            current=(request.endpoint or "").split(".")[0] == entry.endpoint.split(".")[0]
            and _same_section(request.endpoint, entry.endpoint, entries),
            # An error page asks nothing of a database that may be what failed.
            count=0 if g.get("answers_error", False) else entry.count(actor),
        )
        for entry in entries
        if entry.shown_to(actor)
    ]


def _same_section(endpoint: str | None, entry: str, entries: Sequence[_Entry]) -> bool:
    # A blueprint with several entries marks the exact one; a blueprint with one marks it on all its pages.
    blueprint = entry.split(".")[0]
    siblings = [e for e in entries if e.endpoint.split(".")[0] == blueprint]
    return len(siblings) == 1 or endpoint == entry


def _can_be_opened_again() -> bool:
    # The page answers a form, and its address can also be opened without sending the form again.
    return request.method == "POST" and request.url_rule is not None and "GET" in (request.url_rule.methods or ())


def init_app(app: Flask) -> None:
    """Give the filters and variables to every template."""
    app.jinja_env.filters.update(
        actor_name=actor_name, date=date, datetime=datetime, hours=hours, hours_number=hours_number
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    def shared() -> dict[str, Any]:
        return {
            "navigation": _navigation(app),
            "issuer_name": app.config["IEUM_ISSUER_NAME"],
            "base_url": app.config["IEUM_BASE_URL"],
            "trial": app.config["IEUM_TRIAL"],
            "language": current_language(),
            "actor": current_actor(),
            "can_be_opened_again": _can_be_opened_again(),
        }

    app.context_processor(shared)
