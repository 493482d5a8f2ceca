"""The blueprints of this domain; the view modules hang their routes on them."""

from __future__ import annotations

from flask import Blueprint

v1 = Blueprint("api_v1", __name__, url_prefix="/api/v1")
tokens = Blueprint("api_tokens", __name__, url_prefix="/organisations")
webhooks = Blueprint("webhooks", __name__, url_prefix="/organisations")
developers = Blueprint("developers", __name__, url_prefix="/developers")
