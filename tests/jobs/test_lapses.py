"""Papers of applications that never get a result: everybody is told first, then they go."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, OrganisationKind
from app.api.stage_service import change_stage
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.duties import destruction_job, lapse_service
from app.jobs.duties.destruction_job import destroy_due_papers
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.duties.duty_job import note_duties
from app.jobs.duties.duty_models import OpenDuty
from app.jobs.duties.duty_service import tell_schedule
from app.jobs.duties.lapse_queries import due_lapsed
from app.jobs.hiring.applicant_service import decide, undo
from app.jobs.lapse_rules import Waiting, waiting_of
from app.jobs.opening_models import Opening
from app.jobs.openings import opening_service
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.duties import make_return_request
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening
from tests.meeting import DONE, twice

NOW = clock.now()
DAY = date(2026, 3, 10)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("ended", "heard", "told", "lapses", "destroyed"),
    [
        # Sixty days from the last day to apply; the employer's fourteen from the day on which everybody was told.
        (10, None, None, 70, 85),
        (10, None, 70, 70, 85),
        (10, None, 75, 70, 90),
        # A step that the applicant hears of begins anew, whether or not she had been told already.
        (10, 40, None, 100, 115),
        (10, 72, 70, 132, 147),
        (10, 5, 70, 70, 85),
        # A later deadline does, too: what was told before does not count.
        (30, None, 70, 90, 105),
        # Open until it is filled: from the day of handing in, and longer.
        (None, None, None, 180, 195),
        (None, 150, None, 210, 225),
        # Handed in again after the end that is known: from that day.
        (-5, None, None, 60, 75),
    ],
)
def test_when_papers_without_result_go(
    ended: int | None, heard: int | None, told: int | None, lapses: int, destroyed: int
) -> None:
    end, step, notice = (days(count) if count is not None else None for count in (ended, heard, told))
    waiting = Waiting(DAY, end, step, notice, retention_days=14)
    assert (waiting.lapses_on, waiting.destroyed_on) == (days(lapses), days(destroyed))
    is_told = told is not None and told >= lapses
    assert (waiting.counts_from is not None) is is_told


def ended(days_ago: int, retention_days: int = 14) -> tuple[Opening, list[Application]]:
    """Store an opening whose last day was some days ago, with two applications without result and a rejected one."""
    end = NOW - timedelta(days=days_ago)
    opening = make_opening(make_employer("나루센터"), at=end - timedelta(days=30), retention_days=retention_days)
    rows = [
        make_application(
            opening,
            make_account(f"{name}@example.kr", person=make_person(name)),
            at=end - timedelta(days=3),
            stage=Stage.REJECTED if decided else Stage.VIEWED,
            decided_at=decided,
        )
        for name, decided in (("ganada", None), ("rama", None), ("sua", NOW))
    ]
    return opening, rows


def after(count: int) -> datetime:
    return NOW + timedelta(days=count)


def mails_to(address: str) -> list[str]:
    rows = select(OutgoingMail.subject).where(OutgoingMail.recipient == address).order_by(OutgoingMail.id)
    return list(db.session.scalars(rows))


def gone(rows: list[Application]) -> list[bool]:
    db.session.expire_all()
    return [one.destroyed_at is not None for one in rows]


def test_all_are_told_and_then_the_papers_go(app: Flask) -> None:
    opening, rows = ended(61)
    assert opening.organisation is not None
    manager, office = make_member(opening.organisation), make_member(make_organisation(kind=OrganisationKind.OFFICE))
    note_duties(NOW)
    assert ["결과 없이 채용이 끝난" in subject for subject in mails_to("ganada@example.kr")] == [True]
    assert mails_to("sua@example.kr") == []
    assert len([s for s in mails_to(manager.email) if "결과를 정하지 않은 지원서가" in s]) == 1
    assert mails_to(office.email) == ["[이음] 결과 없이 끝난 공고가 있어요: 1건"]
    told = db.session.scalars(select(ApplicationEvent).where(ApplicationEvent.action == "lapse")).all()
    assert [event.application_id for event in told] == [rows[0].id, rows[1].id]
    owed = db.session.scalars(select(OpenDuty).where(OpenDuty.kind == "lapse")).one()
    assert (owed.due_on, owed.count) == (clock.seoul_date(after(15)), 2)
    # Told once, however often the sweep comes by and whatever day it is.
    note_duties(after(1))
    assert len(mails_to("ganada@example.kr")) == 1
    assert len([s for s in mails_to(office.email) if "결과 없이" in s]) == 1
    destroy_due_papers(after(14))
    assert gone(rows) == [False, False, False]
    destroy_due_papers(after(15))
    assert gone(rows) == [True, True, True]
    lapsed = db.session.scalars(select(Destruction).where(Destruction.is_lapsed)).all()
    assert [row.number for row in lapsed] == [1, 2]
    assert all(row.is_automatic and clock.seoul_date(row.decided_at) == clock.seoul_date(NOW) for row in lapsed)


def test_two_workers_tell_everybody_once(app: Flask) -> None:
    opening, _rows = ended(61)
    assert opening.organisation is not None
    manager, office = make_member(opening.organisation), make_member(make_organisation(kind=OrganisationKind.OFFICE))
    addresses = manager.email, office.email, "ganada@example.kr"
    assert twice(app, partial(lapse_service.tell_lapses, NOW)) == [DONE, DONE]
    assert [len(mails_to(address)) for address in addresses] == [1, 1, 1]


def test_nobody_is_told_before_the_day(app: Flask) -> None:
    _opening, rows = ended(59)
    note_duties(NOW)
    assert mails_to("ganada@example.kr") == []
    assert db.session.scalars(select(OpenDuty).where(OpenDuty.kind == "lapse")).all() == []
    # And nothing goes of which nobody was told, however long ago it ended.
    destroy_due_papers(after(400))
    assert gone(rows) == [False, False, True]


@pytest.mark.parametrize("how", ["schedule", "deadline", "result"])
def test_the_employer_can_stop_it(app: Flask, how: str) -> None:
    opening, rows = ended(61)
    note_duties(NOW)
    if how == "schedule":
        tell_schedule(opening, "다음 주에 면접을 해요.", COMMAND, after(10))
    elif how == "deadline":
        opening.deadline_at = after(5)
    else:
        for one in rows[:2]:
            decide(one, Stage.VIEWED, Stage.SHORTLISTED, "", "", COMMAND, after(10))
    db.session.commit()
    destroy_due_papers(after(15))
    assert gone(rows) == [False, False, True]


def test_a_decision_that_was_taken_back_told_nobody_anything(app: Flask) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)
    for one in rows[:2]:
        decide(one, Stage.VIEWED, Stage.SHORTLISTED, "", "", COMMAND, after(10))
    undo(rows[0], COMMAND, after(10) + timedelta(minutes=1))
    db.session.commit()
    db.session.expire_all()
    days = [waiting.counts_from for one in rows[:2] if (waiting := waiting_of(one)) is not None]
    assert days == [clock.seoul_date(NOW), None]
    destroy_due_papers(after(15))
    assert gone(rows) == [True, False, True]


def test_it_begins_anew_when_nothing_follows(app: Flask) -> None:
    opening, rows = ended(61)
    note_duties(NOW)
    tell_schedule(opening, "다음 주에 면접을 해요.", COMMAND, after(10))
    db.session.commit()
    note_duties(after(70))
    subjects = mails_to("ganada@example.kr")
    assert len([s for s in subjects if "결과 없이" in s]) == 2
    destroy_due_papers(after(84))
    assert gone(rows) == [False, False, True]
    destroy_due_papers(after(85))
    assert gone(rows) == [True, True, True]


def test_a_result_counts_as_always(app: Flask) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)
    decide(rows[0], Stage.VIEWED, Stage.REJECTED, "", "", COMMAND, after(10))
    db.session.commit()
    destroy_due_papers(after(15))
    assert gone(rows) == [False, True, True]
    destroy_due_papers(after(25))
    assert gone(rows) == [True, True, True]


def applicant_of(application: Application) -> Account:
    return db.session.scalars(select(Account).where(Account.person_id == application.person_id)).one()


def test_the_pages_say_it_beforehand(app: Flask, visitor: Visitor) -> None:
    opening, rows = ended(30)
    page = f"/applications/{rows[0].public_id}"
    assert opening.organisation is not None
    sign_in(visitor, applicant_of(rows[0]))
    said = visitor.get(page).get_data(as_text=True)
    lapse, day = (clock.seoul_date(after(count)) for count in (30, 45))
    for when in (lapse, day):
        assert f"{when.year}. {when.month}. {when.day}." in said
    assert "채용이 끝난 것으로 보고" in said
    assert "반환 청구하기" not in said
    sign_in(visitor, make_member(opening.organisation))
    owed = visitor.get(f"/hiring/{opening.public_id}/duties").get_data(as_text=True)
    assert "결과 없는 지원서 파기" in owed
    assert f"{day.year}. {day.month}. {day.day}." in owed
    assert "결과가 없으면" not in owed


def test_the_pages_say_what_can_be_done_once_all_are_told(app: Flask, visitor: Visitor) -> None:
    opening, rows = ended(61)
    note_duties(NOW)
    assert opening.organisation is not None
    sign_in(visitor, applicant_of(rows[0]))
    said = visitor.get(f"/applications/{rows[0].public_id}").get_data(as_text=True)
    assert "결과 없이 채용이 끝난 것으로 봐요" in said
    assert "서류 반환 청구하기" in said
    assert visitor.post(f"/applications/{rows[0].public_id}/return").status_code == 303
    sign_in(visitor, make_member(opening.organisation))
    owed = visitor.get(f"/hiring/{opening.public_id}/duties").get_data(as_text=True)
    assert "결과가 없으면" in owed
    assert "지원자 2명에게" in owed
    sign_in(visitor, make_member(make_organisation(kind=OrganisationKind.OFFICE)))
    overview = visitor.get("/duties/overview").get_data(as_text=True)
    assert "결과 없는 지원서 파기" in overview
    # What was asked back is kept for its return.
    destroy_due_papers(after(14))
    assert gone(rows[:2]) == [False, False]
    destroy_due_papers(after(15))
    assert gone(rows[:2]) == [True, True]


@pytest.mark.parametrize("wanted", [Stage.REJECTED, Stage.SHORTLISTED])
def test_no_decision_is_told_by_what_the_page_says_of_the_days(app: Flask, visitor: Visitor, wanted: Stage) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)
    sign_in(visitor, applicant_of(rows[0]))
    page = f"/applications/{rows[0].public_id}"
    decide(rows[0], Stage.VIEWED, wanted, "", "", COMMAND, clock.now())
    db.session.commit()
    assert "결과 없이 채용이 끝난 것으로 봐요" in visitor.get(page).get_data(as_text=True)


def test_what_was_asked_back_on_the_last_day_waits_for_its_return(app: Flask) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)
    make_return_request(rows[0], at=after(14))
    destroy_due_papers(after(15))
    assert gone(rows[:2]) == [False, True]
    destroy_due_papers(after(29))
    assert gone(rows[:2]) == [True, True]


def test_nobody_destroys_it_by_hand_or_too_early(app: Flask) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)
    ids = [one.id for one in rows]
    for is_automatic, at in ((False, after(20)), (True, after(14))):
        with pytest.raises(Conflict, match="결과가 정해지지 않은"):
            destroy_papers(ids[0], COMMAND, at, is_automatic=is_automatic)
        db.session.rollback()


def test_a_result_that_comes_while_the_worker_is_at_it_begins_its_own_period(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _opening, rows = ended(61)
    note_duties(NOW)

    def decided_meanwhile(at: datetime) -> list[int]:
        found = due_lapsed(at)
        decide(rows[0], Stage.VIEWED, Stage.REJECTED, "", "", COMMAND, at)
        db.session.commit()
        return found

    monkeypatch.setattr(destruction_job, "due_lapsed", decided_meanwhile)
    destroy_due_papers(after(15))
    assert gone(rows) == [False, True, True]
    monkeypatch.setattr(destruction_job, "due_lapsed", due_lapsed)
    destroy_due_papers(after(29))
    assert gone(rows) == [False, True, True]
    destroy_due_papers(after(30))
    assert gone(rows) == [True, True, True]


def test_what_is_gone_cannot_be_decided_and_is_told_as_missed(app: Flask, visitor: Visitor) -> None:
    opening, rows = ended(61)
    note_duties(NOW)
    destroy_due_papers(after(15))
    db.session.expire_all()
    with pytest.raises(Conflict):
        decide(rows[0], Stage.VIEWED, Stage.SHORTLISTED, "", "", COMMAND, after(16))
    db.session.rollback()
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    owed = visitor.get(f"/hiring/{opening.public_id}/duties").get_data(as_text=True)
    assert "하지 못함" in owed
    assert "결과 없음(" in visitor.get(f"/hiring/{opening.public_id}/destructions").get_data(as_text=True)
    note_duties(after(16))
    assert db.session.scalars(select(OpenDuty)).all() == []


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.VIEWED])
def test_what_is_gone_is_offered_for_nothing(app: Flask, visitor: Visitor, stage: Stage) -> None:
    opening, rows = ended(61)
    for one in rows[:2]:
        one.stage = stage
    db.session.commit()
    assert opening.organisation is not None
    manager = make_member(opening.organisation)
    sign_in(visitor, manager)
    listed = f"/hiring/{opening.public_id}/applications"
    offers = ('name="chosen"', "모두 열기" if stage is Stage.RECEIVED else 'name="chosen"')
    assert all(offer in visitor.get(listed).get_data(as_text=True) for offer in offers)
    note_duties(NOW)
    destroy_due_papers(after(15))
    db.session.expire_all()
    page = visitor.get(listed).get_data(as_text=True)
    assert not any(offer in page for offer in offers)
    assert f"{rows[0].public_id}/open" not in visitor.get(f"{listed}/board").get_data(as_text=True)
    shown = visitor.get(f"{listed}/{rows[0].public_id}").get_data(as_text=True)
    assert "지원서류를 파기했어요" in shown
    assert 'name="chosen"' not in shown
    assert visitor.get(f"{listed}/{rows[0].public_id}/paper").status_code == 200
    assert "지원서 0건을" in visitor.post(f"{listed}/open", follow_redirects=True).get_data(as_text=True)
    asked = {"chosen": f"{rows[0].public_id}:{stage}", "stage": Stage.REJECTED.value}
    answer = visitor.post(f"{listed}/decide", data=asked).get_data(as_text=True)
    assert "이 결정에서 빠지는 지원자가 있어요" in answer
    wanted = Stage.VIEWED if stage is Stage.RECEIVED else Stage.REJECTED
    with pytest.raises(Conflict):
        change_stage(rows[0], stage, wanted, manager.actor, after(16))


def test_one_opening_that_fails_keeps_no_other_and_is_tried_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ended(61), (make_opening(make_employer(), at=NOW - timedelta(days=100)))
    applicant = make_account("other@example.kr", person=make_person("other"))
    make_application(second, applicant, Stage.VIEWED, at=NOW - timedelta(days=90))
    tell, broken_id = lapse_service.tell_lapse, first[0].id

    def tell_most(opening_id: int, at: datetime) -> bool:
        if opening_id == broken_id:
            raise RuntimeError("the disk is full")
        return tell(opening_id, at)

    with monkeypatch.context() as patch:
        patch.setattr(lapse_service, "tell_lapse", tell_most)
        note_duties(NOW)
    assert (len(mails_to("other@example.kr")), mails_to("ganada@example.kr")) == (1, [])
    note_duties(after(1))
    assert (len(mails_to("other@example.kr")), len(mails_to("ganada@example.kr"))) == (1, 1)


def test_closing_an_opening_that_is_open_until_it_is_filled_begins_the_count(app: Flask) -> None:
    opening = make_opening(make_employer(), at=NOW - timedelta(days=100), deadline_at=None, until_filled=True)
    applicant = make_account("waits@example.kr", person=make_person("waits"))
    application = make_application(opening, applicant, Stage.VIEWED, at=NOW - timedelta(days=99))
    note_duties(NOW)
    assert mails_to("waits@example.kr") == []
    opening_service.close_opening(opening, COMMAND, NOW)
    db.session.commit()
    note_duties(after(59))
    assert mails_to("waits@example.kr") == []
    note_duties(after(60))
    assert len(mails_to("waits@example.kr")) == 1
    assert gone([application]) == [False]
