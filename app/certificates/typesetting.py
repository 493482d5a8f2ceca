"""The typesetter behind paper and badge: one compiler for each template and process, with our two typefaces only."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from app.certificates.fonts import FONT_FILES

Form = Literal["pdf", "png", "svg"]

_TEMPLATES = Path(__file__).parents[2] / "templates" / "certificate"
_PDF_STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]

_compiling = threading.Lock()


def typeset(
    template: str,
    inputs: dict[str, str],
    *,
    form: Form,
    dots_per_inch: int | None = None,
    folder: Path = _TEMPLATES,
) -> bytes:
    """Set the one page of a template; a PDF is PDF/A-3a and PDF/UA-1. The same inputs give the same bytes.

    `folder` holds the template and what it imports, where that is not the certificates' own.
    """
    standards = _PDF_STANDARDS if form == "pdf" else []
    with _compiling:
        compiled = _compiler(folder, template).compile(
            format=form, sys_inputs=inputs, ppi=dots_per_inch, pdf_standards=standards
        )
    if isinstance(compiled, bytes):
        return compiled
    raise RuntimeError(f"{template} must fill one page, found {len(compiled or [])}")


@cache
def _compiler(folder: Path, template: str) -> typst.Compiler:
    """Keep one compiler per process and template: both are read once, only the inputs change."""
    return typst.Compiler(input=str(folder / template), root=str(folder), font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({str(path.parent) for path in FONT_FILES}),
    )
