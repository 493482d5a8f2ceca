"""Forgotten and changed passwords."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.blueprints import accounts
from app.accounts.forms import ChangePasswordForm, ForgottenPasswordForm, NewPasswordForm
from app.accounts.password_service import change_password as set_with_present
from app.accounts.password_service import open_reset, request_reset
from app.accounts.password_service import reset_password as set_with_link
from app.accounts.sessions import begin_session, end_session
from app.accounts.tokens import LinkExpired
from app.core import clock
from app.core.access import current_actor, public, requires, signed_in
from app.core.db import commit_despite_error
from app.core.errors import Invalid
from app.core.i18n import _
from app.core.network import visitor_network


@accounts.route("/password/forgotten", methods=["GET", "POST"])
@requires(public())
def forgotten_password() -> ResponseReturnValue:
    form = ForgottenPasswordForm()
    if request.method == "GET":
        return render_template("accounts/forgotten_password.html", form=form)
    if not form.validate():
        return render_template("accounts/forgotten_password.html", form=form), 422
    request_reset(form.email.data, clock.now(), network=visitor_network())
    return redirect(url_for("accounts.reset_sent"), 303)


@accounts.get("/password/sent")
@requires(public())
def reset_sent() -> ResponseReturnValue:
    return render_template("accounts/reset_sent.html")


@accounts.route("/password/reset/<token>", methods=["GET", "POST"])
@requires(public())
def reset_password(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    now = clock.now()
    try:
        email = open_reset(token, now).email
        if request.method == "GET":
            return render_template("accounts/reset_password.html", form=form, email=email)
        if not form.validate():
            return render_template("accounts/reset_password.html", form=form, email=email), 422
        set_with_link(token, form.password.data, now)
    except LinkExpired as error:
        return render_template(
            "accounts/link_expired.html", message=error.message, again_url=url_for("accounts.forgotten_password")
        ), error.status
    except Invalid as error:
        form.form_errors.append(error.message)
        return render_template("accounts/reset_password.html", form=form, email=email), 422
    end_session()
    flash(_("새 비밀번호를 정했어요. 이제 새 비밀번호로 로그인해 주세요."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.route("/account/password", methods=["GET", "POST"])
@requires(signed_in())
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("accounts/change_password.html", form=form)
    if not form.validate():
        return render_template("accounts/change_password.html", form=form), 422
    network = visitor_network()
    try:
        account = set_with_present(
            current_actor(), form.present.data, form.password.data, clock.now(), network=network
        )
    except Invalid as error:
        commit_despite_error()
        form.form_errors.append(error.message)
        return render_template("accounts/change_password.html", form=form), 422
    begin_session(account)
    flash(_("비밀번호를 바꿨어요. 다른 기기에서는 다시 로그인해야 해요."), "success")
    return redirect(url_for("accounts.profile"), 303)
