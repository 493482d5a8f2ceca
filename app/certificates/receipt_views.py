"""Receipts for everybody: `/verify/receipts/<id>` from the paper, `/verify/receipts` for a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.certificates import bulk_words, receipt_service
from app.certificates.bulk_forms import ReceiptForm
from app.certificates.receipt_page import ReceiptPage
from app.certificates.receipt_service import ReceiptAnswer, ReceiptVerification
from app.core.access import public, requires
from app.core.i18n import _
from app.core.security import limited, limiter
from app.core.uploads import takes_file

blueprint = Blueprint("receipts", __name__, url_prefix="/verify/receipts")


@blueprint.after_request
def _keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/<public_id>")
@requires(public())
@limited("300 per minute")
def show(public_id: str) -> ResponseReturnValue:
    found = receipt_service.verify_stored_receipt(public_id)
    if found is None:
        return render_template("verification/receipt.html", found=None, form=ReceiptForm(formdata=None)), 404
    return _page(found, ReceiptForm(formdata=None))


@blueprint.route("", methods=["GET", "POST"])
@requires(public(), only_looks=True)
@limiter.limit("60 per minute", methods=["POST"])
@takes_file(
    lambda size: _(
        "확인결과서 파일이라기에는 너무 커요. 내려받은 PDF, JSON, JWT를 그대로 골라 주세요. %(size)sMB까지 읽어요.",
        size=size,
    )
)
def check() -> ResponseReturnValue:
    form = ReceiptForm()
    if request.method == "GET" or not form.validate():
        status = 422 if request.method == "POST" else 200
        return render_template("verification/receipt_form.html", form=form), status
    return _page(receipt_service.verify_receipt(form.file.data.read()), ReceiptForm(formdata=None))


def _page(found: ReceiptVerification, form: ReceiptForm) -> str:
    return render_template(
        "verification/receipt.html",
        found=found,
        shown=ReceiptPage.of(found.statement) if found.statement is not None else None,
        answers=ReceiptAnswer,
        badges=bulk_words.BADGES,
        form=form,
    )
