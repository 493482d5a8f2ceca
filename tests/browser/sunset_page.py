"""What a person does on the page of a sunset kit, and what is then to be seen there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, expect
from pypdf import PdfWriter

from tests.browser.running import PHONE, Service, Visit, open_window

File = tuple[str, bytes]
STATES = {
    "2026. 5. 30. 기준 유효": "held",
    "정정됨": "replaced",
    "폐지": "revoked",
    "유효하지 않음": "invalid",
    "확인하지 못함": "unknown",
}


def opened(chromium: Browser, folder: Path, size: dict[str, int] = PHONE, script: str = "", **options: str) -> Visit:
    """Open the page from disk; whatever else it would ask for is among the visit's troubles."""
    visit = open_window(chromium, Service((folder / "verify.html").as_uri(), {}), size, **options)
    visit.context.on("request", lambda request: visit.troubles.append(f"asked for {request.url}"))
    if script:
        visit.context.add_init_script(script)
    visit.page.goto((folder / "verify.html").as_uri())
    visit.page.wait_for_selector("[data-page] h1")
    visit.troubles.remove(f"asked for {(folder / 'verify.html').as_uri()}")
    return visit


def choose(visit: Visit, *files: File) -> None:
    """Choose files, and wait for a row for each."""
    before = visit.page.locator(".result").count()
    chosen = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    visit.page.set_input_files("#files", chosen)  # type: ignore[arg-type]
    expect(visit.page.locator(".result")).to_have_count(before + len(files))


def paste(visit: Visit, text: str) -> None:
    before = visit.page.locator(".result").count()
    visit.page.fill("#code", text)
    visit.page.click("[data-code] button")
    expect(visit.page.locator(".result")).to_have_count(before + 1)


def states(visit: Visit) -> list[str]:
    """The state of each row, by its badge in Korean; the sign beside the answer has to say the same."""
    badges = [text.replace("\xa0", " ") for text in visit.page.locator(".badge:visible").all_inner_texts()]
    signs = visit.page.locator(".verdict__sign > :not([hidden])").evaluate_all("all => all.map(e => e.dataset.state)")
    found = [STATES[badge] for badge in badges]
    assert found == signs
    return found


def titles(visit: Visit) -> list[str]:
    return [text.replace("\xa0", " ") for text in visit.page.locator(".verdict__title").all_text_contents()]


def shown(visit: Visit, row: int = 0) -> dict[str, str]:
    """Every term and value of a row that is not hidden, in the closed part as well."""
    rows = visit.page.locator(".result").nth(row).locator("[data-field]:not([hidden])")
    pairs: list[list[str]] = rows.evaluate_all("all => all.map(e => [...e.children].map(c => c.textContent))")
    return dict(pairs)


def pdf(attached: Sequence[File] = (), password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, data in attached:
        writer.add_attachment(name, data)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
