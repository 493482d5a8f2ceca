"""Applying for an opening, step by step: `/openings/<id>/apply`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Person
from app.accounts.queries import account_of
from app.certificates.downloads import download
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError, NotFound
from app.core.i18n import Text, _, _l
from app.core.uploads import takes_file
from app.jobs.application_words import ItemKind, Stage
from app.jobs.applying import application_draft_queries as drafts
from app.jobs.applying import application_draft_service as draft_service
from app.jobs.applying import application_file_service as file_service
from app.jobs.applying import application_queries as queries
from app.jobs.applying import application_service as service
from app.jobs.applying.application_choices import choices_of
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_file_answer import as_attachment
from app.jobs.applying.application_package import pack
from app.jobs.applying.application_wording import facts_line, facts_period, item_title, names_in
from app.jobs.applying.apply_forms import AgreeForm, ConfirmForm, DocumentsForm
from app.jobs.applying.resume_document import resume_pdf
from app.jobs.blueprints import openings
from app.jobs.matching.eligibility_service import findings_for
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_queries import public_opening
from app.portfolio.views import own_person

# What is done on the way through the documents, without going on to the next step.
_STAYS = ("upload", "delete", "experience")
STEPS: tuple[Text, ...] = (_l("안내"), _l("자격"), _l("서류"), _l("동의"), _l("확인"))


@openings.route("/<opening_id>/apply", methods=["GET", "POST"])
@requires(signed_in())
def apply(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    elsewhere = _elsewhere(person, opening)
    if elsewhere is not None:
        return elsewhere
    if request.method == "POST":
        at = clock.now()
        email = account_of(current_actor()).email
        draft_service.begin_draft(person, opening, choices_of(person, at), email, current_actor(), at)
        return redirect(url_for("openings.apply_eligibility", opening_id=opening_id), 303)
    return render_template(
        "jobs/applying/apply_notice.html", opening=opening, steps=STEPS, draft=drafts.draft_of(person, opening)
    )


@openings.get("/<opening_id>/apply/eligibility")
@requires(signed_in())
def apply_eligibility(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    draft, elsewhere = _begun(person, opening)
    if draft is None:
        return elsewhere
    findings = findings_for(person, opening, clock.now())
    return render_template("jobs/applying/apply_eligibility.html", opening=opening, steps=STEPS, findings=findings)


@openings.route("/<opening_id>/apply/documents", methods=["GET", "POST"])
@requires(signed_in())
@takes_file(
    lambda size: _(
        "지원서에 더하는 파일 하나는 %(size)sMB까지 올릴 수 있어요. 그림을 줄이거나 PDF로 다시 저장해 올려 주세요.",
        size=size,
    )
)
def apply_documents(opening_id: str) -> ResponseReturnValue:
    form = DocumentsForm()
    problem = _receive(opening_id, form) if request.method == "POST" else None
    person, opening = _asked(opening_id)
    draft, elsewhere = _begun(person, opening)
    if draft is None:
        return elsewhere
    choices = choices_of(person, clock.now())
    form.offer(choices)
    if request.method == "GET":
        form = DocumentsForm(obj=draft)
        form.offer(choices)
    else:
        act = "delete" if "delete" in request.form else request.form.get("act", "next")
        if act in _STAYS:
            form.relax()
        if form.validate_on_submit():
            _keep(draft, form)
            if act == "delete":
                file_service.delete_file(draft, request.form["delete"], current_actor(), clock.now())
        if problem is not None:
            form.file.errors = [str(problem)]
        elif not form.errors:
            return redirect(_after_documents(opening_id, act), 303)
    page = render_template(
        "jobs/applying/apply_documents.html",
        opening=opening,
        steps=STEPS,
        form=form,
        choices=choices,
        kinds=ItemKind,
        chosen=set(form.items.data or ()),
        files=drafts.files_of(draft),
        most=file_service.MOST_FILES,
    )
    return page, 422 if form.errors else 200


@openings.route("/<opening_id>/apply/consent", methods=["GET", "POST"])
@requires(signed_in())
def apply_consent(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    draft, elsewhere = _begun(person, opening, has_chosen=True)
    if draft is None:
        return elsewhere
    form = AgreeForm()
    notices = pack(draft, person, opening, clock.now()).notices
    if form.validate_on_submit():
        draft_service.agree(draft, notices, clock.now())
        return redirect(url_for("openings.apply_confirm", opening_id=opening_id), 303)
    page = render_template(
        "jobs/applying/apply_consent.html", opening=opening, steps=STEPS, form=form, notices=notices
    )
    return page, 422 if form.is_submitted() else 200


@openings.route("/<opening_id>/apply/confirm", methods=["GET", "POST"])
@requires(signed_in())
def apply_confirm(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        handed = service.submit_application(person, opening, form.digest.data, current_actor(), clock.now())
        return redirect(url_for("applications.received", application_id=handed.application.public_id), 303)
    draft, elsewhere = _begun(person, opening, has_chosen=True)
    if draft is None:
        return elsewhere
    package = pack(draft, person, opening, clock.now())
    if not package.notices.were_agreed_to(draft.consent):
        return redirect(url_for("openings.apply_consent", opening_id=opening_id), 303)
    form.digest.data = package.digest
    return render_template(
        "jobs/applying/apply_confirm.html",
        opening=opening,
        steps=STEPS,
        form=form,
        package=package,
        facts_line=facts_line,
        facts_period=facts_period,
        item_title=item_title,
        names_in=names_in,
        reveal_stage=Stage(opening.reveal_stage),
    )


@openings.get("/<opening_id>/apply/resume")
@requires(signed_in())
def apply_resume(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    draft = drafts.draft_of(person, opening)
    if draft is None:
        raise NotFound
    at = clock.now()
    return download(resume_pdf(pack(draft, person, opening, at), at), "application/pdf", "ieum-resume.pdf")


@openings.get("/<opening_id>/apply/files/<file_id>")
@requires(signed_in())
def apply_file(opening_id: str, file_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    return as_attachment(drafts.file_of(drafts.draft_of(person, opening), file_id))


@openings.route("/<opening_id>/apply/discard", methods=["GET", "POST"])
@requires(signed_in())
def apply_discard(opening_id: str) -> ResponseReturnValue:
    person, opening = _asked(opening_id)
    draft = drafts.draft_of(person, opening)
    if draft is None:
        return redirect(url_for("applications.index"), 303)
    if request.method == "GET":
        return render_template("jobs/applying/apply_discard.html", opening=opening)
    draft_service.discard(draft, current_actor(), clock.now())
    flash(_("작성하던 지원서를 지웠어요."), "success")
    return redirect(url_for("applications.index"), 303)


def _asked(opening_id: str) -> tuple[Person, Opening]:
    """Answer who asks and the opening; `NotFound` for one that people apply for elsewhere."""
    person, opening = own_person(), public_opening(opening_id)
    if not opening.is_own:
        raise NotFound
    return person, opening


def _elsewhere(person: Person, opening: Opening) -> ResponseReturnValue | None:
    """Answer where to go instead of applying: to what was handed in, or to the opening that has ended."""
    existing = queries.application_for(person, opening)
    if existing is not None and existing.stage != Stage.WITHDRAWN:
        return redirect(url_for("applications.show", application_id=existing.public_id), 303)
    if not opening.takes_applications(clock.now()):
        flash(_("접수가 끝난 공고예요. 이제 지원할 수 없어요."), "warning")
        return redirect(url_for("openings.show", opening_id=opening.public_id), 303)
    return None


def _begun(
    person: Person, opening: Opening, *, has_chosen: bool = False
) -> tuple[ApplicationDraft | None, ResponseReturnValue]:
    """Answer the draft, or where to go when there is none or it has not come as far."""
    elsewhere = _elsewhere(person, opening)
    draft = drafts.draft_of(person, opening) if elsewhere is None else None
    if draft is not None and (draft.is_complete or not has_chosen):
        return draft, ""
    step = "openings.apply" if draft is None else "openings.apply_documents"
    return None, elsewhere or redirect(url_for(step, opening_id=opening.public_id), 303)


def _receive(opening_id: str, form: DocumentsForm) -> DomainError | None:
    """Take in the file that came with the form, whatever else is wrong there; answer what is wrong with the file."""
    sent = form.file.data
    if not sent:
        return None
    try:
        data = sent.read()
        kind = file_service.read_file(data)
        person, opening = _asked(opening_id)
        actor = current_actor()
        file_service.receive_file(person, opening, sent.filename or "", data, kind, actor, clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return error
    return None


def _after_documents(opening_id: str, act: str) -> str:
    here = url_for("openings.apply_documents", opening_id=opening_id)
    if act == "experience":
        return url_for("portfolio.add_experience", back=here)
    return f"{here}#files" if act in _STAYS else url_for("openings.apply_consent", opening_id=opening_id)


def _keep(draft: ApplicationDraft, form: DocumentsForm) -> None:
    draft_service.choose(
        draft,
        form.items.data or [],
        makes_resume=form.makes_resume.data,
        words=form.words.data or "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        at=clock.now(),
    )
