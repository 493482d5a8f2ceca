"""Every page, for everyone who may see it, on a phone and on a desk: whole, quiet and accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.checks import AXE, complaints_about
from tests.browser.pages import ACCOUNTS, PAGES, places
from tests.browser.running import DESK, PHONE, Service, Visit, open_window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ids(service: Service) -> dict[str, str]:
    return places(service)


@pytest.fixture(scope="module")
def window_of(chromium: Browser, service: Service) -> Iterator[Callable[[str], Visit]]:
    """Answer somebody's window, signed in once for all pages."""
    opened: dict[str, Visit] = {}

    def window(who: str) -> Visit:
        if who not in opened:
            opened[who] = open_window(chromium, service, PHONE)
            opened[who].context.add_init_script(AXE)
            if who in ACCOUNTS:
                opened[who].sign_in(ACCOUNTS[who])
        return opened[who]

    yield window
    for visit in opened.values():
        visit.context.close()


@pytest.mark.parametrize(("who", "page"), [(who, page) for who, pages in PAGES.items() for page in pages])
def test_it_holds_on_a_phone_and_on_a_desk(
    window_of: Callable[[str], Visit], ids: dict[str, str], who: str, page: str
) -> None:
    visit = window_of(who)
    visit.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    visit.page.goto(page.format(**ids))
    on_a_phone = complaints_about(visit)
    visit.page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    assert {"phone": on_a_phone, "desk": complaints_about(visit)} == {"phone": [], "desk": []}
