"""The blueprints of this domain; the view modules hang their routes on them."""

from __future__ import annotations

from flask import Blueprint

openings = Blueprint("openings", __name__, url_prefix="/openings")
hiring = Blueprint("hiring", __name__, url_prefix="/hiring")
opening_reviews = Blueprint("opening_reviews", __name__, url_prefix="/opening-reviews")
applications = Blueprint("applications", __name__, url_prefix="/applications")
opening_sources = Blueprint("opening_sources", __name__, url_prefix="/opening-sources")
offers = Blueprint("offers", __name__, url_prefix="/offers")
expert_needs = Blueprint("expert_needs", __name__, url_prefix="/expert-needs")
expert_invitations = Blueprint("expert_invitations", __name__, url_prefix="/expert-invitations")
training_needs = Blueprint("training_needs", __name__, url_prefix="/training-needs")
saved_searches = Blueprint("saved_searches", __name__, url_prefix="/saved-searches")
duties = Blueprint("duties", __name__, url_prefix="/duties")
employments = Blueprint("employments", __name__, url_prefix="/employments")
figures = Blueprint("figures", __name__, url_prefix="/figures")
opening_feeds = Blueprint("opening_feeds", __name__)

ALL = (
    openings,
    hiring,
    opening_reviews,
    applications,
    offers,
    expert_needs,
    expert_invitations,
    training_needs,
    opening_sources,
    saved_searches,
    duties,
    employments,
    figures,
    opening_feeds,
)
