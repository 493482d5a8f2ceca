"""Openings and people find each other by rules that can be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts import closing_service
from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.jobs.matching.eligibility import Asked, Result
from app.jobs.matching.match_queries import SuitingPerson, needs_of_training, openings_for, people_for
from app.jobs.matching.matching_rules import POINTS, Match, Offered, Reason, Rule, compare
from app.jobs.matching.training_needs import Lack
from app.jobs.opening_models import Opening, Requirement
from app.jobs.preference_models import JobOffer, OfferState
from app.jobs.wishes import Wish
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, mails_to, make_account, make_member, make_person, sign_in
from tests.factories.certificates import issue_one
from tests.factories.jobs import make_employer, make_invitation, make_need, make_offer, make_opening, make_preference
from tests.factories.statements import count_statements

SEOUL = Offered("11", "coordinator", "fixed_term")


def result(level: str, met: bool | None) -> Result:
    return Result(Asked(1, "hours", level), met)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("wish", "results", "expected"),
    [
        (Wish(), (), Match((), 0, 0)),
        (
            Wish(frozenset({"11"}), frozenset({"planner"})),
            (),
            Match((Reason(Rule.WORK, False), Reason(Rule.PLACE, True)), 0, 15),
        ),
        (
            Wish(),
            (
                result("required", True),
                result("required", None),
                result("preferred", True),
                result("preferred", False),
            ),
            Match((Reason(Rule.REQUIRED, True, 1, 1), Reason(Rule.PREFERRED, True, 1, 2)), 0, 45),
        ),
        (Wish(), (result("required", False),), Match((Reason(Rule.REQUIRED, False, 0, 1),), 1, 0)),
    ],
)
def test_each_rule_has_a_reason(wish: Wish, results: tuple[Result, ...], expected: Match) -> None:
    assert compare(wish, SEOUL, results) == expected


@pytest.mark.databases("sqlite")
def test_whoever_lacks_something_required_comes_last() -> None:
    lacking = compare(Wish(frozenset({"11"})), SEOUL, (result("required", False),) + (result("preferred", True),) * 9)
    plain = compare(Wish(), SEOUL, ())
    assert lacking.points > plain.points
    assert plain.order < lacking.order
    assert set(POINTS) == set(Rule)


def test_openings_for_me_are_ordered_and_say_why(visitor: Visitor) -> None:
    certificate = issue_one(make_employer())
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    account = make_account(person=person)
    make_opening(title="부산 자리", province="26")
    lacking = make_opening(
        title="부족한 자리", requirements=(Requirement(kind="course", level="required", name="용접"),)
    )
    fitting = make_opening(
        title="딱 맞는 자리",
        requirements=(Requirement(kind="course", level="required", name=certificate.course_name),),
    )
    sign_in(visitor, account)
    assert visitor.post("/openings/preferences", data={"provinces": "11"}).status_code == 303
    page = visitor.get("/openings/for-me").get_data(as_text=True)
    assert "부산 자리" not in page
    assert page.index("딱 맞는 자리") < page.index("부족한 자리")
    assert "자격요건 1개 중 1개 충족" in page
    assert "찾는 지역과 맞음" in page
    with count_statements() as few:
        found = openings_for(person, Wish(), clock.now())
    assert {one.opening.id for one in found} >= {lacking.id, fitting.id}
    for number in range(5):
        make_opening(title=f"자리 {number}", requirements=(Requirement(kind="hours", level="required", minutes=60),))
    with count_statements() as more:
        openings_for(person, Wish(), clock.now())
    assert len(more) == len(few), "no query per opening"


def test_people_for_an_opening_have_no_name_and_agreed(visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer, requirements=(Requirement(kind="hours", level="required", minutes=60),))
    willing = make_account(person=make_person("나원해"))
    make_account(person=make_person("나싫어"))
    preference = make_preference(willing, takes_offers=True, provinces=["11"])
    make_preference(make_account(person=make_person("먼데사람")), takes_offers=True, provinces=["26"])
    sign_in(visitor, make_member(employer))
    address = f"/hiring/{opening.public_id}/people"
    called = called_in(visitor, address)[0]
    assert called != preference.public_id
    page = visitor.get(address).get_data(as_text=True)
    assert "1번째 사람" in page
    assert "2번째 사람" not in page
    assert "나원해" not in page
    assert "1시간 부족" in page
    assert visitor.post(f"{address}/{called}", data={"words": "함께 일해요."}).status_code == 303
    assert visitor.post(f"{address}/{called}", data={"words": "또 보내요."}).status_code == 409
    (mail,) = mails_to(willing.email)
    assert employer.name in mail.subject
    visitor.post("/sign-out")
    sign_in(visitor, willing)
    assert "함께 일해요." in visitor.get("/offers").get_data(as_text=True)
    offer = db.session.scalars(select(JobOffer)).one()
    assert visitor.post(f"/offers/{offer.public_id}/interested").headers["Location"].endswith(opening.public_id)
    visitor.post("/sign-out")
    sign_in(visitor, make_member(employer))
    assert "관심 있음" in visitor.get(address).get_data(as_text=True)


def listed(opening: Opening) -> list[SuitingPerson]:
    return people_for(opening, clock.now(), current_app.config["SECRET_KEY"])


def called_in(visitor: Visitor, address: str) -> list[str]:
    """Answer what the people of a list are called in it."""
    return re.findall(r"/(?:people|invite)/([0-9a-f]{32})", visitor.get(address).get_data(as_text=True))


def test_nobody_can_tell_by_two_lists_who_stands_in_both(visitor: Visitor) -> None:
    employer = make_employer()
    ours = [make_opening(employer), make_opening(employer)]
    people = [make_account(person=make_person(name)) for name in ("나하나", "나둘", "나셋")]
    agreed = {make_preference(account, takes_offers=True).public_id for account in people}
    sign_in(visitor, make_member(employer))
    addresses = [f"/hiring/{opening.public_id}/people" for opening in ours]
    first, second = (called_in(visitor, address) for address in addresses)
    assert len(set(first)) == len(set(second)) == 3
    assert set(first).isdisjoint(second)
    assert agreed.isdisjoint((*first, *second))
    assert called_in(visitor, addresses[0]) == first, "the same list calls her the same again"
    assert visitor.post(f"{addresses[1]}/{first[0]}").status_code == 404
    assert visitor.post(f"{addresses[1]}/{next(iter(agreed))}").status_code == 404
    assert visitor.post(f"{addresses[0]}/{first[0]}").status_code == 303


def test_a_consent_taken_back_ends_at_once(visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    account = make_account(person=make_person("나원해"))
    make_preference(account, takes_offers=True)
    (willing,) = listed(opening)
    sign_in(visitor, account)
    visitor.post("/openings/preferences", data={"submit": "1"})
    visitor.post("/sign-out")
    sign_in(visitor, make_member(employer))
    assert listed(opening) == []
    assert visitor.post(f"/hiring/{opening.public_id}/people/{willing.listed_id}").status_code == 404


def test_who_closes_their_account_is_proposed_no_more(visitor: Visitor) -> None:
    account = make_account(person=make_person("나닫음"))
    make_preference(account, takes_offers=True)
    invitation = make_invitation(make_need(make_employer()), account)
    invitation.contact = "010-9999-8888"
    db.session.commit()
    opening = make_opening()
    assert len(listed(opening)) == 1
    closing_service.close_account(account.actor, PASSWORD, clock.now(), network="192.0.2.1")
    db.session.commit()
    assert listed(opening) == []
    db.session.refresh(invitation)
    assert invitation.contact == ""


def test_an_offer_is_only_hers(visitor: Visitor) -> None:
    account = make_account(person=make_person("나원해"))
    offer = make_offer(make_opening(), make_preference(account, takes_offers=True))
    sign_in(visitor, make_account(person=make_person("남다른")))
    assert visitor.post(f"/offers/{offer.public_id}/interested").status_code == 404
    assert "함께 일해요." not in visitor.get("/offers").get_data(as_text=True)


def test_an_offer_is_answered_by_the_two_answers_alone(visitor: Visitor) -> None:
    account = make_account(person=make_person("나원해"))
    offer = make_offer(make_opening(), make_preference(account, takes_offers=True))
    sign_in(visitor, account)
    for answer in ("maybe", "sent", "INTERESTED", "decline"):
        assert visitor.post(f"/offers/{offer.public_id}/{answer}").status_code == 404
        assert db.session.get_one(JobOffer, offer.id).state == OfferState.SENT
    visitor.post(f"/offers/{offer.public_id}/declined")
    assert db.session.get_one(JobOffer, offer.id).state == OfferState.DECLINED


def test_which_training_would_help_most(app: Any) -> None:
    hours = Requirement(kind="hours", level="required", course_kind="in_service", minutes=2400)
    both = (
        Requirement(kind="hours", level="required", course_kind="in_service", minutes=600),
        Requirement(kind="course", level="required", name="용접"),
    )
    make_opening(requirements=(hours,))
    make_opening(requirements=both)
    for name in ("가가가", "나나나"):
        make_preference(make_account(person=make_person(name)))
    found = needs_of_training(clock.now())
    assert (found.openings, found.people) == (2, 2)
    (need,) = found.needs
    assert need.lack == Lack("hours", "in_service", "")
    assert (need.people, need.openings, need.typical_minutes) == (2, 1, 2400)
