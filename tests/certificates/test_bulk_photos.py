"""Photographs and scans of printed certificates: the QR code is found, verified as text is, and nothing else."""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from PIL import Image, ImageEnhance, ImageFilter
from sqlalchemy import select

from app.accounts.models import OrganisationKind
from app.certificates import bulk_job, code_reading, code_worker
from app.certificates.bulk_models import BulkVerificationItem
from app.certificates.code_reading import read_codes
from app.certificates.qr import qr_png
from app.core import confinement
from app.core.clock import now
from app.core.db import db
from tests.factories.accounts import make_member, make_organisation
from tests.factories.bulk import answers, ask, pdf_of
from tests.factories.certificates import issue, issue_one
from tests.factories.training import finished_cohort

LEAST_FOUND = 19  # of the 20 images


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def code(text: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text, module_pixels=8))).convert("RGB")


def printed(pdf: bytes, dots_per_inch: int = 150) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_inch / 72).to_pil()
    return page.convert("RGB")


def turned(page: Image.Image, degrees: float) -> Image.Image:
    return page.rotate(degrees, expand=True, fillcolor=(120, 110, 100), resample=Image.Resampling.BICUBIC)


def dark(page: Image.Image, light: float) -> Image.Image:
    """A photograph in a dim room: dark, flat, and with grain."""
    dim = ImageEnhance.Contrast(ImageEnhance.Brightness(page).enhance(light)).enhance(0.8)
    return Image.blend(dim, Image.effect_noise(dim.size, 60).convert("RGB"), 0.08)


