"""Every component with the data it may meet, rendered strictly; every class has a style; text has contrast."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from tests.house.faces_app import STATIC, VERDICTS, create_faces_app

ERRORS = (400, 403, 404, 405, 409, 413, 429, 500)
PAGES = (
    "/",
    "/?as=someone&trial=1",
    "/components",
    "/components?as=someone&wrong=1",
    "/form",
    *(f"/verification/{state}?trial=1" for state in VERDICTS),
    *(f"/error/{status}" for status in ERRORS),
)
CLASSES = re.compile(r"\.([a-zA-Z_][\w-]*)")
DEFAULT_LOOKS = {
    "alert--information",
    "badge--neutral",
    "button--medium",
    "card__body",
    "confirm--danger",
    "problems--danger",
    "steps__item--ahead",
    "verdict--not_found",
}
TEXT_ON_SURFACE = [
    ("--grey-90", "--grey-0"),
    ("--grey-70", "--grey-5"),
    ("--grey-60", "--grey-0"),
    ("--grey-60", "--grey-5"),
    ("--grey-60", "--primary-5"),
    ("--grey-50", "--grey-0"),
    ("--grey-80", "--navy-5"),
    ("--grey-80", "--grey-10"),
    ("--primary-60", "--grey-0"),
    ("--primary-60", "--primary-5"),
    ("--grey-0", "--primary-50"),
    ("--grey-0", "--navy-70"),
    ("--grey-0", "--danger-50"),
    ("--grey-0", "--success-50"),
    ("--grey-0", "--warning-50"),
    ("--danger-60", "--danger-5"),
    ("--warning-60", "--warning-5"),
    ("--success-60", "--success-5"),
    ("--information-60", "--information-5"),
]


class Page(HTMLParser):
    """What a test asks about a page: its classes, ids, references to ids and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.classes: set[str] = set()
        self.ids: list[str] = []
        self.referred: set[str] = set()
        self.headings: list[int] = []
        self.attributes: set[str] = set()
        self.sheets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.attributes |= set(given)
        self.classes |= set(given.get("class", "").split())
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.referred |= set(given.get(name, "").split())
        if given.get("href", "").startswith("#"):
            self.referred.add(given["href"][1:])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "link" and given.get("rel") == "stylesheet":
            self.sheets.append(given["href"])


@pytest.fixture(scope="module")
def faces() -> FlaskClient:
    return create_faces_app().test_client()


def page(faces: FlaskClient, address: str) -> Page:
    answer = faces.get(address)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_it_renders_with_every_name_defined_and_every_reference_answered(faces: FlaskClient, address: str) -> None:
    found = page(faces, address)
    assert len(found.ids) == len(set(found.ids)), "an id occurs twice"
    assert found.referred <= set(found.ids), f"nothing has the id {found.referred - set(found.ids)}"
    assert not {name for name in found.attributes if name == "style" or name.startswith("on")}


@pytest.mark.parametrize("address", PAGES)
def test_it_has_one_first_heading_and_skips_no_level(faces: FlaskClient, address: str) -> None:
    headings = page(faces, address).headings
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))


@pytest.mark.parametrize("address", PAGES)
def test_every_class_on_the_page_has_a_style_in_the_sheets_it_loads(faces: FlaskClient, address: str) -> None:
    found = page(faces, address)
    styled: set[str] = set()
    for sheet in found.sheets:
        text = (STATIC / sheet.removeprefix("/static/")).read_text(encoding="utf-8")
        styled |= set(CLASSES.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)))
    # A block may be styled through its parts alone, and a modifier may only name the default look.
    blocks = {name.split("__")[0].split("--")[0] for name in styled}
    assert found.classes - styled - blocks - DEFAULT_LOOKS == set()


def test_the_verification_page_needs_one_sheet_and_no_script_and_sets_no_cookie(faces: FlaskClient) -> None:
    assert "<script" in faces.get("/error/404").text
    own = create_faces_app().test_client().get("/verification/valid?bare=1")
    assert len(Page(own.text).sheets) == 1
    assert "<script" not in own.text
    assert "Set-Cookie" not in own.headers


@pytest.mark.parametrize("state", VERDICTS)
def test_each_verdict_has_its_own_words_sign_and_colour(faces: FlaskClient, state: str) -> None:
    def look(which: str) -> tuple[str, str]:
        text = faces.get(f"/verification/{which}").text
        title = re.search(r'verdict__title" id="verdict-title">([^<]+)<', text)
        sign = re.search(r'verdict__sign"><svg[^>]*>(.*?)</svg>', text, re.DOTALL)
        assert title is not None
        assert sign is not None
        return title[1], sign[1]

    others = [look(other) for other in VERDICTS if other != state]
    title, sign = look(state)
    assert title not in {other[0] for other in others}
    assert sign not in {other[1] for other in others}


def test_a_check_that_could_not_be_made_never_says_valid(faces: FlaskClient) -> None:
    text = faces.get("/verification/unknown").text
    assert "verdict--valid" not in text
    assert "유효한 수료증이에요" not in text


def test_an_error_is_named_in_the_summary_and_at_its_field(faces: FlaskClient) -> None:
    text = faces.get("/components?wrong=1").text
    assert '<a href="#name">성명: 성명을 입력해 주세요.</a>' in text
    field = re.search(r'<input[^>]*id="name"[^>]*>', text)
    assert field is not None
    assert 'aria-describedby="name-hint name-error"' in field[0]
    assert 'aria-invalid="true"' in field[0]


def test_a_meter_says_how_much_is_reached_and_stops_at_all(faces: FlaskClient) -> None:
    text = faces.get("/components").text
    assert 'aria-label="목표의 62퍼센트"' in text
    assert 'aria-label="목표의 100퍼센트"' in text
    assert "106" not in text


def test_paging_keeps_the_query_and_marks_the_present_page(faces: FlaskClient) -> None:
    text = faces.get("/components").text
    assert re.search(r'href="/\?page=4&amp;q=%ED%99%8D"', text)
    assert re.search(r'aria-label="5쪽" aria-current="page"', text)
    assert 'aria-label="2쪽"' not in text


def test_an_error_page_tells_the_services_own_account_when_there_is_one(faces: FlaskClient) -> None:
    usual = faces.get("/error/413").text
    own = faces.get("/error/413?message=1").text
    assert "받을 수 있는 크기를 넘었어요." in usual
    assert "10MB까지 받을 수 있어요." in own
    assert "받을 수 있는 크기를 넘었어요." not in own


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "surface"), TEXT_ON_SURFACE)
def test_text_has_the_contrast_of_wcag_aa(text: str, surface: str) -> None:
    tokens = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6});", (STATIC / "css" / "tokens.css").read_text()))
    dark, light = sorted((_luminance(tokens[text]), _luminance(tokens[surface])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
