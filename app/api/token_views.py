"""The tokens of an organisation, for its managers: `/organisations/<id>/api-tokens`."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.member_service import MANAGERS
from app.accounts.models import Organisation
from app.accounts.queries import organisation_of
from app.api import token_service as service
from app.api.blueprints import tokens
from app.api.token_forms import TokenForm
from app.api.token_queries import tokens_of
from app.core import clock
from app.core.access import current_actor, member, requires
from app.core.i18n import _


@tokens.get("/<public_id>/api-tokens")
@requires(member(roles=MANAGERS))
def index(public_id: str) -> ResponseReturnValue:
    return _page(organisation_of(current_actor(), public_id, roles=MANAGERS), TokenForm())


@tokens.post("/<public_id>/api-tokens")
@requires(member(roles=MANAGERS))
def create(public_id: str) -> ResponseReturnValue:
    organisation, form = organisation_of(current_actor(), public_id, roles=MANAGERS), TokenForm()
    if not form.validate():
        return _page(organisation, form), 422
    wanted = form.name.data, form.scopes.data, form.days.data
    token, text = service.create_token(current_actor(), public_id, *wanted, clock.now(), form.new_id)
    return render_template("api/token.html", organisation=organisation, token=token, text=text)


@tokens.post("/<public_id>/api-tokens/<token_id>/revoke")
@requires(member(roles=MANAGERS))
def revoke(public_id: str, token_id: str) -> ResponseReturnValue:
    token = service.revoke_token(current_actor(), public_id, token_id, clock.now())
    flash(_("‘%(name)s’ 토큰을 없앴어요. 이제 아무것도 열지 못해요.", name=token.name), "success")
    return redirect(url_for("api_tokens.index", public_id=public_id), 303)


def _page(organisation: Organisation, form: TokenForm) -> str:
    found = tokens_of(organisation, clock.now())
    return render_template("api/tokens.html", organisation=organisation, tokens=found, form=form)
