"""Adding a training record to an account that was made for an organisation's work."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.blueprints import accounts
from app.accounts.consents import COLLECTION
from app.accounts.forms import PersonForm
from app.accounts.person_service import Stated, add_person
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.i18n import _
from app.core.templating import first_page


@accounts.route("/account/person", methods=["GET", "POST"], endpoint="add_person")
@requires(signed_in())
def add() -> ResponseReturnValue:
    actor = current_actor()
    if actor.person_id is not None:
        return redirect(first_page(current_app, actor), 303)
    form = PersonForm()
    if request.method == "GET":
        form.name.data = queries.account_of(actor).name
        return render_template("accounts/add_person.html", form=form, consent=COLLECTION)
    if not form.validate():
        return render_template("accounts/add_person.html", form=form, consent=COLLECTION), 422
    add_person(actor, Stated(form.name.data, form.birth_date.data, form.role.data), clock.now())
    flash(_("교육 기록을 연결했어요. 이제 내 포트폴리오를 쓸 수 있어요."), "success")
    return redirect(first_page(current_app, queries.account_of(actor).actor), 303)
