"""A field centre posts what it needs; experts whose record proves the field are proposed, invited, and answer."""

from __future__ import annotations

from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole
from app.core import clock
from app.core.db import db
from app.jobs.matching.eligibility import Experience, HeldBadge, HeldCertificate, Record
from app.jobs.matching.expert_models import ExpertInvitation, ExpertNeed, InvitationState
from app.jobs.matching.expert_service import experts_for
from app.jobs.matching.expertise import evidence_in
from app.jobs.opening_words import WorkKind
from tests.conftest import Visitor
from tests.factories.accounts import mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import listed_in, make_employer, make_expert, make_invitation, make_need, make_preference

TODAY = clock.seoul_date(clock.now())


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("record", "names"),
    [
        (Record(certificates=(HeldCertificate("제 1호", "general", "주민 상담 실무", 600),)), ["주민 상담 실무"]),
        (Record(certificates=(HeldCertificate("제 1호", "general", "용접", 600),)), []),
        (Record(badges=(HeldBadge("직업상담사 2급", "공단"),)), ["직업상담사 2급"]),
        (Record(experiences=(Experience("employment", "가", "취업 지원", TODAY, None, "가"),)), ["취업 지원"]),
        (Record(experiences=(Experience("employment", "가", "취업 지원", TODAY, None),)), []),
    ],
)
def test_only_what_is_proven_makes_an_expert(record: Record, names: list[str]) -> None:
    assert [one.name for one in evidence_in(WorkKind.COUNSELLOR, record)] == names


def test_from_need_to_answer(visitor: Visitor) -> None:
    centre = make_employer("은평 현장지원센터")
    expert = make_expert()
    make_preference(make_account(person=make_person("나말뿐")), expert_fields=(WorkKind.COORDINATOR,))
    clerk = make_member(centre, MembershipRole.CLERK)
    sign_in(visitor, clerk)
    assert visitor.post("/expert-needs/new", data={"title": "", "field": "coordinator"}).status_code == 422
    answer = visitor.post(
        "/expert-needs/new", data={"title": "주민공동체 자문", "field": "coordinator", "province": ""}
    )
    address = answer.headers["Location"]
    page = visitor.get(address).get_data(as_text=True)
    assert "1번째 사람" in page
    assert "2번째 사람" not in page, "nothing proves the other one"
    assert expert.person.name not in page
    assert "서명 확인됨" in page
    called = listed_in(db.session.scalars(select(ExpertNeed)).one(), expert)
    assert visitor.post(f"{address}/invite/{expert.public_id}").status_code == 404, "it is her id in no list"
    assert visitor.post(f"{address}/invite/{called}", data={"words": "뵙고 싶어요."}).status_code == 303
    assert visitor.post(f"{address}/invite/{called}").status_code == 409
    assert "아직 알 수 없어요" in visitor.get(address).get_data(as_text=True)
    visitor.post("/sign-out")
    account = _account(expert.person_id)
    assert len(mails_to(account.email)) == 1
    sign_in(visitor, account)
    assert "주민공동체 자문" in visitor.get("/expert-invitations").get_data(as_text=True)
    invitation = db.session.scalars(select(ExpertInvitation)).one()
    own = f"/expert-invitations/{invitation.public_id}"
    assert "뵙고 싶어요." in visitor.get(own).get_data(as_text=True)
    assert visitor.post(own, data={"answer": "accept"}).status_code == 422
    assert visitor.post(own, data={"answer": "accept", "contact": "010-1111-2222"}).status_code == 303
    visitor.post("/sign-out")
    sign_in(visitor, clerk)
    page = visitor.get(address).get_data(as_text=True)
    assert expert.person.name in page
    assert "010-1111-2222" in page


def test_who_declines_stays_unknown(visitor: Visitor) -> None:
    centre = make_employer()
    need, account = make_need(centre), make_account(person=make_person("나사양"))
    invitation = make_invitation(need, account)
    sign_in(visitor, account)
    visitor.post(f"/expert-invitations/{invitation.public_id}", data={"answer": "decline", "contact": "010-1"})
    visitor.post("/sign-out")
    sign_in(visitor, make_member(centre))
    page = visitor.get(f"/expert-needs/{need.public_id}").get_data(as_text=True)
    assert "사양함" in page
    assert "나사양" not in page
    assert "010-1" not in page


def test_an_invitation_is_answered_by_the_two_answers_alone(visitor: Visitor) -> None:
    account = make_account(person=make_person("나초대"))
    invitation = make_invitation(make_need(make_employer()), account)
    sign_in(visitor, account)
    for data in ({"contact": "010-1"}, {"answer": "maybe", "contact": "010-1"}):
        assert visitor.post(f"/expert-invitations/{invitation.public_id}", data=data).status_code == 422
        assert db.session.get_one(ExpertInvitation, invitation.id).state == InvitationState.INVITED


def test_others_see_neither_need_nor_invitation(visitor: Visitor) -> None:
    need = make_need(make_employer())
    invitation = make_invitation(need, make_account(person=make_person("나초대")))
    sign_in(visitor, make_member(make_employer()))
    assert visitor.get(f"/expert-needs/{need.public_id}").status_code == 404
    visitor.post("/sign-out")
    sign_in(visitor, make_account(person=make_person("남다른")))
    assert visitor.get(f"/expert-invitations/{invitation.public_id}").status_code == 404


def test_a_closed_need_invites_nobody(visitor: Visitor) -> None:
    centre = make_employer()
    need, expert = make_need(centre), make_expert()
    assert len(experts_for(need, current_app.config["SECRET_KEY"])) == 1
    sign_in(visitor, make_member(centre))
    address, called = f"/expert-needs/{need.public_id}", listed_in(need, expert)
    assert called != listed_in(make_need(centre), expert)
    visitor.post(address + "/close")
    assert visitor.post(f"{address}/invite/{called}").status_code == 409
    visitor.post(address + "/reopen")
    assert visitor.post(f"{address}/invite/{called}").status_code == 303
    assert db.session.scalars(select(ExpertNeed).where(ExpertNeed.id == need.id)).one().state == "open"


def _account(person_id: int) -> Any:
    return db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
