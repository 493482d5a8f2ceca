"""Text that is translated later is still only text."""

from __future__ import annotations

from flask import Flask, render_template_string
from markupsafe import escape

from app.core.i18n import _l

HOSTILE = "<img src=x onerror=alert(1)>"
TEXT = _l("파일: %(name)s", name=HOSTILE)


def test_what_it_quotes_is_escaped_wherever_it_is_shown(app: Flask) -> None:
    with app.test_request_context("/"):
        for source in ("{{ text }}", "{{ text|e }}", "{{ [text]|join }}", "{{ 'a' ~ text }}", "{{ text|string }}"):
            shown = render_template_string(source, text=TEXT)
            assert "<img" not in shown, source
            assert "&lt;img src=x onerror=alert(1)&gt;" in shown, source
        assert "<img" not in escape(TEXT)
