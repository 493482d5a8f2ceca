"""A real Chromium against the real processes: granian and the worker, as `make run` starts them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.certificates.sunset_script import bundle
from tests.browser.running import DESK, PHONE, ROOT, Service, Visit, open_window, running_chromium, running_service
from tests.browser.sunset_kit import SunsetKit, made_kit
from tests.conftest import FOLDER

# What a page says may come late on a machine that does much else; that it comes is what the tests ask.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The service with its demo data, on a port of its own, with its worker: new for each file of tests.

    Files change what they find (a register is applied once), and which files share a process is a matter of chance.

    It lives outside of pytest's temporary folder, which another test run may tidy up while ours still goes on.
    """
    folder = tempfile.TemporaryDirectory(prefix="ieum-browser-", dir=FOLDER, ignore_cleanup_errors=True)
    with folder as instance, running_service(Path(instance)) as service:
        yield service


@pytest.fixture(scope="session")
def kit() -> Iterator[SunsetKit]:
    """A sunset kit and the papers that people hold; the service that made both is gone."""
    place = tempfile.TemporaryDirectory(prefix="ieum-sunset-", dir=FOLDER, ignore_cleanup_errors=True)
    with place as folder:
        yield made_kit(Path(folder))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests: another file may run a Playwright of its own in the same process."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def modules(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A blank page from disk with the modules of a sunset kit in it, each known as `module_` and its name."""
    blank = tmp_path_factory.mktemp("blank") / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    page = chromium.new_page()
    page.goto(blank.as_uri())
    page.add_script_tag(content=bundle(ROOT / "app" / "static" / "js" / "verify", "inputs"))
    yield page
    page.close()


@pytest.fixture
def phone(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, PHONE)
    yield visit
    visit.context.close()


@pytest.fixture
def desk(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, DESK)
    yield visit
    visit.context.close()
