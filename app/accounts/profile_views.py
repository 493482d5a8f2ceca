"""One's own account: what is known about it, and closing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.blueprints import accounts
from app.accounts.closing_service import close_account
from app.accounts.consents import text_of
from app.accounts.forms import PasswordForm
from app.accounts.models import PersonRole
from app.accounts.sessions import end_session, this_sign_in
from app.accounts.sign_ins import sign_out_everywhere as sign_every_device_out
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.db import commit_despite_error
from app.core.errors import Conflict, Invalid
from app.core.i18n import _
from app.core.network import visitor_network


@accounts.get("/account")
@requires(signed_in())
def profile() -> ResponseReturnValue:
    account = queries.account_of(current_actor())
    person = account.person
    return render_template(
        "accounts/profile.html",
        account=account,
        person_role=PersonRole(person.role).label if person is not None else None,
        memberships=queries.memberships_of(account),
        invitations=queries.invitations_to(account, clock.now()),
        sign_ins=queries.open_sign_ins_of(account, clock.now()),
        here=this_sign_in(),
        consents=[(text_of(consent), consent) for consent in queries.consents_of(account)],
    )


@accounts.post("/account/sign-out-everywhere")
@requires(signed_in())
def sign_out_everywhere() -> ResponseReturnValue:
    sign_every_device_out(current_actor(), clock.now())
    end_session()
    flash(_("모든 기기에서 로그아웃했어요."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.route("/account/close", methods=["GET", "POST"])
@requires(signed_in())
def close() -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/close.html", form=form)
    if not form.validate():
        return render_template("accounts/close.html", form=form), 422
    network = visitor_network()
    try:
        close_account(current_actor(), form.password.data, clock.now(), network=network)
    except Invalid as error:
        commit_despite_error()
        form.form_errors.append(error.message)
        return render_template("accounts/close.html", form=form), error.status
    except Conflict as error:
        form.form_errors.append(error.message)
        return render_template("accounts/close.html", form=form), error.status
    end_session()
    flash(_("탈퇴했어요. 발급된 수료증은 앞으로도 진위확인을 할 수 있어요."), "success")
    return redirect(url_for("home.index"), 303)
