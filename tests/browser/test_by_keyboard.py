"""Everything can be reached and done with the keyboard, and one always sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.running import Visit

pytestmark = pytest.mark.browser

# How the focused element looks, and how it looks without the focus.
SIGNS = """() => {
    const sign = (e) => ["outlineStyle", "outlineWidth", "boxShadow"].map((key) => getComputedStyle(e)[key]).join();
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const seen = sign(focused);
    focused.blur();
    const unseen = sign(focused);
    focused.focus();
    const box = focused.getBoundingClientRect();
    return { what: focused.outerHTML, shows: seen !== unseen, visible: box.width > 0 && box.height > 0 };
}"""


def steps(visit: Visit) -> list[str]:
    """Press Tab until the page is over; fail where the focus cannot be seen."""
    seen: list[str] = []
    for _step in range(80):
        visit.page.keyboard.press("Tab")
        focus = visit.page.evaluate(SIGNS)
        if focus is None or focus["what"] in seen[:1]:
            return seen
        assert focus["visible"], focus
        assert focus["shows"], focus
        seen.append(focus["what"])
    raise AssertionError("the focus never leaves the page")


@pytest.mark.parametrize(
    ("window", "path"), [("phone", "/"), ("phone", "/sign-up"), ("phone", "/verify"), ("desk", "/")]
)
def test_the_focus_is_seen_at_every_step(request: pytest.FixtureRequest, window: str, path: str) -> None:
    visit: Visit = request.getfixturevalue(window)
    visit.page.goto(path)
    assert len(steps(visit)) >= visit.page.locator("main :is(input, button, a)").count()


@pytest.mark.parametrize("path", ["/", "/verify"])
def test_the_first_step_goes_past_the_header(phone: Visit, path: str) -> None:
    phone.page.goto(path)
    phone.page.keyboard.press("Tab")
    link = phone.page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("main")).to_be_focused()
    phone.page.keyboard.press("Tab")
    assert phone.page.evaluate("document.activeElement.closest('main') !== null")


def test_a_clerk_signs_in_and_opens_a_cohort_with_the_keyboard_only(desk: Visit) -> None:
    desk.page.goto("/sign-in")
    keyboard = desk.page.keyboard
    desk.page.locator("input[name=email]").focus()
    keyboard.type("centre@example.org")
    keyboard.press("Tab")
    keyboard.type("ieum-demo-2026")
    keyboard.press("Enter")
    desk.page.wait_for_url("**/centre")
    assert len(steps(desk)) > 10
    desk.page.locator(".header__bar a[href='/cohorts']").focus()
    keyboard.press("Enter")
    desk.page.wait_for_url("**/cohorts")


def test_a_wide_register_can_be_scrolled_by_keyboard(phone: Visit) -> None:
    phone.sign_in("centre@example.org")
    phone.page.goto("/cohorts")
    phone.page.get_by_role("table").get_by_role("link", name="2026년 1회").click()
    register = phone.page.locator(".register")
    register.focus()
    for _press in range(5):
        phone.page.keyboard.press("ArrowRight")
    phone.page.wait_for_function("document.querySelector('.register').scrollLeft > 0")
    # The names stand still while the sessions go by.
    name = phone.page.locator(".register__person a").first.bounding_box()
    assert name is not None
    assert name["x"] >= 0
