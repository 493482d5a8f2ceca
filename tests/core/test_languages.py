"""Texts in two languages: Korean without looking into a catalogue, English out of it."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import refresh

from app.core.i18n import LOCALE_COOKIE, gettext, in_language, ngettext

KOREAN = {"Accept-Language": "ko"}
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("headers", "is_korean"),
    [(KOREAN, True), (ENGLISH, False), (ENGLISH | {"Cookie": f"{LOCALE_COOKIE}=ko"}, True)],
)
def test_each_visitor_reads_her_own_language(app: Flask, headers: dict[str, str], is_korean: bool) -> None:
    with app.test_request_context("/", headers=headers):
        refresh()
        assert (gettext("서류합격") == "서류합격") is is_korean


def test_a_language_holds_inside_its_block_only(app: Flask) -> None:
    with app.test_request_context("/", headers=KOREAN):
        with in_language("en"):
            english = gettext("서류합격")
            with in_language("ko"):
                assert gettext("서류합격") == "서류합격"
            assert gettext("서류합격") == english != "서류합격"
        assert gettext("서류합격") == "서류합격"
    with app.app_context():
        assert gettext("서류합격") == "서류합격"
        with in_language("en"):
            assert gettext("서류합격") == english
    assert gettext("서류합격") == "서류합격"


def test_values_take_their_places_and_signs_of_percent_stay(app: Flask) -> None:
    with app.test_request_context("/", headers=KOREAN):
        assert gettext("100% 충족") == "100% 충족"
        assert gettext("%(name)s님, 100%%", name="text") == "text님, 100%"
        assert gettext("%(text)s", text="값") == "값"
        assert render_template_string("{{ _('%(n)s개, 100%%', n='<b>') }}") == "&lt;b&gt;개, 100%"


@pytest.mark.parametrize("headers", [KOREAN, ENGLISH])
def test_numbers_choose_their_form(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context("/", headers=headers):
        assert ngettext("%(num)d thing", "%(num)d things", 1) == "1 thing"
        assert ngettext("%(num)d thing of %(all)d", "%(num)d things of %(all)d", 2, all=3) == "2 things of 3"
        assert render_template_string("{{ ngettext('%(num)s a', '%(num)s as', 2) }}") == "2 as"
