"""Each test of the interface begins with allowances that nobody has used."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.security import limiter


@pytest.fixture(autouse=True)
def fresh_allowances(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        assert isinstance(app, Flask)
        limiter.limiter.storage.reset()
