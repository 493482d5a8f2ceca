"""Fixtures for the certificates' tests."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.config import KeyToken
from tests.factories.tokens import make_token


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> KeyToken:
    return make_token(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def token(app: Flask, softhsm: KeyToken) -> KeyToken:
    app.config["IEUM_KEY_TOKEN"] = softhsm
    return softhsm
