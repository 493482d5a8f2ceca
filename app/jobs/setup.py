"""Connects the job board to the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.models import OrganisationKind
from app.accounts.signals import account_closed
from app.core.access import Actor
from app.core.i18n import _l
from app.core.templating import add_navigation
from app.jobs import (
    applicant_models,
    application_models,
    application_moves,
    blueprints,
    commands,
    interview_models,
    letter_models,
    message_models,
    reviewer_models,
    wording,
)
from app.jobs.applying import (
    application_draft_models,
    application_draft_service,
    application_scanner,
    application_views,
    application_wording,
    apply_views,
    badge_checks,
)
from app.jobs.board import (
    opening_feed_views,
    opening_views,
    saved_search_job,
    saved_search_models,
    saved_search_service,
    saved_search_views,
    search_commands,
    search_hooks,
    search_job,
)
from app.jobs.duties import (
    destruction_job,
    destruction_models,
    destruction_paper_job,
    destruction_views,
    destruction_words,
    duty_job,
    duty_models,
    duty_views,
    duty_words,
)
from app.jobs.hiring import (
    applicant_download_views,
    applicant_views,
    applicant_wording,
    decision_views,
    hiring_views,
    interview_views,
    letter_views,
    message_views,
    review_views,
    reviewer_views,
)
from app.jobs.job_signals import application_destroyed
from app.jobs.listings import import_models, import_wording, list_upload_views, pull_service, source_views
from app.jobs.matching import expert_views, matching_views, preference_service, training_need_views
from app.jobs.openings import requirement_views
from app.jobs.outcomes import (
    employment_job,
    employment_models,
    employment_service,
    employment_views,
    employment_withdrawal_views,
    employment_words,
    figure_job,
    figure_models,
    figure_views,
    figure_words,
)
from app.jobs.scope import OFFICE, decides, hires, may_import, sees_figures

# Importing a module of views hangs its routes on the blueprint; importing a job registers its stored work.
PARTS = (
    application_models,
    application_moves,
    application_draft_models,
    import_models,
    applicant_models,
    interview_models,
    letter_models,
    message_models,
    reviewer_models,
    duty_models,
    employment_models,
    destruction_models,
    figure_models,
    saved_search_models,
    opening_views,
    hiring_views,
    requirement_views,
    review_views,
    matching_views,
    expert_views,
    training_need_views,
    apply_views,
    application_views,
    application_scanner,
    badge_checks,
    applicant_views,
    decision_views,
    reviewer_views,
    applicant_download_views,
    interview_views,
    letter_views,
    message_views,
    search_hooks,
    search_job,
    saved_search_views,
    saved_search_job,
    opening_feed_views,
    pull_service,
    source_views,
    list_upload_views,
    duty_views,
    duty_job,
    destruction_views,
    destruction_job,
    destruction_paper_job,
    employment_views,
    employment_withdrawal_views,
    employment_job,
    figure_views,
    figure_job,
)


def init_app(app: Flask) -> None:
    """Register the job board's pages, filters, commands and navigation."""
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    app.jinja_env.filters.update(wording.FILTERS)
    app.jinja_env.filters.update(application_wording.FILTERS)
    app.jinja_env.filters.update(applicant_wording.FILTERS)
    app.jinja_env.filters.update(import_wording.FILTERS)
    app.jinja_env.filters.update(duty_words.FILTERS)
    app.jinja_env.filters.update(destruction_words.FILTERS)
    app.jinja_env.filters.update(employment_words.FILTERS)
    app.jinja_env.filters.update(figure_words.FILTERS)
    app.jinja_env.globals["column_choices"] = import_wording.column_choices
    app.cli.add_command(commands.jobs)
    search_commands.add_to(app)
    account_closed.connect(application_draft_service.forget_drafts)
    account_closed.connect(saved_search_service.forget_searches)
    account_closed.connect(preference_service.forget_preferences)
    application_destroyed.connect(employment_service.cut_from_application)
    _add_navigation(app)


def _add_navigation(app: Flask) -> None:
    add_navigation(app, _l("채용 관리"), "hiring.index", 15, hires)
    add_navigation(
        app, _l("공고 검토"), "opening_reviews.index", 16, lambda actor: bool(actor.organisation_ids((OFFICE,)))
    )
    add_navigation(app, _l("전문가 찾기"), "expert_needs.index", 17, hires)
    add_navigation(app, _l("공고 가져오기"), "opening_sources.index", 81, may_import().allows)
    add_navigation(app, _l("채용공고"), "openings.index", 20, lambda actor: True)
    add_navigation(app, _l("나에게 맞는 공고"), "openings.for_me", 21, lambda actor: actor.person_id is not None)
    add_navigation(app, _l("지원현황"), "applications.index", 22, lambda actor: actor.person_id is not None)
    add_navigation(app, _l("해야 할 일"), "duties.index", 16, hires)
    add_navigation(app, _l("채용 의무"), "duties.overview", 18, lambda actor: bool(actor.organisation_ids((OFFICE,))))
    add_navigation(app, _l("채용한 사람"), "employments.index", 17, decides)
    add_navigation(app, _l("채용 통계"), "figures.jobs", 83, sees_figures)
    add_navigation(app, _l("필요한 교육"), "training_needs.index", 40, _teaches_or_governs)


def _teaches_or_governs(actor: Actor) -> bool:
    return bool(actor.organisation_ids((OFFICE, OrganisationKind.TRAINING_CENTRE.value)))
