"""An employer's letters, by which decisions are told: `/hiring/letters`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError, NotFound
from app.core.forms import search_text
from app.core.i18n import _, _l, current_language
from app.core.paging import paginate
from app.jobs.application_words import Stage
from app.jobs.applying.applicant_mail import Letter, decision_letter
from app.jobs.applying.visible import visible_of
from app.jobs.blueprints import hiring
from app.jobs.hiring import applicant_queries, letter_texts
from app.jobs.hiring import letter_queries as queries
from app.jobs.hiring import letter_service as service
from app.jobs.hiring.letter_forms import LetterForm
from app.jobs.hiring.letter_placeholders import Placeholder, words_in
from app.jobs.hiring.letter_rules import filled
from app.jobs.hiring.letter_writing import writer_of
from app.jobs.letter_models import LetterTemplate
from app.jobs.opening_models import Opening
from app.jobs.scope import employers_to_write, may_write
from app.jobs.stages import DECISIONS

_SHOWS = _l("지원서")


@dataclass(frozen=True)
class Preview:
    """A letter as one applicant would get it; `is_made_up` says that nobody has applied yet."""

    letter: Letter
    is_made_up: bool


@hiring.get("/letters")
@requires(may_write())
def letters() -> ResponseReturnValue:
    actor, search = current_actor(), search_text(request.args.get("q"))
    employers = employers_to_write(actor)
    return render_template(
        "jobs/hiring/letters.html",
        page=paginate(queries.letters_of(actor, search), request.args.get("page", 1, type=int)),
        search=search,
        employers={employer.id: employer.name for employer in employers},
        stages=Stage,
        decisions=DECISIONS,
    )


@hiring.route("/letters/new/<stage>", methods=["GET", "POST"])
@requires(may_write(), shows=_SHOWS)
def create_letter(stage: str) -> ResponseReturnValue:
    if stage not in DECISIONS:
        raise NotFound
    wanted, employers = Stage(stage), {e.public_id: e for e in employers_to_write(current_actor())}
    texts = {"body": letter_texts.first_text(wanted, "ko"), "english": letter_texts.first_text(wanted, "en")}
    form = LetterForm(data={"name": letter_texts.first_name(wanted), **texts})
    form.employer.choices = [SelectChoice(public_id, employer.name) for public_id, employer in employers.items()]
    employer = employers.get(form.employer.data or "") or next(iter(employers.values()))
    form.employer.data = employer.public_id

    def keep(name: str, body: str, english: str) -> None:
        service.make_letter(employer.id, wanted, name, body, english, current_actor(), clock.now())

    return _letter(form, wanted, employer.id, keep)


@hiring.route("/letters/<letter_id>", methods=["GET", "POST"])
@requires(may_write(), shows=_SHOWS)
def edit_letter(letter_id: str) -> ResponseReturnValue:
    letter = queries.find_letter(letter_id, current_actor())
    values = {"name": letter.name, "body": letter.body, "english": letter.english, "version": str(letter.version)}
    form = LetterForm(data=values)
    seen = form.version.data or ""

    def keep(name: str, body: str, english: str) -> None:
        version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        service.change_letter(letter, name, body, english, version, current_actor(), clock.now())

    return _letter(form, Stage(letter.stage), letter.organisation_id, keep, letter)


@hiring.route("/letters/<letter_id>/delete", methods=["GET", "POST"])
@requires(may_write())
def delete_letter(letter_id: str) -> ResponseReturnValue:
    letter = queries.find_letter(letter_id, current_actor())
    if request.method == "GET":
        return render_template("jobs/hiring/letter_delete.html", letter=letter)
    service.delete_letter(letter, current_actor(), clock.now())
    flash(_("메일 문구를 지웠어요."), "success")
    return redirect(url_for("hiring.letters"), 303)


def _letter(
    form: LetterForm,
    wanted: Stage,
    organisation_id: int,
    keep: Callable[[str, str, str], None],
    letter: LetterTemplate | None = None,
) -> ResponseReturnValue:
    """Answer a letter's form, its preview, or what keeping it came to."""
    shown = queries.openings_to_show(organisation_id, current_actor())
    form.opening.choices = [SelectChoice(opening.public_id, opening.title) for opening in shown]
    preview = None
    if form.validate_on_submit():
        name, body, english = form.name.data or "", form.body.data or "", form.english.data or ""
        if form.step.data == "preview":
            opening = next((o for o in shown if o.public_id == form.opening.data), shown[0] if shown else None)
            sketch = LetterTemplate(body=body, english=english, stage=wanted.value)
            preview = _preview(sketch, wanted, opening)
        else:
            try:
                keep(name, body, english)
            except DomainError as error:
                form.form_errors.append(str(error.message))
            else:
                flash(_("메일 문구를 저장했어요."), "success")
                return redirect(url_for("hiring.letters"), 303)
    page = render_template(
        "jobs/hiring/letter.html",
        form=form,
        wanted=wanted,
        letter=letter,
        preview=preview,
        words=words_in(current_language()),
    )
    return page, 422 if form.errors else 200


def _preview(sketch: LetterTemplate, wanted: Stage, opening: Opening | None) -> Preview:
    """Write a letter as it stands in the form to the opening's first applicant, or to nobody in particular."""
    at = clock.now()
    application = queries.applicant_to_show(opening, current_actor()) if opening is not None else None
    if opening is None or application is None:
        values = {
            Placeholder.NAME: str(_("지원번호 %(number)s번", number=1)),
            Placeholder.OPENING: str(_("공고 이름")),
            Placeholder.STAGE: str(wanted.label),
            Placeholder.INTERVIEW: str(_("정해지면 따로 알려 드려요")),
        }
        return Preview(Letter(values[Placeholder.NAME], "", filled(sketch.body, values)), True)
    applicant_queries.note_applicants([application])
    writer = writer_of(sketch, opening, wanted, [application], at)
    return Preview(decision_letter(visible_of(application, opening, at), opening, wanted, "", writer), False)
