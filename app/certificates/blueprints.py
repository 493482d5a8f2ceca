"""The blueprint of the pages behind a sign-in; public verification and publication have their own."""

from __future__ import annotations

from flask import Blueprint

certificates = Blueprint("certificates", __name__)
