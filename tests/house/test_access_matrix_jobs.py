"""Every route of the job board × everybody: own, another's, none; see `jobs_access` for the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from app.accounts.models import Account, MembershipRole, OrganisationKind
from app.core import clock
from app.jobs.application_words import Stage
from app.jobs.blueprints import ALL
from app.jobs.board.saved_search_service import stop_link_token
from app.jobs.opening_models import Requirement
from app.jobs.opening_words import OpeningState, WorkKind
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.applying import make_draft, make_file
from tests.factories.duties import make_destruction, make_employment, make_return_request
from tests.factories.jobs import (
    listed_in,
    make_application,
    make_criterion,
    make_employer,
    make_expert,
    make_invitation,
    make_item,
    make_letter,
    make_move,
    make_need,
    make_offer,
    make_opening,
    make_preference,
    make_reviewer,
    make_saved_search,
    make_slot,
)
from tests.factories.sources import make_pulled_source
from tests.house.jobs_access import (
    APPLICANT,
    BLUEPRINTS,
    CENTRE,
    CLERK,
    EVERYBODY,
    MANAGER,
    NOBODY,
    OFFICE,
    OPERATOR,
    OTHER_EMPLOYER,
    OTHER_PERSON,
    UNASSIGNED,
    VIEWER,
    WHOM_IT_SERVES,
)


@dataclass(frozen=True)
class World:
    """One employer with its openings and applicants, and everybody who may ask. `ids`: by `endpoint.argument`, or by
    `blueprint.argument`."""

    people: dict[str, Account]
    ids: dict[str, str]

    def value(self, endpoint: str, name: str) -> str:
        return self.ids.get(f"{endpoint}.{name}") or self.ids[f"{endpoint.split('.')[0]}.{name}"]


@pytest.fixture
def world(app: Flask) -> World:
    employer = make_employer()
    people = {
        MANAGER: make_member(employer, MembershipRole.MANAGER),
        CLERK: make_member(employer, MembershipRole.CLERK),
        VIEWER: make_member(employer, MembershipRole.VIEWER),
        UNASSIGNED: make_member(employer, MembershipRole.VIEWER),
        APPLICANT: make_account(person=make_person("나지원")),
        OTHER_PERSON: make_account(person=make_person("남다른")),
        OTHER_EMPLOYER: make_member(make_employer(), MembershipRole.MANAGER),
        CENTRE: make_member(make_organisation(), MembershipRole.MANAGER),
        OFFICE: make_member(make_organisation(kind=OrganisationKind.OFFICE), MembershipRole.MANAGER),
        OPERATOR: make_account(operator=True),
    }
    hours = Requirement(kind="hours", level="required", minutes=2400, course_kind="in_service")
    opening = make_opening(employer, requirements=(hours,))
    removed_from = make_opening(employer, requirements=(Requirement(kind="course", level="preferred", name="기초"),))
    application = make_application(opening, people[APPLICANT], Stage.INTERVIEW)
    taken_back = make_application(make_opening(employer), people[APPLICANT])
    beginning = make_draft(opening, people[OTHER_PERSON])
    reviewer, criterion = make_reviewer(opening, people[VIEWER]), make_criterion(opening)
    decided = make_application(make_opening(employer), people[APPLICANT], Stage.REJECTED, decided_at=clock.now())
    destroyed = make_application(make_opening(employer), people[OTHER_PERSON], Stage.REJECTED, decided_at=clock.now())
    request = make_return_request(decided)
    make_destruction(destroyed, has_paper=True)
    hired = make_application(make_opening(employer), people[APPLICANT], Stage.HIRED, decided_at=clock.now())
    job = make_employment(make_application(make_opening(employer), people[APPLICANT], Stage.HIRED))
    in_review = make_opening(employer, OpeningState.IN_REVIEW)
    matched = make_preference(people[APPLICANT], takes_offers=True, expert_fields=(WorkKind.COORDINATOR,))
    need = make_need(employer)
    kept, deleted = (make_saved_search(people[APPLICANT], q=word) for word in ("코디", "매니저"))
    ids = {
        "hiring.preference_id": listed_in(opening, matched),
        "offers.offer_id": make_offer(make_opening(employer), matched).public_id,
        "offers.answer": "declined",
        "expert_needs.need_id": need.public_id,
        "expert_needs.preference_id": listed_in(need, make_expert()),
        "expert_needs.close.need_id": make_need(employer).public_id,
        "expert_invitations.invitation_id": make_invitation(make_need(employer), people[APPLICANT]).public_id,
        "employments.application_id": hired.public_id,
        "employments.employment_id": job.public_id,
        "applications.ask_return.application_id": decided.public_id,
        "hiring.note_returned.opening_id": decided.opening.public_id,
        "hiring.note_returned.request_id": request.public_id,
        "hiring.destructions_paper.opening_id": destroyed.opening.public_id,
        "openings.opening_id": opening.public_id,
        "openings.apply_discard.opening_id": make_opening(employer).public_id,
        "openings.apply_file.file_id": make_file(people[OTHER_PERSON], draft=beginning).public_id,
        "applications.application_id": application.public_id,
        "applications.withdraw.application_id": taken_back.public_id,
        "applications.withdraw_consent.application_id": taken_back.public_id,
        "applications.file.file_id": make_file(people[APPLICANT], application=application).public_id,
        "hiring.opening_id": opening.public_id,
        "hiring.requirement_id": str(hours.id),
        "hiring.remove_requirement.opening_id": removed_from.public_id,
        "hiring.remove_requirement.requirement_id": str(removed_from.requirements[0].id),
        "hiring.application_id": application.public_id,
        "hiring.file_id": make_file(people[APPLICANT], application=application).public_id,
        "hiring.item_id": make_item(application, source_public_id="0" * 32, document=b"{}").public_id,
        "hiring.letter_id": make_letter(employer).public_id,
        "hiring.delete_letter.letter_id": make_letter(employer).public_id,
        "hiring.stage": "rejected",
        "hiring.decision_id": make_move(application).decision_id,
        "hiring.slot_id": make_slot(opening).public_id,
        "hiring.reviewer_id": reviewer.public_id,
        "hiring.criterion_id": criterion.public_id,
        "opening_feeds.part": "0",
        "saved_searches.search_id": kept.public_id,
        "saved_searches.delete.search_id": deleted.public_id,
        "saved_searches.stop.token": stop_link_token(kept, clock.now()),
        "opening_reviews.opening_id": in_review.public_id,
        "opening_reviews.approve.opening_id": make_opening(employer, OpeningState.IN_REVIEW).public_id,
    }
    source, run = make_pulled_source()
    ids |= {"opening_sources.source_id": source.public_id, "opening_sources.run_id": run.public_id}
    return World(people, ids)


def requests(app: Flask, world: World) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and address of everything of the job board that can be asked."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in BLUEPRINTS:
            continue
        built = rule.build({n: world.value(rule.endpoint, n) for n in rule.arguments}, append_unknown=False)
        assert built is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule.endpoint, method, built[1]


def test_every_route_is_in_the_table(app: Flask) -> None:
    names = {blueprint.name for blueprint in ALL}
    routes = {r.endpoint for r in app.url_map.iter_rules() if r.endpoint.split(".")[0] in names}
    assert routes == set(WHOM_IT_SERVES)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_it_serves_whom_it_should_and_nobody_else(app: Flask, world: World, visitor: Visitor, who: str) -> None:
    if who != NOBODY:
        sign_in(visitor, world.people[who])
    wrong = []
    for endpoint, method, address in requests(app, world):
        answer = visitor.open(address, method=method)
        to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        served = answer.status_code not in (401, 404) and not to_sign_in
        if served != (who in WHOM_IT_SERVES[endpoint]) or answer.status_code >= 500:
            wrong.append(f"{method} {endpoint}: {answer.status_code}")
    assert not wrong