def slanted(page: Image.Image, seed: int) -> Image.Image:
    """A photograph by hand, from the side: each corner somewhere else on a table."""
    chance, (width, height) = random.Random(seed), page.size
    table = Image.new("RGB", (width * 5 // 4, height * 5 // 4), (95, 80, 70))
    table.paste(page, (width // 8, height // 8))
    shift = [(chance.uniform(0, 0.1) * width, chance.uniform(0, 0.1) * height) for _corner in range(4)]
    right, bottom = table.size
    corners = (
        (shift[0][0], shift[0][1]),
        (shift[1][0], bottom - shift[1][1]),
        (right - shift[2][0], bottom - shift[2][1]),
        (right - shift[3][0], shift[3][1]),
    )
    quad = tuple(value for corner in corners for value in corner)
    return table.transform(table.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)


def twenty(page: Image.Image) -> dict[str, bytes]:
    small = page.resize((page.width * 3 // 4, page.height * 3 // 4), Image.Resampling.LANCZOS)
    made: dict[str, bytes] = {f"turned by {d}": jpeg(turned(page, d)) for d in (3, 17, 45, 90, 180, 265)}
    made |= {f"dark {light}": jpeg(dark(page, light)) for light in (0.6, 0.45, 0.3)}
    made |= {f"JPEG {quality}": jpeg(page, quality) for quality in (60, 40)}
    made |= {f"slanted {seed}": jpeg(slanted(page, seed), 75) for seed in range(5)}
    made["slanted, dark, turned, JPEG 60"] = jpeg(dark(turned(slanted(page, 9), 8), 0.5), 60)
    made["not sharp"] = jpeg(page.filter(ImageFilter.GaussianBlur(1.2)), 60)
    made["small PNG"] = saved(small.convert("L"), "PNG")
    made["scan in a PDF"] = saved(page.convert("L"), "PDF")
    return made


@pytest.mark.databases("sqlite")
def test_at_least_nineteen_of_twenty_photographs_are_read_and_verified(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same code without twenty new processes; the others here start them.
    monkeypatch.setattr(bulk_job, "read_codes", code_worker.read)
    certificate = issue_one(make_organisation(), now())
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    images = twenty(printed(pdf_of(certificate)))
    assert len(images) == 20
    ask(employer, make_member(employer), list(images.values()))
    bulk_job.work_off(now())
    assert set(db.session.scalars(select(BulkVerificationItem.form))) == {"photo"}
    found = dict(zip(images, answers(), strict=True))
    missed = {name: answer for name, answer in found.items() if answer != ("valid", "")}
    assert len(images) - len(missed) >= LEAST_FOUND, missed
    assert set(missed.values()) <= {("not_read", "no_code")}


@pytest.mark.databases("sqlite")
def test_what_shows_no_code_of_ours_is_answered_clearly(app: Flask) -> None:
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    blank = Image.new("RGB", (600, 800), "white")
    menu = code("https://menu.example.com/today")
    nobody = code(f"https://ieum.test/v/{'0' * 32}")
    ask(
        employer,
        make_member(employer),
        [jpeg(blank), saved(blank, "PDF"), jpeg(menu), jpeg(nobody), jpeg(blank)[:60]],
    )
    bulk_job.work_off(now())
    assert answers() == [
        ("not_read", "no_code"),
        ("not_read", "no_code"),
        ("could_not_check", "foreign"),
        ("not_found", "no_match"),
        ("not_read", "no_code"),
    ]


@pytest.mark.databases("sqlite")
def test_a_picture_of_several_certificates_is_not_answered_for_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_job, "read_codes", code_worker.read)
    people = [("김하나", date(1980, 1, 1)), ("이두리", date(1981, 1, 1))]
    cohort = finished_cohort(make_organisation(), people=people)
    first, second = (f"https://ieum.test/v/{certificate.public_id}" for certificate in issue(cohort, now()))
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    together = Image.new("RGB", (1400, 700), "white")
    for place, text in enumerate((first, second)):
        together.paste(code(text), (50 + 700 * place, 50))
    pages = io.BytesIO()
    code(first).save(pages, "PDF", save_all=True, append_images=[code(second)])
    once_more = io.BytesIO()
    code(first).save(once_more, "PDF", save_all=True, append_images=[code("https://menu.example.com/"), code(first)])
    ask(employer, make_member(employer), [jpeg(together), pages.getvalue(), once_more.getvalue()])
    bulk_job.work_off(now())
    assert answers() == [("not_read", "several"), ("not_read", "several"), ("valid", "")]


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (min(width, 40_000) * 900), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BOMBS: dict[str, Callable[[], bytes]] = {
    "more pixels than are looked at": lambda: png_that_claims(40_000, 40_000),
    "a PNG that ends early": lambda: png_that_claims(7_900, 7_900),
    "a JPEG of noise": lambda: b"\xff\xd8\xff" + random.Random(1).randbytes(200_000),
    "a PDF of nothing": lambda: b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * 20_000,
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_bomb_ends_in_bounded_time_with_no_code(kind: str) -> None:
    begun = time.monotonic()
    assert read_codes(BOMBS[kind]()) == []
    assert time.monotonic() - begun < 15


def answered(data: bytes, change: str = "") -> dict[str, object]:
    """Answer what the program itself says, with something of it taken out."""
    start = (
        f"import runpy, sys; sys.argv = sys.argv[1:]; worker = runpy.run_path(sys.argv[0]); main = worker['main']; "
        f"main.__globals__.update({change}); main()"
    )
    command = [sys.executable, "-I", "-c", start, str(code_reading.WORKER)]
    ran = subprocess.run(command, input=data, capture_output=True, timeout=60)
    found: dict[str, object] = json.loads(ran.stdout) if ran.returncode == 0 else {"error": "killed"}
    return found


def test_without_the_limit_of_pixels_a_bomb_is_opened() -> None:
    bomb = png_that_claims(9_000, 9_000)
    assert answered(bomb) == {"error": "too_large"}
    assert answered(bomb, "MAX_PIXELS=10**12") == {"error": "broken"}  # Opened, and found to end early.


def test_it_is_read_in_a_confined_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "hostile.py"
    program.write_text(
        'import os\ntry:\n    os.waitpid(os.fork() or os._exit(0), 0)\n    print(\'{"texts": ["forked"]}\')\n'
        "except OSError:\n    print('{\"texts\": []}')\n"
    )
    monkeypatch.setattr(code_reading, "WORKER", program)
    missing = confinement.missing_guards()
    assert read_codes(b"x") == (["forked"] if confinement.FILTER in missing else [])


def test_a_reader_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "slow.py"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(code_reading, "WORKER", program)
    monkeypatch.setattr(code_reading, "WALL_SECONDS", 0.5)
    assert read_codes(b"x") == []


HOSTILE_ANSWERS = ("", "not JSON", "[]", '"texts"', '{"texts": 1}', '{"texts": [{}, 7, null]}', "[" * 100_000)


@pytest.mark.parametrize("said", HOSTILE_ANSWERS, ids=lambda said: said[:20] or "nothing")
def test_a_reader_that_was_taken_over_says_what_it_likes(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "taken_over.py"
    program.write_text(f"import sys; sys.stdout.write({said!r})")
    monkeypatch.setattr(code_reading, "WORKER", program)
    assert read_codes(b"x") == []


def test_a_scan_is_read_whatever_stands_before_its_beginning() -> None:
    scan = saved(code("https://menu.example.com/today"), "PDF")
    assert code_worker.read(b"\xef\xbb\xbf" + scan) == ["https://menu.example.com/today"]


@pytest.mark.databases("sqlite")
def test_a_picture_that_cannot_be_looked_at_fails_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_data: bytes) -> list[str]:
        raise LookupError

    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    ask(employer, make_member(employer), [jpeg(Image.new("RGB", (60, 80))), b"<html>"])
    monkeypatch.setattr(bulk_job, "read_codes", breaks)
    bulk_job.work_off(now())
    assert answers() == [("could_not_check", "internal"), ("not_read", "web_page")]


@pytest.mark.databases("sqlite")
def test_where_no_process_can_be_started_nothing_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    ask(employer, make_member(employer), [jpeg(Image.new("RGB", (60, 80)))])
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(code_reading.ReaderUnavailable):
            bulk_job.work_off(now())
    bulk_job.work_off(now())
    assert answers() == [("not_read", "no_code")]


@pytest.mark.databases("sqlite")
def test_the_codes_of_a_picture_destroyed_meanwhile_are_nobody_elses(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    ask(employer, make_member(employer), [jpeg(Image.new("RGB", (60, 80))), jpeg(code("https://menu.example.com/"))])

    def read(data: bytes) -> list[str]:
        if not asked:
            first = db.session.scalars(select(BulkVerificationItem).order_by(BulkVerificationItem.id)).first()
            db.session.delete(first)
            db.session.commit()
        asked.append(data)
        return code_worker.read(data)

    asked: list[bytes] = []
    monkeypatch.setattr(bulk_job, "read_codes", read)
    bulk_job.work_off(now())
    assert answers() == [("could_not_check", "foreign")]
