"""The application as granian serves it while it is measured, with one route more: the least that it can answer."""

from __future__ import annotations

from app import create_app
from app.core import quick
from app.core.access import public, requires


@requires(public())
def hello() -> str:
    return "hello, world"


app = create_app()
app.add_url_rule("/hello-world", "hello_world", hello)
quick.init_served(app, (*quick.QUICK, "/hello-world"))
