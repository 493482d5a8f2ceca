"""The blueprints of this domain; the view modules hang their routes on them."""

from __future__ import annotations

from flask import Blueprint

home = Blueprint("home", __name__)
accounts = Blueprint("accounts", __name__)
organisations = Blueprint("organisations", __name__, url_prefix="/organisations")
invitations = Blueprint("invitations", __name__, url_prefix="/invitations")
approvals = Blueprint("approvals", __name__, url_prefix="/approvals")
access_log = Blueprint("access_log", __name__, url_prefix="/access-log")

ALL = (home, accounts, organisations, invitations, approvals, access_log)
