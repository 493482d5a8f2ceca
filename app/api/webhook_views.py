"""The webhooks of an organisation, for its managers: `/organisations/<id>/webhooks`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.member_service import MANAGERS
from app.accounts.models import Organisation
from app.accounts.queries import organisation_of
from app.api import webhook_queries as queries
from app.api import webhook_service as service
from app.api.blueprints import webhooks
from app.api.webhook_forms import WebhookForm
from app.api.webhook_models import Webhook
from app.core import clock
from app.core.access import current_actor, member, requires
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.paging import paginate


@webhooks.get("/<public_id>/webhooks")
@requires(member(roles=MANAGERS))
def index(public_id: str) -> ResponseReturnValue:
    return _page(_managed(public_id), WebhookForm())


@webhooks.post("/<public_id>/webhooks")
@requires(member(roles=MANAGERS))
def create(public_id: str) -> ResponseReturnValue:
    organisation, form = _managed(public_id), WebhookForm()
    if not form.validate():
        return _page(organisation, form), 422
    try:
        webhook, secret = service.register_webhook(
            organisation, form.url.data, form.events.data, current_actor(), clock.now(), form.new_id
        )
    except DomainError as error:
        form.url.errors = [error.message]
        return _page(organisation, form), error.status
    return render_template("api/webhook_made.html", organisation=organisation, webhook=webhook, secret=secret)


@webhooks.get("/<public_id>/webhooks/<webhook_id>")
@requires(member(roles=MANAGERS))
def show(public_id: str, webhook_id: str) -> ResponseReturnValue:
    webhook = _webhook(public_id, webhook_id)
    page = paginate(queries.deliveries_of(webhook), request.args.get("page", 1, type=int))
    return render_template("api/webhook.html", organisation=webhook.organisation, webhook=webhook, page=page)


@webhooks.post("/<public_id>/webhooks/<webhook_id>/remove")
@requires(member(roles=MANAGERS))
def remove(public_id: str, webhook_id: str) -> ResponseReturnValue:
    service.remove_webhook(_webhook(public_id, webhook_id), current_actor(), clock.now())
    flash(_("웹훅을 없앴어요."), "success")
    return redirect(url_for("webhooks.index", public_id=public_id), 303)


@webhooks.post("/<public_id>/webhooks/<webhook_id>/enable")
@requires(member(roles=MANAGERS))
def enable(public_id: str, webhook_id: str) -> ResponseReturnValue:
    service.enable_webhook(_webhook(public_id, webhook_id), current_actor(), clock.now())
    flash(_("웹훅을 다시 켰어요."), "success")
    return redirect(url_for("webhooks.show", public_id=public_id, webhook_id=webhook_id), 303)


@webhooks.post("/<public_id>/webhooks/<webhook_id>/deliveries/<delivery_id>/resend")
@requires(member(roles=MANAGERS))
def resend(public_id: str, webhook_id: str, delivery_id: str) -> ResponseReturnValue:
    delivery = queries.delivery_of(_webhook(public_id, webhook_id), delivery_id)
    service.resend(delivery, current_actor(), clock.now())
    flash(_("다시 보낼게요."), "success")
    return redirect(url_for("webhooks.show", public_id=public_id, webhook_id=webhook_id), 303)


def _managed(public_id: str) -> Organisation:
    return organisation_of(current_actor(), public_id, roles=MANAGERS)


def _webhook(public_id: str, webhook_id: str) -> Webhook:
    return queries.webhook_of(_managed(public_id), webhook_id)


def _page(organisation: Organisation, form: WebhookForm) -> str:
    found = queries.webhooks_of(organisation)
    return render_template("api/webhooks.html", organisation=organisation, webhooks=found, form=form)
