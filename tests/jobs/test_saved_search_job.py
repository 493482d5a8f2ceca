"""Mail about new openings: each opening once for each search, whoever is killed and whenever somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from app.accounts.models import Account
from app.core import clock, jobs
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.board import saved_search_job
from app.jobs.board.saved_search_job import tell
from app.jobs.board.saved_search_models import Alert, SavedSearchTelling
from app.jobs.board.saved_search_service import next_daily
from app.jobs.opening_models import Opening
from app.jobs.openings import opening_service
from tests.factories.accounts import make_account
from tests.factories.jobs import COMMAND, make_opening, make_saved_search
from tests.jobs.test_search_index import bulk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(app: Any) -> Account:
    return make_account()


def mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_what_fits_is_told_once_with_its_links(account: Account) -> None:
    make_opening(title="전부터 있던 코디네이터 공고")
    make_saved_search(account, q="도시 재생 코디", province="11")
    new = make_opening(title="도시재생코디네이터 추가 모집")
    make_opening(title="부산 도시재생코디네이터", province="26", district="동구")
    make_opening(title="회계 담당", work_kind="office", employer_name="재단", duties="")
    for minutes in (0, 1, 2, 70):
        tell(clock.now() + minutes * MINUTE)
    [mail] = mails()
    assert mail.recipient == account.email
    assert mail.subject.startswith("[이음] 새 공고 1건")
    assert "도시재생코디네이터 추가 모집" in mail.body
    assert f"https://ieum.test/openings/{new.public_id}" in mail.body
    assert "https://ieum.test/saved-searches/stop/" in mail.body
    assert "province=11" in mail.body
    for unfit in ("전부터", "부산", "회계"):
        assert unfit not in mail.body


def test_an_opening_that_comes_to_fit_is_told_and_a_change_of_it_is_not(account: Account) -> None:
    make_saved_search(account, q="활동가")
    opening = make_opening(title="마을 기획자 모집")
    tell(clock.now())
    assert mails() == []
    opening.title = "마을 활동가 모집"
    tell_now()
    opening.headcount = 9
    tell_now()
    opening_service.close_opening(opening, COMMAND, clock.now())
    tell_now()
    opening_service.reopen_opening(opening, COMMAND, clock.now())
    tell_now()
    assert len(mails()) == 1


def tell_now() -> None:
    db.session.commit()
    tell(clock.now())


def test_many_are_one_mail(account: Account) -> None:
    make_saved_search(account)
    db.session.execute(insert(Opening), bulk(25))
    tell_now()
    [mail] = mails()
    assert mail.subject.startswith("[이음] 새 공고 25건")
    assert "그 밖에 5건이 더 있어요." in mail.body
    assert len(db.session.scalars(select(SavedSearchTelling)).all()) == 25


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-08T22:59:00", "2026-03-08T23:00:00"),
        ("2026-03-08T23:00:00", "2026-03-09T23:00:00"),
        ("2026-03-09T10:00:00", "2026-03-09T23:00:00"),
    ],
)
def test_daily_is_eight_in_korea(moment: str, expected: str) -> None:
    asked = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert next_daily(asked) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_daily_search_gathers_until_its_hour(account: Account) -> None:
    at = clock.now()
    make_saved_search(account, Alert.DAILY, at=at)
    make_opening(title="첫째")
    tell(at + MINUTE)
    make_opening(title="둘째")
    assert next_daily(at) - MINUTE < at or mails() == []
    tell(next_daily(at))
    tell(next_daily(at) + MINUTE)
    tell(next_daily(at) + timedelta(days=1))
    [mail] = mails()
    assert "첫째" in mail.body
    assert "둘째" in mail.body


def test_a_search_whose_alerts_are_off_tells_nothing(account: Account) -> None:
    make_saved_search(account, Alert.OFF)
    make_opening()
    tell_now()
    assert mails() == []


class Killed(BaseException):
    """Nothing that a worker could catch and go on from."""


@pytest.mark.parametrize("point", ["before the mail", "before the commit"])
def test_a_worker_that_is_killed_repeats_nothing_and_loses_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    make_saved_search(account, q="코디")
    make_saved_search(account, province="11")
    make_opening()

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if point == "before the mail":
            patch.setattr(saved_search_job, "send_later", die)
            with pytest.raises(Killed):
                tell(clock.now())
        else:
            event.listen(db.session, "before_commit", die)
            with pytest.raises(Killed):
                tell(clock.now())
            event.remove(db.session, "before_commit", die)
    assert mails() == []
    tell(clock.now())
    tell(clock.now() + MINUTE)
    assert len(mails()) == 2


def test_the_sweep_of_each_minute_tells(account: Account) -> None:
    make_saved_search(account)
    make_opening()
    db.session.commit()
    jobs.run_all(slow=False)
    assert len(mails()) == 1


def test_the_mail_is_in_its_readers_language(account: Account) -> None:
    account.language = "en"
    make_saved_search(account)
    make_opening()
    tell_now()
    assert mails()[0].subject.startswith("[Ieum] ")
