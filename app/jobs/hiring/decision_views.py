"""Decisions on applications: shown with their mails before they are made, taken back as one while they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import Invalid
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.jobs.application_words import Stage
from app.jobs.applying.applicant_mail import decision_letter
from app.jobs.applying.visible import visible_of
from app.jobs.blueprints import hiring
from app.jobs.hiring import applicant_queries, letter_queries
from app.jobs.hiring import applicant_service as service
from app.jobs.hiring import decision_queries as queries
from app.jobs.hiring.applicant_forms import DecisionForm
from app.jobs.hiring.applicant_service import Decided
from app.jobs.hiring.letter_writing import writer_of
from app.jobs.letter_models import LetterTemplate
from app.jobs.opening_models import Opening
from app.jobs.scope import find_own_opening, may_write
from app.jobs.stages import UNDO_WITHIN, may_move

_SHOWS = _l("지원서")


@hiring.post("/<opening_id>/applications/decide")
@requires(may_write(), shows=_SHOWS)
def decide(opening_id: str) -> ResponseReturnValue:
    opening, form, at = find_own_opening(opening_id, current_actor(), to_write=True), DecisionForm(), clock.now()
    seen = form.seen()
    chosen = applicant_queries.chosen_applications(opening, list(seen), current_actor())
    applicant_queries.note_applicants(chosen)
    if not form.validate() or not chosen:
        raise Invalid(_l("지원자를 한 명 이상 고르고 결정을 골라 주세요.") if not chosen else _first_error(form))
    wanted = Stage(form.stage.data)
    letter = _letter(form, letter_queries.letters_for(opening, wanted))
    writer = writer_of(letter, opening, wanted, chosen, at) if letter is not None else None
    confirms, version = form.step.data == "confirm", f"{letter.public_id}:{letter.version}" if letter else ""
    # Only mails that were seen are sent: not of a letter that was changed or chosen since.
    if not confirms or (form.shown.data or "") != version:
        form.shown.data = version
        shown = [visible_of(application, opening, at) for application in chosen]
        fitting = [
            a for a in shown if a.may_be_decided and seen[a.public_id] == a.stage and may_move(a.stage, wanted)
        ]
        page = render_template(
            "jobs/hiring/applicants_decide.html",
            opening=opening,
            form=form,
            wanted=wanted,
            fitting=fitting,
            left_out=[a for a in shown if a not in fitting],
            letters=[decision_letter(a, opening, wanted, form.words.data or "", writer) for a in fitting],
            lacks_times=writer is not None and writer.lacks_times,
            has_changed=confirms,
        )
        return page, 409 if confirms else 200
    words, why = form.words.data or "", form.why.data or ""
    decided = service.decide_many(chosen, seen, wanted, words, why, current_actor(), at, writer)
    return _decided(opening, wanted, decided)


def _decided(opening: Opening, wanted: Stage, decided: Decided) -> ResponseReturnValue:
    """Say what a decision did: on one application its list, on several a page with the way to take all back."""
    if decided.count:
        said = _(
            "%(count)s명의 결정을 저장했어요: %(stage)s. 10분 안에는 되돌릴 수 있어요.",
            count=decided.count,
            stage=wanted.label,
        )
        flash(said, "success")
    if decided.left_out:
        return render_template(
            "jobs/hiring/applicants_left_out.html", opening=opening, left_out=decided.left_out, decided=decided
        )
    if decided.count == 1:
        return redirect(url_for("hiring.applicants", opening_id=opening.public_id), 303)
    page = url_for("hiring.decision", opening_id=opening.public_id, decision_id=decided.decision_id)
    return redirect(page, 303)


@hiring.get("/<opening_id>/decisions/<decision_id>")
@requires(may_write(), shows=_SHOWS)
def decision(opening_id: str, decision_id: str) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor(), to_write=True), clock.now()
    found = queries.find_decision(opening, decision_id, current_actor())
    rows = queries.decided_applications(opening, decision_id, current_actor())
    page = paginate(rows, request.args.get("page", 1, type=int))
    applicant_queries.note_applicants(page.items)
    reasons = queries.why_not_undo_one_decision(page.items, decision_id, at)
    return render_template(
        "jobs/hiring/applicants_decision.html",
        opening=opening,
        decision=found,
        until=found.at + UNDO_WITHIN,
        can_be_undone=found.can_be_undone(at),
        page=replace(page, items=[(visible_of(a, opening, at), reasons[a.id]) for a in page.items]),
    )


@hiring.post("/<opening_id>/decisions/<decision_id>/undo")
@requires(may_write(), shows=_SHOWS)
def undo_decision(opening_id: str, decision_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    undone, stay = service.undo_many(opening, decision_id, current_actor(), clock.now())
    if undone:
        flash(_("%(count)s명의 결정을 되돌렸어요. 메일은 가지 않아요.", count=undone), "success")
    if stay:
        flash(_("%(count)s명의 결정은 되돌릴 수 없었어요. 까닭은 아래에 있어요.", count=stay), "warning")
    if not undone and not stay:
        flash(_("이미 모두 되돌린 결정이에요."), "information")
    return redirect(url_for("hiring.decision", opening_id=opening_id, decision_id=decision_id), 303)


def _letter(form: DecisionForm, letters: Sequence[LetterTemplate]) -> LetterTemplate | None:
    """Answer the letter that was chosen, None for ours; at first the employer's only one. Raises `Invalid`."""
    form.letter.choices = [
        SelectChoice("", _("이음이 쓰는 문구")),
        *(SelectChoice(o.public_id, o.name) for o in letters),
    ]
    if "letter" not in request.form and not form.step.data and len(letters) == 1:
        form.letter.data = letters[0].public_id
    if not form.letter.data:
        return None
    letter = next((one for one in letters if one.public_id == form.letter.data), None)
    if letter is None:
        raise Invalid(_l("고른 메일 문구가 없어졌어요. 지원자 목록에서 다시 골라 주세요."))
    return letter


def _first_error(form: DecisionForm) -> str:
    return str(next(iter(form.errors.values()))[0])
