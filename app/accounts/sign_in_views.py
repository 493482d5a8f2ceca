"""Signing in and out."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.blueprints import accounts
from app.accounts.forms import CodeForm, SignInForm
from app.accounts.second_factor_service import check_code
from app.accounts.sessions import begin_session, end_session, password_check, remember_password_check
from app.accounts.sign_in_service import check_credentials
from app.core import clock
from app.core.access import current_actor, public, requires
from app.core.db import commit_despite_error
from app.core.errors import Invalid
from app.core.i18n import _
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
    if account.second_factor_since is not None:
        remember_password_check(account, form.next.data, clock.now())
        return redirect(url_for("accounts.sign_in_code"), 303)
    begin_session(account)
    return redirect(form.next.data or first_page(current_app, account.actor), 303)


@accounts.route("/sign-in/code", methods=["GET", "POST"])
@requires(public())
def sign_in_code() -> ResponseReturnValue:
    checked = password_check(clock.now())
    if checked is None:
        return redirect(url_for("accounts.sign_in"), 303)
    account, target = checked
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in_code.html", form=form), 422 if form.is_submitted() else 200
    try:
        left = check_code(account, form.code.data, clock.now())
    except Invalid as error:
        commit_despite_error()
        form.code.errors = [error.message]
        return render_template("accounts/sign_in_code.html", form=form), 422
    begin_session(account)
    if left is not None:
        flash(
            _("복구 코드를 썼어요. 남은 코드는 %(left)s개예요. 얼마 없으면 새로 만들어 주세요.", left=left), "warning"
        )
    return redirect(target or first_page(current_app, account.actor), 303)


@accounts.route("/sign-out", methods=["POST"])
@requires(public())
def sign_out() -> ResponseReturnValue:
    end_session()
    return redirect(url_for("home.index"), 303)
