"""The engraved background of the certificate: a frame of interlaced waves and a rosette, drawn once per process."""

from __future__ import annotations

import math
from functools import cache

_WIDTH, _HEIGHT = 2100, 2970  # A4 in tenths of a millimetre, the unit of everything here
_INSET = 135
_AMPLITUDE = 19
_CORNER = 40

_BRONZE = "#a3875a"
_BRONZE_PALE = "#cdbb98"
_ROSETTE = "#f1ebdf"

# A cubic from crest to trough of a cosine wave has its handles at this part of the half period.
_LEAN = 0.3642


@cache
def background_svg() -> str:
    """Draw frame and rosette as an SVG of the size of an A4 page."""
    far_x, far_y = _WIDTH - _INSET, _HEIGHT - _INSET
    bands = [_band(y, _INSET, far_x, 24) for y in (_INSET, far_y)]
    upright = [_band(x, _INSET, far_y, 36) for x in (_INSET, far_x)]
    rails = ((_INSET - 27, 3.2, _BRONZE), (_INSET + 27, 1.8, _BRONZE), (_INSET + 37, 0.9, _BRONZE_PALE))
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"><g fill="none">',
            f'<path stroke="{_ROSETTE}" stroke-width="1.8" d="{_rosette(_WIDTH / 2, _HEIGHT / 2 - 80)}"/>',
            f'<path stroke="{_BRONZE}" stroke-width="1.2" d="{"".join(bands)}"/>',
            # The upright bands are the lying ones mirrored at the diagonal.
            f'<path stroke="{_BRONZE}" stroke-width="1.2" transform="matrix(0 1 1 0 0 0)" d="{"".join(upright)}"/>',
            *(_rail(*rail) for rail in rails),
            *(_corner(x, y) for x in (_INSET, far_x) for y in (_INSET, far_y)),
            "</g></svg>",
        )
    )


def _band(axis: float, start: float, end: float, periods: int) -> str:
    period = (end - start) / periods
    strands = ((1.0, 0.0), (1.0, 0.5), (0.58, 0.25), (0.58, 0.75))
    return "".join(_wave(axis, start, end, period, part * _AMPLITUDE, phase) for part, phase in strands)


def _wave(axis: float, start: float, end: float, period: float, amplitude: float, phase: float) -> str:
    """Draw a cosine from crest to trough; `phase` is a part of the period. Its ends hide under the corners."""
    half = period / 2
    lean = _LEAN * half
    x = start - (phase % 0.5) * period
    height = amplitude if phase < 0.5 else -amplitude
    parts = [f"M{x:.1f} {axis + height:.1f}"]
    while x < end:
        here, there = f"{axis + height:.1f}", f"{axis - height:.1f}"
        parts.append(f"C{x + lean:.1f} {here} {x + half - lean:.1f} {there} {x + half:.1f} {there}")
        x, height = x + half, -height
    return "".join(parts)


def _rosette(x: float, y: float) -> str:
    """Draw an ellipse eighteen times, turned by ten degrees each."""
    long, short = 590, 230
    parts: list[str] = []
    for turn in range(18):
        angle = 10 * turn
        across, down = long * math.cos(math.radians(angle)), long * math.sin(math.radians(angle))
        head, tail = f"{x - across:.1f} {y - down:.1f}", f"{x + across:.1f} {y + down:.1f}"
        arc = f"A{long} {short} {angle} 1 1"
        parts.append(f"M{head}{arc} {tail}{arc} {head}")
    return "".join(parts)


def _rail(distance: float, pen: float, colour: str) -> str:
    return (
        f'<rect x="{distance}" y="{distance}" width="{_WIDTH - 2 * distance}" height="{_HEIGHT - 2 * distance}"'
        f' stroke="{colour}" stroke-width="{pen}"/>'
    )


def _corner(x: float, y: float) -> str:
    half = _CORNER / 2
    tip = half * math.sqrt(2)
    return (
        f'<g stroke="{_BRONZE}" stroke-width="1.8"><path fill="#fff" stroke-width="2.5"'
        f' d="M{x - _CORNER} {y - _CORNER}h{2 * _CORNER}v{2 * _CORNER}h-{2 * _CORNER}z"/>'
        f'<path d="M{x - half} {y - half}h{_CORNER}v{_CORNER}h-{_CORNER}z'
        f'M{x} {y - tip:.1f}L{x + tip:.1f} {y}L{x} {y + tip:.1f}L{x - tip:.1f} {y}z"/>'
        f'<circle cx="{x}" cy="{y}" r="7" fill="{_BRONZE}" stroke="none"/></g>'
    )
