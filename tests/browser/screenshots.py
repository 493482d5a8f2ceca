"""Pictures of every page of the demo, on a phone and on a desk, and the two that the README shows.

    .venv/bin/python -m tests.browser.screenshots OUT_DIR

writes `verification.png`, `certificate.png` and `pages/WHO-PAGE-phone.png`, `…-desk.png`.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.pages import ACCOUNTS, PAGES, places
from tests.browser.running import (
    DESK,
    PHONE,
    ROOT,
    Service,
    Visit,
    open_window,
    prepared_service,
    running,
    running_chromium,
)

SIZES = {"phone": PHONE, "desk": DESK}
REGISTER = ROOT / "tests" / "data" / "attendance" / "2026-F1_출석부.xlsx"
WRONG_REGISTER = ROOT / "tests" / "data" / "bad" / "unknown_mark.xlsx"
DOTS_PER_INCH = 110


def _save_small(picture: Image.Image, file: Path) -> None:
    """Save with a palette: flat pages and print lose nothing that an eye sees, and most of their size."""
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


def picture_verification(chromium: Browser, service: Service, certificate: str, file: Path) -> None:
    """Picture what somebody sees who scans a certificate, down to the document number."""
    visit = open_window(chromium, service, PHONE, device_scale_factor=2)
    visit.page.goto(f"/v/{certificate}")
    last = visit.page.locator(".structured-list > div", has_text="문서확인번호").bounding_box()
    assert last is not None
    shown: Any = {"x": 0, "y": 0, "width": PHONE["width"], "height": last["y"] + last["height"]}
    _save_small(Image.open(io.BytesIO(visit.page.screenshot(clip=shown, full_page=True))), file)
    visit.context.close()


def picture_certificate(service: Service, certificate: str, folder: Path, file: Path) -> None:
    """Picture the certificate as it is printed."""
    paper = folder / "certificate.pdf"
    service.flask("certificates", "export", certificate, "--format", "pdf", "--output", str(paper))
    with pypdfium2.PdfDocument(paper) as document:
        _save_small(document[0].render(scale=DOTS_PER_INCH / 72).to_pil(), file)


def picture_pages(chromium: Browser, service: Service, ids: dict[str, str], folder: Path) -> None:
    """Picture every page as everybody who may see it."""
    for size, viewport in SIZES.items():
        for who, pages in PAGES.items():
            visit = open_window(chromium, service, viewport)
            if who in ACCOUNTS:
                visit.sign_in(ACCOUNTS[who])
            for page in pages:
                visit.page.goto(page.format(**ids))
                name = re.sub(r"\W+", "-", page).strip("-") or "home"
                visit.page.screenshot(path=folder / f"{who}-{name}-{size}.png", full_page=True)
            if who == "clerk":
                _picture_upload(visit, service, folder, size)
            visit.context.close()


def _picture_upload(visit: Visit, service: Service, folder: Path, size: str) -> None:
    cohort = service.public_id("SELECT public_id FROM cohorts WHERE code = '2026-F1'")
    for name, register in (("preview", REGISTER), ("problems", WRONG_REGISTER)):
        visit.page.goto(f"/cohorts/{cohort}/attendance/new")
        visit.send_file(register)
        visit.page.wait_for_selector("main .alert")
        visit.page.screenshot(path=folder / f"clerk-{name}-{size}.png", full_page=True)


def main(out: Path) -> None:
    """Run the demo and picture it."""
    (out / "pages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        instance = Path(scratch) / "instance"
        service = prepared_service(instance, "http://localhost:8000")
        with running(service), running_chromium() as chromium:
            ids = places(service)
            picture_verification(chromium, service, ids["certificate"], out / "verification.png")
            picture_certificate(service, ids["certificate"], Path(scratch), out / "certificate.png")
            picture_pages(chromium, service, ids, out / "pages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
