"""The blueprints of this domain; the view modules hang their routes on them."""

from __future__ import annotations

from flask import Blueprint

openings = Blueprint("openings", __name__, url_prefix="/openings")
hiring = Blueprint("hiring", __name__, url_prefix="/hiring")
opening_reviews = Blueprint("opening_reviews", __name__, url_prefix="/opening-reviews")
applications = Blueprint("applications", __name__, url_prefix="/applications")

ALL = (openings, hiring, opening_reviews, applications)
