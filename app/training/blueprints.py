"""The blueprints of this domain; the view modules hang their routes on them."""

from __future__ import annotations

from flask import Blueprint

centre = Blueprint("centre", __name__, url_prefix="/centre")
courses = Blueprint("courses", __name__, url_prefix="/courses")
correction_requests = Blueprint("correction_requests", __name__, url_prefix="/correction-requests")
cohorts = Blueprint("cohorts", __name__, url_prefix="/cohorts")
