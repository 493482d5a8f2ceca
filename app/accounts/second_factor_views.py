"""Setting up the second factor, new recovery codes, turning it off, and demanding it of staff."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, totp
from app.accounts import second_factor_service as service
from app.accounts.blueprints import accounts
from app.accounts.forms import PasswordForm, SetUpForm
from app.accounts.sessions import begin_session, signed_in_lately
from app.accounts.sign_in_service import WrongPassword
from app.accounts.tokens import LinkExpired
from app.core import clock
from app.core.access import Permission, current_actor, requires, signed_in
from app.core.db import commit_despite_error
from app.core.errors import Conflict, Invalid
from app.core.i18n import _, _l
from app.core.network import visitor_network

# What somebody may still do of whom a second factor is demanded and who has none yet.
_OPEN_WITHOUT = {"accounts.second_factor", "accounts.sign_out_everywhere"}


def demand_second_factor() -> ResponseReturnValue | None:
    """Send staff without a second factor to set one up, where the instance demands it (before each request)."""
    if not current_app.config["IEUM_STAFF_MFA_REQUIRED"] or request.endpoint in _OPEN_WITHOUT:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    permission: Permission | None = getattr(view, "permission", None)
    if permission is None or not permission.needs_account:
        return None
    actor = current_actor()
    if not service.is_demanded(actor) or queries.account_of(actor).second_factor_since is not None:
        return None
    flash(_("이 서비스에서는 기관 구성원과 운영자가 2단계 인증을 써야 해요. 먼저 설정해 주세요."), "info")
    return redirect(url_for("accounts.second_factor"), 303)


@accounts.route("/account/second-factor", methods=["GET", "POST"])
@requires(signed_in())
def second_factor() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if request.method == "GET" and queries.account_of(actor).second_factor_since is not None:
        left, demanded = service.codes_left(actor), service.is_demanded(actor)
        return render_template("accounts/second_factor_on.html", left=left, demanded=demanded)
    form = _set_up_form()
    if request.method == "GET":
        form.proposal.data = service.propose(actor, now)
        return _set_up_page(form)
    try:
        service.proposed_secret(actor, form.proposal.data or "", now)
    except LinkExpired:
        form = _set_up_form(formdata=None, proposal=service.propose(actor, now))
        form.form_errors.append(_("화면을 연 지 오래되어 새 키를 만들었어요. 인증 앱에 다시 등록해 주세요."))
        return _set_up_page(form), 422
    if not form.validate():
        return _set_up_page(form), 422
    password = form.password.data if "password" in form else None
    try:
        codes = service.turn_on(
            actor, form.proposal.data or "", form.code.data, password, now, network=visitor_network()
        )
    except WrongPassword as error:
        commit_despite_error()
        form.password.errors = [error.message]
        return _set_up_page(form), 422
    except Invalid as error:
        form.code.errors = [error.message]
        return _set_up_page(form), 422
    begin_session(queries.account_of(actor))
    return render_template("accounts/recovery_codes.html", codes=codes)


def _set_up_form(**values: Any) -> SetUpForm:
    """Make the form; it asks for the password of whoever has not signed in just now."""
    form = SetUpForm(**values)
    if signed_in_lately(clock.now()):
        del form.password
    return form


def _set_up_page(form: SetUpForm) -> str:
    secret = service.proposed_secret(current_actor(), form.proposal.data or "", clock.now())
    address = totp.app_address(secret, queries.account_of(current_actor()).email, _("이음"))
    return render_template(
        "accounts/second_factor.html", form=form, qr=totp.qr_svg(address), typed_key=totp.typed_key(secret)
    )


@accounts.route("/account/second-factor/codes", methods=["GET", "POST"])
@requires(signed_in())
def recovery_codes() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            codes = service.replace_codes(current_actor(), form.password.data, clock.now(), network=visitor_network())
        except (Invalid, Conflict) as error:
            commit_despite_error()
            form.form_errors.append(error.message)
        else:
            return render_template("accounts/recovery_codes.html", codes=codes)
    page = render_template(
        "accounts/second_factor_password.html",
        form=form,
        title=_l("복구 코드 다시 만들기"),
        lead=_l("새로 만들면 지금까지의 복구 코드는 쓸 수 없어요."),
        button_label=_l("복구 코드 만들기"),
    )
    return page, 422 if form.is_submitted() else 200


@accounts.route("/account/second-factor/off", methods=["GET", "POST"])
@requires(signed_in())
def second_factor_off() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            service.turn_off(current_actor(), form.password.data, clock.now(), network=visitor_network())
        except (Invalid, Conflict) as error:
            commit_despite_error()
            form.form_errors.append(error.message)
        else:
            flash(_("2단계 인증을 껐어요."), "success")
            return redirect(url_for("accounts.profile"), 303)
    page = render_template(
        "accounts/second_factor_password.html",
        form=form,
        title=_l("2단계 인증 끄기"),
        lead=_l("끄면 비밀번호만으로 로그인할 수 있어서 덜 안전해요."),
        button_label=_l("2단계 인증 끄기"),
    )
    return page, 422 if form.is_submitted() else 200
