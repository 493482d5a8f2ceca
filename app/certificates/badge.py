"""The badge of a certificate as a picture, PNG or SVG, with the signed credential baked in.

Drawn by the typesetter of the paper, so that letters are outlines and look the same wherever the picture is shown.
The same certificate gives the same bytes. The name of the person is in the credential, not in the picture.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal

from app.certificates import typesetting
from app.certificates.models import Certificate
from app.core.templating import hours_number
from credentials import bake_png, bake_svg

Picture = Literal["png", "svg"]
MIMETYPES: dict[Picture, str] = {"png": "image/png", "svg": "image/svg+xml"}

_SIZE = 1000
_CENTRE = _SIZE / 2
_DOTS_PER_INCH = 144  # 100 mm: a picture of 567 dots, sharp at the size at which badges are shown

_NAVY = "#1b2f52"
_BRONZE = "#a3875a"
_BRONZE_PALE = "#cdbb98"


def badge(certificate: Certificate, picture: Picture) -> bytes:
    """Draw the badge of a certificate and bake its credential in (Open Badges 3.0 §5.3)."""
    texts = {
        "course_name": unicodedata.normalize("NFC", certificate.course_name),
        "hours": f"{hours_number(certificate.credited_minutes)}시간",
        "trial": certificate.is_trial,
    }
    inputs = {"badge": json.dumps(texts, ensure_ascii=False, sort_keys=True), "plate": _plate()}
    drawn = typesetting.typeset("badge.typ", inputs, form=picture, dots_per_inch=_DOTS_PER_INCH)
    return (bake_png if picture == "png" else bake_svg)(drawn, certificate.credential)


@cache
def _plate() -> str:
    """Draw everything that all badges share: the milled edge, the guilloche ring and the two joined rings."""
    circle = f'<circle cx="{_CENTRE:g}" cy="{_CENTRE:g}" r="%s" fill="%s" stroke="%s" stroke-width="%s"/>'
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">',
            f'<path fill="{_NAVY}" d="{_milled(492, 9, 60)}"/>',
            circle % (462, "none", _BRONZE, 5),
            circle % (452, "none", _BRONZE_PALE, 1.5),
            *(f'<path fill="none" stroke="{_BRONZE_PALE}" stroke-width="2.2" d="{_wave(424, 19, 48, p)}"/>'
              for p in (0.0, 0.25, 0.5, 0.75)),
            circle % (396, "#fff", _BRONZE, 6),
            circle % (382, "none", _BRONZE_PALE, 2),
            _rings(),
            "</svg>",
        )
    )  # fmt: skip


def _milled(radius: float, depth: float, teeth: int) -> str:
    """Draw the edge of a coin: a circle that swells and sinks."""
    return _around(lambda turn: radius + depth / 2 * math.cos(teeth * turn) - depth / 2, teeth * 8)


def _wave(radius: float, height: float, waves: int, phase: float) -> str:
    """Draw one strand of the braid: a wave around the centre; `phase` is a part of its length."""
    return _around(lambda turn: radius + height * math.cos(waves * turn + 2 * math.pi * phase), waves * 12)


def _around(radius_at: Callable[[float], float], steps: int) -> str:
    points = []
    for step in range(steps):
        turn = 2 * math.pi * step / steps
        radius = radius_at(turn)
        points.append(f"{_CENTRE + radius * math.sin(turn):.1f} {_CENTRE - radius * math.cos(turn):.1f}")
    return f"M{'L'.join(points)}z"


def _rings() -> str:
    """Draw the mark of Ieum, two rings joined, at the head of the field."""
    return (
        '<g fill="none" stroke-width="5.5" transform="translate(430 182) scale(2.75)">'
        f'<circle cx="16" cy="20" r="12" stroke="{_NAVY}"/>'
        f'<circle cx="34" cy="20" r="12" stroke="#256ef4"/>'
        f'<path stroke="{_NAVY}" d="M19.1 8.4a12 12 0 0 1 8.8 9.9"/></g>'
    )
