"""One's own account."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.blueprints import accounts
from app.accounts.queries import account_of
from app.core.access import current_actor, requires, signed_in
from app.core.i18n import _


@accounts.get("/account")
@requires(signed_in())
def profile() -> ResponseReturnValue:
    account = account_of(current_actor())
    facts = [(_("이름"), account.name), (_("이메일"), account.email)]
    return render_template("accounts/profile.html", facts=facts)
