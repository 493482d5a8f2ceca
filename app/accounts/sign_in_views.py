"""Signing in and out."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.blueprints import accounts
from app.accounts.forms import SignInForm
from app.accounts.sessions import begin_session, end_session
from app.accounts.sign_in_service import check_credentials
from app.core import clock
from app.core.access import current_actor, public, requires
from app.core.db import commit_despite_error
from app.core.errors import Invalid
from app.core.network import visitor_network
from app.core.templating import first_page


@accounts.route("/sign-in", methods=["GET", "POST"])
@requires(public())
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET":
        if current_actor().is_signed_in:
            return redirect(form.next.data or first_page(current_app, current_actor()))
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    network = visitor_network()
    try:
        account = check_credentials(form.email.data, form.password.data, clock.now(), network=network)
    except Invalid as error:
        commit_despite_error()
        form.form_errors.append(error.message)
        return render_template("accounts/sign_in.html", form=form), 422
    begin_session(account)
    return redirect(form.next.data or first_page(current_app, account.actor), 303)


@accounts.route("/sign-out", methods=["POST"])
@requires(public())
def sign_out() -> ResponseReturnValue:
    end_session()
    return redirect(url_for("home.index"), 303)
