"""Verification for everybody, without an account: `/v/<id>` from the QR code, `/verify` by document number."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.certificates import slips, status_service, verification_service
from app.certificates.forms import BirthDateForm, LookupForm
from app.certificates.verification_page import answered_page, page
from app.core import clock
from app.core.access import public, requires
from app.core.clock import iso_utc
from app.core.db import commit_despite_error
from app.core.errors import Invalid, TooMany
from app.core.network import visitor_network
from app.core.security import csrf, limited, limiter
from credentials import NotValid

blueprint = Blueprint("verification", __name__)


@blueprint.after_request
def _keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/v/<path:public_id>")
@requires(public())
@limited("300 per minute")
def show(public_id: str) -> ResponseReturnValue:
    verification = verification_service.verify_stored(public_id, clock.now())
    if verification is None:
        return _nothing_here()
    return page(verification)


@blueprint.post("/v/<public_id>/birth-date")
@requires(public())
@limiter.limit("60 per minute")
def birth_date(public_id: str) -> ResponseReturnValue:
    if not _comes_from_this_site():
        abort(400)
    now = clock.now()
    verification = verification_service.verify_stored(public_id, now)
    if verification is None:
        return _nothing_here()
    form = BirthDateForm()
    if not form.validate():
        return answered_page(verification, form), 422
    try:
        matches = verification_service.birth_date_matches(verification, form.birth_date.data, visitor_network(), now)
    except Invalid as error:
        form.birth_date.errors = [*form.birth_date.errors, error.message]
        return answered_page(verification, form), 422
    except TooMany as error:
        # Whoever may not ask further still sees whether the certificate holds.
        form.birth_date.errors = [*form.birth_date.errors, error.message]
        return answered_page(verification, form), error.status, error.headers
    return answered_page(verification, BirthDateForm(formdata=None), matches=matches)


# The page sets no cookie that could hold a token; `_comes_from_this_site` stands in for it.
csrf.exempt(birth_date)


@blueprint.get("/v/<public_id>/birth-date")
@requires(public())
def birth_date_asked(public_id: str) -> ResponseReturnValue:
    """Lead back to the certificate: who changes the language or comes back to the tab asks for this address."""
    return redirect(url_for("verification.show", public_id=public_id))


@blueprint.get("/verify")
@requires(public())
def form() -> ResponseReturnValue:
    return render_template("verification/form.html", form=LookupForm(formdata=None), found=None)


@blueprint.post("/verify")
@requires(public())
@limiter.limit("60 per minute")
def lookup() -> ResponseReturnValue:
    form = LookupForm()
    if not form.validate():
        return render_template("verification/form.html", form=form, found=None), 422
    certificate = verification_service.find_by_number(
        form.document_number.data, form.name_or_birth_date.data, visitor_network(), clock.now()
    )
    if certificate is None:
        commit_despite_error()
        return render_template("verification/form.html", form=form, found=False), 404
    return redirect(url_for("verification.show", public_id=certificate.public_id), 303)


@blueprint.get("/v/offline")
@requires(public())
def offline() -> ResponseReturnValue:
    """The frame that the service worker keeps: it holds no record and reads the paper's own code."""
    return _kept_for_a_while(Response(render_template("verification/offline.html")))


@blueprint.get("/v/states")
@requires(public())
@limiter.limit("300 per minute")
def states() -> ResponseReturnValue:
    """Which certificates no longer hold, for the time without the service; named by digests, so that none is told.

    Whoever has the same bytes already is told so in none; the moment is in the header either way.
    """
    now, found = clock.now(), status_service.changed_states()
    response = Response(found.data, content_type="application/octet-stream")
    response.set_etag(found.etag)
    response.headers["X-Known-At"] = iso_utc(now)
    return _kept_for_a_while(response).make_conditional(request)


@blueprint.get("/v/worker.js")
@requires(public())
def worker() -> ResponseReturnValue:
    """The service worker, served from where it may care for `/v/` and nothing else."""
    return current_app.send_static_file("js/verify/worker.js")


@blueprint.post("/v/slip")
@requires(public())
@limiter.limit("60 per minute")
def slip() -> ResponseReturnValue:
    """Read the digits of a QR code for a browser that cannot, after somebody pressed a button. Nothing is kept."""
    if not _comes_from_this_site():
        abort(400)
    try:
        return jsonify(slips.read_slip(request.form.get("digits", "")))
    except NotValid as refused:
        return jsonify({"code": refused.code}), 422


csrf.exempt(slip)


def _kept_for_a_while(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, max-age=60"
    response.vary.add("Cookie")
    return response


def _nothing_here() -> ResponseReturnValue:
    return render_template("verification/not_found.html"), 404


def _comes_from_this_site() -> bool:
    """Tell whether a browser sent this from a page of ours: what the CSRF token says elsewhere, without a cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host
