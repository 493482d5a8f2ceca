"""A certificate on paper, step by step: QR code, typesetting as PDF/A-3a and PDF/UA-1, and the PAdES seal.

Run: .venv/bin/python -m benchmarks.papers
Each certificate is another one of a cohort, as when a centre downloads its papers. Times are medians after a first
paper, which reads fonts and template. Processor time is that of all threads: typesetting uses several.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.administration import demo
from app.certificates.authority import this_authority
from app.certificates.document import render_pdf
from app.certificates.models import Certificate
from app.certificates.paper import paper_of, sealed_pdf
from app.certificates.qr import draw_svg, qr_modules
from app.certificates.seal_keys import paper_seal
from app.core.config import Settings
from app.core.db import db
from benchmarks.figures import at_least, print_figure
from benchmarks.paper_by_weasyprint import WeasyPrint

MOST_MS = 35
_WHOLE = "QR code, PDF and seal of one certificate"
_OTHER = "the same page by WeasyPrint, without a seal"


def main() -> None:
    """Print every certificate of the demo's cohort, step by step and whole."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(f"sqlite:///{folder}/ieum.db", Path(folder), "http://localhost:8000", "이음 시범운영기관")
        with create_app(settings).app_context():
            upgrade()
            demo.load(datetime.now(UTC))
            _measure(list(db.session.scalars(select(Certificate))))
            db.session.rollback()
            db.engine.dispose()


def _measure(certificates: list[Certificate]) -> None:
    authority, seal = this_authority(), paper_seal()
    papers = {c.id: paper_of(c, authority) for c in certificates}
    printed = {c.id: render_pdf(papers[c.id], c.credential) for c in certificates}
    steps: dict[str, Callable[[Certificate], object]] = {
        _WHOLE: lambda c: sealed_pdf(c, authority),
        "of it, QR code": lambda c: draw_svg(qr_modules(papers[c.id].verification_url, papers[c.id].slip)),
        "of it, QR code and PDF": lambda c: render_pdf(paper_of(c, authority), c.credential),
        "of it, seal": lambda c: seal.sign(printed[c.id], signer_name=c.issuer_name, reason=c.serial),
    }
    with suppress(ImportError, OSError):
        # Only whoever wants to compare has it (dependency group `bench`); OSError where its Pango is missing.
        other = WeasyPrint(importlib.import_module("weasyprint"))
        steps[_OTHER] = lambda c: other.print(papers[c.id], c.credential)
    found = _medians(steps, certificates)
    wall, processor = found[_WHOLE]
    print_figure(f"{_WHOLE}, wall time", wall, "ms", None, None, f"≤ {MOST_MS} ms", wall <= MOST_MS)
    print_figure(f"{_WHOLE}, processor time", processor, "ms", None, None, f"≤ {MOST_MS} ms", processor <= MOST_MS)
    for name in steps:
        if name.startswith("of it"):
            print_figure(f"{name}, processor time", found[name][1], "ms", None, None, None, None)
    if _OTHER in found:
        for clock, ours, theirs in zip(("wall time", "processor time"), found[_WHOLE], found[_OTHER], strict=True):
            at_least(f"{_OTHER} / {_WHOLE}, {clock}", theirs, "ms", ours, 5)
    else:
        print_figure(f"{_OTHER}: not measured, WeasyPrint is missing", 0, "ms", None, None, None, None)


def _medians(
    steps: dict[str, Callable[[Certificate], object]], certificates: list[Certificate]
) -> dict[str, tuple[float, float]]:
    """Answer wall and processor time of each step in milliseconds; the steps take turns."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in steps}
    for certificate in [certificates[0], *certificates * 2]:
        for name, step in steps.items():
            wall, processor = time.perf_counter(), time.process_time()
            step(certificate)
            processor = (time.process_time() - processor) * 1000
            taken[name].append(((time.perf_counter() - wall) * 1000, processor))
    return {
        name: (statistics.median(wall for wall, _ in runs[1:]), statistics.median(own for _, own in runs[1:]))
        for name, runs in taken.items()
    }


if __name__ == "__main__":
    main()
