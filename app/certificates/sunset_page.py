"""The one page of a sunset kit: both languages, sheet, script and everything it knows in a single file.

The page is static and may be opened from disk: its policy lets it run exactly its own script and reach nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.certificates.authority import Authority
from app.certificates.sunset_script import bundle
from app.core import templating
from app.core.i18n import LOCALES, _, in_language

_SHEETS = ("verify.css", "sunset.css")
_ENTRY = "kit"
_END = "</body>"
_PIECE = 65_536


@dataclass(frozen=True)
class Kit:
    """What a kit is about: whose, of which moment, and whether it is the last one of a service that ends."""

    authority: Authority
    exported: datetime
    final: bool


def page(kit: Kit, knowledge: dict[str, Any], issued: Iterable[bytes]) -> Iterator[bytes]:
    """Write the page piece by piece. `issued` are the rows of the table of issued certificates."""
    head, end, rest = _frame(kit).partition(_END)
    told = json.dumps(knowledge, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    yield f'{head}<script type="application/json" data-held="knowledge">{told}</script>\n'.encode()
    yield b'<script type="text/plain" data-held="issued">'
    yield from _in_base64(issued)
    # The script stands last: when it runs, everything before it is there.
    yield f"</script>\n<script>{_script()}</script>\n{end}{rest}".encode()


def doorway(way: str) -> bytes:
    """Answer a small page that leads on to the kit's page at this address and keeps what stands behind `#`.

    As `404.html` it lets the QR codes on paper work where only files are served at the service's old address.
    """
    script = f'location.replace("{way}" + location.hash);'
    words = {}
    for language in LOCALES:
        with in_language(language):
            words[language] = str(_("수료증 확인하기"))
    links = "".join(f'<p><a href="{way}" lang="{lang}">{word}</a></p>' for lang, word in words.items())
    return (
        f'<!doctype html>\n<html lang="ko"><head><meta charset="utf-8">{_policy(script, "")}'
        f"<title>{words['ko']}</title></head><body>{links}<script>{script}</script></body></html>\n"
    ).encode()


def readme(kit: Kit) -> bytes:
    """Answer the text that says what the folder is and how to use it, in both languages."""
    letter = current_app.jinja_env.get_template("sunset/readme.txt")
    parts = []
    for language in LOCALES:
        with in_language(language):
            parts.append(letter.render(**_about(kit)).strip())
    return ("\n\n\n".join(parts) + "\n").replace("\n", "\r\n").encode()


def _frame(kit: Kit) -> str:
    environment = current_app.jinja_env
    bodies, titles, without_script = {}, {}, {}
    for language in LOCALES:
        with in_language(language):
            about = _about(kit)
            # A date that is broken over two lines reads as two numbers.
            about |= {name: about[name].replace(" ", "\u00a0") for name in ("moment", "day")}
            body = environment.get_template("sunset/body.html").render(language=language, **about)
            bodies[language] = Markup(body)  # noqa: S704 - it has just been rendered
            titles[language] = str(_("서비스 없이 수료증 확인하기"))
            without_script[language] = str(_("스크립트를 켜야 확인할 수 있어요."))
    rendered = environment.get_template("sunset/page.html").render(
        bodies=bodies, titles=titles, without_script=without_script
    )
    sheet, script = _sheet(), _script()
    replaced = {
        '<link rel="stylesheet" href="sheet.css">': f"{_policy(script, sheet)}<style>{sheet}</style>",
        'href="favicon.svg"': f'href="data:image/svg+xml;base64,{_favicon()}"',
        '<script src="script.js"></script>\n': "",
    }
    for place, filling in replaced.items():
        if rendered.count(place) != 1:
            raise ValueError(f"sunset/page.html must hold {place} once")
        rendered = rendered.replace(place, filling)
    return rendered


def _about(kit: Kit) -> dict[str, Any]:
    return {
        "moment": templating.datetime(kit.exported),
        "day": templating.date(kit.exported),
        "issuer": kit.authority.name,
        "address": kit.authority.url,
        "trial": kit.authority.is_trial,
        "final": kit.final,
    }


def _policy(script: str, sheet: str) -> str:
    allowed = {
        "default-src": "'none'",
        "script-src": _source(script),
        "style-src": _source(sheet) if sheet else "'none'",
        "img-src": "data: blob:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    content = "; ".join(f"{name} {value}" for name, value in allowed.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _sheet() -> str:
    folder = _static() / "css"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in _SHEETS)


def _script() -> str:
    return bundle(_static() / "js" / "verify", _ENTRY)


def _favicon() -> str:
    return base64.b64encode((_static() / "favicon.svg").read_bytes()).decode()


def _static() -> Path:
    return Path(current_app.static_folder or "")


def _in_base64(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Spell rows in base64, holding no more than a piece of them."""
    waiting = bytearray()
    for row in rows:
        waiting += row
        if len(waiting) >= _PIECE:
            whole = len(waiting) // 3 * 3
            yield base64.b64encode(waiting[:whole])
            del waiting[:whole]
    yield base64.b64encode(waiting)
