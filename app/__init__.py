"""The application factory: the only place that knows every domain. Nobody imports this module but `wsgi`."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from app.accounts import setup as accounts
from app.administration import setup as administration
from app.api import setup as api
from app.certificates import setup as certificates
from app.core import commands, config, db, errors, i18n, lookup, security, templating
from app.core import jobs as stored_work
from app.jobs import setup as jobs
from app.portfolio import setup as portfolio
from app.training import setup as training

DOMAINS: tuple[ModuleType, ...] = (accounts, training, certificates, portfolio, jobs, administration, api)


def create_app(settings: config.Settings | None = None, *, testing: bool = False) -> Flask:
    """Build the application from `settings` (default: the environment)."""
    app = Flask(__name__, template_folder=str(config.ROOT / "templates"), static_folder="static")
    app.testing = testing
    config.init_app(app, settings or config.Settings.from_environment())
    db.init_app(app)
    lookup.init_app(app)
    i18n.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    templating.init_app(app)
    stored_work.init_app(app)
    commands.init_app(app)
    for domain in DOMAINS:
        domain.init_app(app)
    return app
