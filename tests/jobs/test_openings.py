"""An employer writes an opening, publishes it, and everybody can read it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from app.accounts.models import MembershipRole, Organisation, OrganisationKind
from app.core import clock
from app.core.audit import AuditLine
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningState, PayUnit
from app.jobs.openings import opening_service
from app.jobs.openings.opening_fields import OpeningFields
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.jobs import COMMAND, make_employer, make_opening, opening_fields

FORM = {
    "title": "마을만들기 활동가 모집",
    "work_kind": "coordinator",
    "province": "11",
    "district": "종로구",
    "employment_type": "fixed_term",
    "pay_unit": "month",
    "pay_min": "2400000",
    "pay_max": "2800000",
    "deadline_on": "2099-12-31",
    "reveal_stage": "interview",
    "retention_days": "180",
    "documents": "resume",
}


@pytest.fixture
def employer(app: Any) -> Organisation:
    return make_employer("종로구 도시재생지원센터")


def written(visitor: Visitor, **changes: str) -> Any:
    return visitor.post("/hiring/new", data=FORM | changes)


def test_a_draft_is_published_and_everybody_reads_it(visitor: Visitor, employer: Organisation) -> None:
    sign_in(visitor, make_member(employer, MembershipRole.CLERK))
    answer = written(visitor)
    assert answer.status_code == 303
    own = answer.headers["Location"]
    public = own.replace("/hiring/", "/openings/")
    assert visitor.get(public).status_code == 404, "a draft is nobody else's"
    assert visitor.post(own + "/submit").status_code == 303
    visitor.post("/sign-out")
    page = visitor.get(public).get_data(as_text=True)
    assert "마을만들기 활동가 모집" in page
    assert "월급 2,400,000~2,800,000원" in page
    assert "2099. 12. 31. 23:59" in page
    assert "마을만들기 활동가 모집" in visitor.get("/openings").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "공고명을 입력해 주세요."),
        ({"pay_max": "1"}, "급여의 많은 쪽이 적은 쪽보다 작아요."),
        ({"deadline_on": ""}, "마감일을 정하거나"),
        ({"period_from": "2027-01-02", "period_until": "2027-01-01"}, "근무기간의 끝나는 날"),
        ({"retention_days": "7"}, "14일부터 180일까지"),
        ({"duties": "담당 900101-1234568"}, "주민등록번호는 받지 않아요"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored(
    visitor: Visitor, employer: Organisation, changes: dict[str, str], message: str
) -> None:
    sign_in(visitor, make_member(employer))
    answer = written(visitor, **changes)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert db.session.scalars(select(Opening)).all() == []


def test_a_viewer_and_a_training_centre_write_none(visitor: Visitor, employer: Organisation) -> None:
    for account in (make_member(employer, MembershipRole.VIEWER), make_member(make_organisation())):
        sign_in(visitor, account)
        assert written(visitor).status_code == 404
        visitor.post("/sign-out")


def test_an_edit_keeps_what_was_there_before(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer))
    page = visitor.get(f"/hiring/{opening.public_id}/edit").get_data(as_text=True)
    assert f'name="version" type="hidden" value="{opening.version}"' in page
    answer = visitor.post(f"/hiring/{opening.public_id}/edit", data=FORM | {"version": str(opening.version)})
    assert answer.status_code == 303
    edit = db.session.scalars(select(OpeningEdit).order_by(OpeningEdit.version.desc())).first()
    assert edit is not None
    assert edit.before["title"] == "도시재생 현장지원센터 코디네이터 모집"
    assert edit.after["title"] == "마을만들기 활동가 모집"
    assert "고침" in visitor.get(f"/hiring/{opening.public_id}").get_data(as_text=True)
    assert db.session.scalars(select(AuditLine).where(AuditLine.action == "opening.change")).one()


def test_two_who_edit_at_once_do_not_overwrite_each_other(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    read_at = opening.version
    opening_service.change_opening(opening, opening_fields(headcount=9), read_at, COMMAND, clock.now())
    db.session.commit()
    sign_in(visitor, make_member(employer))
    answer = visitor.post(f"/hiring/{opening.public_id}/edit", data=FORM | {"version": str(read_at)})
    assert answer.status_code == 422
    assert "그사이 다른 분이 이 공고를 고쳤어요" in answer.get_data(as_text=True)
    assert db.session.get_one(Opening, opening.id).headcount == 9


def test_what_was_changed_cannot_be_unwritten(employer: Organisation) -> None:
    make_opening(employer)
    with pytest.raises(DBAPIError):
        db.session.execute(delete(OpeningEdit))
    db.session.rollback()


def test_nothing_changes_when_nothing_differs(employer: Organisation) -> None:
    opening = make_opening(employer)
    version = opening.version
    fields = OpeningFields.of(opening)
    assert not opening_service.change_opening(opening, fields, version, COMMAND, clock.now())
    assert opening.version == version


def test_an_office_reviews_where_that_is_asked_for(
    app: Any, visitor: Visitor, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "IEUM_OPENING_REVIEW", True)
    opening = make_opening(employer, OpeningState.DRAFT)
    own, review = f"/hiring/{opening.public_id}", f"/opening-reviews/{opening.public_id}"
    clerk, office = make_member(employer), make_member(make_organisation("서울시", OrganisationKind.OFFICE))
    sign_in(visitor, clerk)
    visitor.post(own + "/submit")
    assert visitor.get(f"/openings/{opening.public_id}").status_code == 404
    visitor.post("/sign-out")
    sign_in(visitor, office)
    assert opening.title in visitor.get("/opening-reviews").get_data(as_text=True)
    assert visitor.post(review + "/return", data={"why": " "}).status_code == 422
    assert visitor.post(review + "/return", data={"why": "급여를 적어 주세요."}).status_code == 303
    visitor.post("/sign-out")
    sign_in(visitor, clerk)
    assert "급여를 적어 주세요." in visitor.get(own).get_data(as_text=True)
    visitor.post(own + "/submit")
    visitor.post("/sign-out")
    sign_in(visitor, office)
    read = {"version": str(opening.version)}
    assert f'name="version" value="{opening.version}"' in visitor.get(review).get_data(as_text=True)
    changed = opening_fields(employer_name=employer.name, title="읽지 않은 공고")
    opening_service.change_opening(opening, changed, opening.version, COMMAND, clock.now())
    db.session.commit()
    assert visitor.post(review + "/approve", data=read).status_code == 409, "nobody has read what it says now"
    read = {"version": str(opening.version)}
    assert visitor.post(review + "/approve", data=read).status_code == 303
    assert visitor.post(review + "/approve", data=read).status_code == 404, "it waits no longer"
    assert visitor.get(f"/openings/{opening.public_id}").status_code == 200


def test_states_follow_one_another(employer: Organisation) -> None:
    at, opening = clock.now(), make_opening(employer)
    assert opening.takes_applications(at)
    opening_service.close_opening(opening, COMMAND, at)
    assert not opening.takes_applications(at)
    with pytest.raises(Conflict):
        opening_service.close_opening(opening, COMMAND, at)
    opening_service.reopen_opening(opening, COMMAND, at)
    opening_service.fill_opening(opening, COMMAND, at)
    with pytest.raises(Conflict):
        opening_service.reopen_opening(opening, COMMAND, at)
    with pytest.raises(Conflict):
        opening_service.change_opening(opening, opening_fields(), opening.version, COMMAND, at)


def test_none_is_published_after_its_deadline(employer: Organisation) -> None:
    at = clock.now()
    opening = make_opening(employer, OpeningState.DRAFT, deadline_at=at)
    with pytest.raises(Conflict):
        opening_service.submit_opening(opening, False, COMMAND, at)
    with pytest.raises(Invalid):
        opening_service.draft_opening(employer, opening_fields(deadline_at=None), COMMAND, at)


def test_an_edit_keeps_the_day_of_posting(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    posted_on, at = opening.posted_on, f"/hiring/{opening.public_id}"
    sign_in(visitor, make_member(employer))
    assert visitor.post(f"{at}/edit", data=FORM | {"version": str(opening.version)}).status_code == 303
    assert (opening.title, opening.posted_on) == (FORM["title"], posted_on)
    assert posted_on is not None
    again = visitor.post(f"{at}/edit", data=FORM | {"version": str(opening.version)}, follow_redirects=True)
    assert "바뀐 내용이 없어요" in again.get_data(as_text=True)


@pytest.mark.parametrize("field", ["version", "headcount", "weekly_hours", "retention_days"])
@pytest.mark.parametrize("value", ["x", "9" * 400, "1e9", "-1", "sNaN"])
def test_no_number_that_is_sent_is_an_error_of_ours(
    visitor: Visitor, employer: Organisation, field: str, value: str
) -> None:
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer))
    data = FORM | {"version": str(opening.version), field: value}
    assert visitor.post(f"/hiring/{opening.public_id}/edit", data=data).status_code == 422


def test_a_closed_opening_is_not_opened_again_with_words_that_it_may_not_say(
    visitor: Visitor, employer: Organisation
) -> None:
    opening = make_opening(employer, OpeningState.CLOSED)
    opening.qualification_text = "만 35세 이하"
    db.session.commit()
    with pytest.raises(Invalid, match="만 35세 이하"):
        opening_service.reopen_opening(opening, COMMAND, clock.now())
    sign_in(visitor, make_member(employer))
    assert visitor.post(f"/hiring/{opening.public_id}/reopen").status_code == 422
    assert db.session.get_one(Opening, opening.id).state == OpeningState.CLOSED
    page = visitor.get(f"/hiring/{opening.public_id}").get_data(as_text=True)
    assert "<mark>만 35세 이하</mark>" in page, "and its employer sees why"
    assert "다시 열기" not in page
    opening.qualification_text = "만 60세 이상"
    opening_service.reopen_opening(opening, COMMAND, clock.now())


def test_pay_of_which_a_list_said_nothing_stays_unsaid(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer, pay_unit=PayUnit.NOT_SAID, pay_min=None, pay_max=None)
    sign_in(visitor, make_member(employer))
    page = visitor.get(f"/hiring/{opening.public_id}/edit").get_data(as_text=True)
    assert '<option selected value="not_said">' in page
    changed = FORM | {"version": str(opening.version), "pay_unit": "not_said", "pay_min": "", "pay_max": ""}
    assert visitor.post(f"/hiring/{opening.public_id}/edit", data=changed).status_code == 303
    assert db.session.get_one(Opening, opening.id).pay_unit == PayUnit.NOT_SAID
    assert "not_said" not in visitor.get("/hiring/new").get_data(as_text=True), "here an employer says something"
