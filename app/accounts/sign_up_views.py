"""Signing up and confirming the mail address."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.blueprints import accounts
from app.accounts.consents import COLLECTION, STAFF_COLLECTION
from app.accounts.forms import ConfirmForm, SignUpForm
from app.accounts.models import Account
from app.accounts.sessions import begin_session
from app.accounts.sign_up_service import SignUp, confirm, open_confirmation, sign_up
from app.accounts.tokens import LinkExpired
from app.core import clock
from app.core.access import current_actor, public, requires
from app.core.db import commit_despite_error
from app.core.errors import Invalid
from app.core.i18n import _, current_language
from app.core.network import visitor_network
from app.core.templating import first_page


@accounts.route("/sign-up", methods=["GET", "POST"], endpoint="sign_up")
@requires(public())
def start() -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return redirect(url_for("home.index"))
    form = SignUpForm()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    wish = SignUp(
        name=form.name.data,
        birth_date=form.birth_date.data,
        email=form.email.data,
        password=form.password.data,
        role=form.role.data,
        language=current_language(),
    )
    sign_up(wish, clock.now(), network=visitor_network())
    return redirect(url_for("accounts.sign_up_sent"), 303)


def _page(form: SignUpForm) -> str:
    return render_template("accounts/sign_up.html", form=form, consent=COLLECTION, staff_consent=STAFF_COLLECTION)


@accounts.get("/sign-up/sent")
@requires(public())
def sign_up_sent() -> ResponseReturnValue:
    return render_template("accounts/sign_up_sent.html")


@accounts.route("/sign-up/confirm/<token>", methods=["GET", "POST"], endpoint="confirm")
@requires(public())
def confirm_address(token: str) -> ResponseReturnValue:
    form = ConfirmForm()
    now = clock.now()
    try:
        email = open_confirmation(token, now).account.email
        if request.method == "GET":
            return render_template("accounts/confirm.html", form=form, email=email)
        if not form.validate():
            return render_template("accounts/confirm.html", form=form, email=email), 422
        account = confirm(token, form.password.data, now, network=visitor_network())
    except LinkExpired as error:
        return render_template(
            "accounts/link_expired.html", message=error.message, again_url=url_for("accounts.sign_up")
        ), error.status
    except Invalid as error:
        commit_despite_error()
        form.form_errors.append(error.message)
        return render_template("accounts/confirm.html", form=form, email=email), 422
    begin_session(account)
    flash(_("가입이 끝났어요. 어서 오세요!"), "success")
    return redirect(_first_step(account), 303)


def _first_step(account: Account) -> str:
    """Answer where who has just signed up begins; without a person, an organisation has to be found first."""
    if account.person_id is not None:
        return first_page(current_app, account.actor)
    invitations = queries.invitations_to(account, clock.now())
    if len(invitations) == 1:
        return url_for("invitations.accept", public_id=invitations[0].public_id)
    return url_for("organisations.index" if invitations else "organisations.register")
