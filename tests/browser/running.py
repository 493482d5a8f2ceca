"""The real processes and a real Chromium, for tests and for the screenshots of the README."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
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

    def flask(self, *arguments: str) -> str:
        """Run a command of the service and answer what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def public_id(self, query: str, *values: str) -> str:
        """Answer the first cell of a question to the database: the id of something that the demo made."""
        address = f"file:{self.environment['IEUM_INSTANCE_DIR']}/ieum.db?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found: str = connection.execute(query, values).fetchone()[0]
        return found


def _free_port() -> int:
    """Find a port that nobody listens on, below those that the system lends to whoever calls another server."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


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


def compile_english() -> None:
    """Make the English catalogue unless `make` has done so since its text changed."""
    made = ENGLISH.with_suffix(".mo")
    if not made.exists() or made.stat().st_mtime < ENGLISH.stat().st_mtime:
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", str(ENGLISH.parents[2])]
        subprocess.run(command, cwd=ROOT, check=True, timeout=60)


def prepared_service(instance: Path, public_address: str = "") -> Service:
    """Prepare the service with its demo data, for a port of its own, as `make run` does before it starts.

    `public_address` is what certificates name as the service's address, when that is to be another.
    """
    base_url = f"http://localhost:{_free_port()}"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("IEUM_")},
        "IEUM_INSTANCE_DIR": str(instance),
        "IEUM_BASE_URL": public_address or base_url,
        "PYTHONPATH": str(ROOT),
    }
    service = Service(base_url, environment)
    compile_english()
    service.flask("db", "upgrade")
    service.flask("demo")
    return service


def copied_service(prepared: Service, instance: Path) -> Service:
    """Copy a prepared service, which must not be running, into another folder. The port stays: it is signed."""
    shutil.copytree(prepared.environment["IEUM_INSTANCE_DIR"], instance, dirs_exist_ok=True)
    return replace(prepared, environment={**prepared.environment, "IEUM_INSTANCE_DIR": str(instance)})


@contextmanager
def running(service: Service) -> Iterator[None]:
    """Run a prepared service and its worker, as `make run` does."""
    port, environment = service.base_url.rpartition(":")[2], service.environment
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    processes = [
        subprocess.Popen([*web, "--workers", "1", "--blocking-threads", "2", "wsgi:app"], cwd=ROOT, env=environment),
        subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env=environment),
    ]
    try:
        _wait_until_it_answers(service.base_url + "/", processes[0])
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


@contextmanager
def running_chromium() -> Iterator[Browser]:
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

    def send_file(self, file: Path) -> None:
        """Choose a file in the form of the open page and send it."""
        self.page.set_input_files("main input[type=file]", file)
        self.page.click("main form:has(input[type=file]) button[type=submit]")

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()


def open_window(chromium: Browser, service: Service, viewport: dict[str, int], **options: Any) -> Visit:
    """Open a window in Korean at a size; what goes wrong in it is collected."""
    size: Any = viewport
    context = chromium.new_context(**{"base_url": service.base_url, "viewport": size, "locale": "ko-KR", **options})
    page = context.new_page()
    page.set_default_timeout(20_000)
    visit = Visit(context, page, [])

    def hear(message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 says so here, too; what it loads is judged below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            visit.troubles.append(f"console: {message.text}")

    def see(answer: Response) -> None:
        if answer.status >= 500 or (answer.status >= 400 and answer.request.resource_type != "document"):
            visit.troubles.append(f"{answer.status}: {answer.url}")
        if not answer.url.startswith((service.base_url, "data:")):
            visit.troubles.append(f"another host: {answer.url}")

    def refuse(dialog: Dialog) -> None:
        visit.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", hear)
    page.on("response", see)
    page.on("pageerror", lambda error: visit.troubles.append(f"script: {error}"))
    page.on("dialog", refuse)
    return visit
