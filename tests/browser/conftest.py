"""A real Chromium against the real processes: granian and the worker, as `make run` starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
PASSWORD = "ieum-demo-2026"


@dataclass(frozen=True)
class Service:
    """The running service: its address and the environment that its commands need."""

    base_url: str
    environment: dict[str, str]

    def flask(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=check, capture_output=True, text=True, timeout=120
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within a minute")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with its demo data, on a port of its own, with its worker."""
    port = _free_port()
    instance = tmp_path_factory.mktemp("instance")
    base_url = f"http://localhost:{port}"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("IEUM_")},
        "IEUM_INSTANCE_DIR": str(instance),
        "IEUM_BASE_URL": base_url,
        "PYTHONPATH": str(ROOT),
    }
    service = Service(base_url, environment)
    service.flask("db", "upgrade")
    service.flask("demo")
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    processes = [
        subprocess.Popen([*web, "--workers", "1", "--blocking-threads", "2", "wsgi:app"], cwd=ROOT, env=environment),
        subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env=environment),
    ]
    try:
        _wait_until_it_answers(base_url + "/", processes[0])
        yield service
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Visit:
    """One person's browser window, with everything that went wrong in it."""

    context: BrowserContext
    page: Page
    troubles: list[str]

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def fits(self) -> bool:
        """Tell whether the page needs no sideways scrolling."""
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        return wide


def open_window(chromium: Browser, service: Service, viewport: dict[str, int], **options: Any) -> Visit:
    """Open a window in Korean at a size; script errors and refused resources are collected."""
    size: Any = viewport
    context = chromium.new_context(base_url=service.base_url, viewport=size, locale="ko-KR", **options)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on(
        "console", lambda message: troubles.append(f"console: {message.text}") if message.type == "error" else None
    )
    return Visit(context, page, troubles)


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
