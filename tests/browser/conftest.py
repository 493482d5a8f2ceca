"""A real Chromium against the real processes: granian and the worker, as `make run` starts them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.certificates.sunset_script import bundle
from tests.browser.running import (
    DESK,
    PHONE,
    ROOT,
    Service,
    Visit,
    copied_service,
    open_window,
    prepared_service,
    running,
    running_chromium,
)
from tests.browser.sunset_kit import SunsetKit, made_kit
from tests.conftest import FOLDER

# What a page says may come late on a machine that does much else; that it comes is what the tests ask.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def prepared() -> Iterator[Service]:
    """The service with its demo data, which takes long to make: every file of tests gets a copy of it.

    It lives outside of pytest's temporary folder, which another test run may tidy up while ours still goes on.
    """
    folder = tempfile.TemporaryDirectory(prefix="ieum-demo-", dir=FOLDER, ignore_cleanup_errors=True)
    with folder as instance:
        yield prepared_service(Path(instance))


@pytest.fixture(scope="module")
def service(prepared: Service) -> Iterator[Service]:
    """The service with its demo data and its worker: new for each file of tests.

    Files change what they find (a register is applied once), and which files share a process is a matter of chance.
    """
    folder = tempfile.TemporaryDirectory(prefix="ieum-browser-", dir=FOLDER, ignore_cleanup_errors=True)
    with folder as instance:
        service = copied_service(prepared, Path(instance))
        with running(service):
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
