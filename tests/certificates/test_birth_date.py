"""The visitor types the date of birth on the paper; the page answers yes or no, a few times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts import throttle
from app.certificates.models import Certificate
from app.certificates.verification_service import LIMITS
from app.core import clock
from app.core.clock import now
from tests.certificates.tampering import tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one

SAME, OTHER = "기록과 같은 생년월일이에요", "기록과 다른 생년월일이에요"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


def ask(
    visitor: Visitor,
    certificate: Certificate,
    typed: str,
    address: str = "192.0.2.1",
    headers: dict[str, str] = FROM_HERE,
) -> tuple[int, str]:
    answer = visitor.post(
        f"/v/{certificate.public_id}/birth-date",
        data={"birth_date": typed},
        headers=headers,
        environ_base={"REMOTE_ADDR": address},
    )
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["1969-10-28", "1969. 10. 28.", "19691028", "1969년 10월 28일"])
def test_it_says_that_the_date_is_the_same(visitor: Visitor, certificate: Certificate, typed: str) -> None:
    status, shown = ask(visitor, certificate, typed)
    assert status == 200
    assert SAME in shown
    assert OTHER not in shown


@pytest.mark.parametrize("typed", ["1969-10-29", "1968-10-28"])
def test_it_says_that_the_date_differs_and_nothing_more(
    visitor: Visitor, certificate: Certificate, typed: str
) -> None:
    status, shown = ask(visitor, certificate, typed)
    assert status == 200
    assert OTHER in shown
    assert SAME not in shown
    assert "1969. 10. 28." not in shown


def test_what_is_no_date_is_not_counted(visitor: Visitor, certificate: Certificate) -> None:
    for _turn in range(LIMITS["birth_date"][0].tries + 1):
        assert ask(visitor, certificate, "691028")[0] == 422
    assert ask(visitor, certificate, "1969-10-28")[0] == 200


def test_tries_at_one_certificate_run_out_whoever_makes_them(visitor: Visitor, certificate: Certificate) -> None:
    for turn in range(LIMITS["birth_date"][0].tries):
        assert ask(visitor, certificate, f"1969-01-{turn + 1:02}", f"192.0.2.{turn}")[0] == 200
    status, shown = ask(visitor, certificate, "1969-10-28", "198.51.100.7")
    assert status == 429
    # Somebody else has used the tries up: whether the certificate holds is still told, and why there is no answer.
    assert "유효한 수료증이에요" in shown
    assert "너무 여러 번 시도했어요" in shown
    assert SAME not in shown


def wrong_answers_a_day(visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Type wrong dates for a month as patiently as the limits by hour and day allow, each from another network."""
    start, answers = now(), []
    for number in range(30 * LIMITS["birth_date"][1].tries):
        moment = start + timedelta(days=number / LIMITS["birth_date"][1].tries, seconds=number)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        answers.append(
            ask(visitor, certificate, f"1969-{number % 9 + 1:02}-{number % 28 + 1:02}", f"10.0.{number}.1")
        )
        if answers[-1][0] == 429:
            assert "한동안 더 물어볼 수 없어요" in answers[-1][1]
            break
    return [status for status, _shown in answers]


def test_wrong_answers_at_one_certificate_run_out_for_a_month(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wrong_answers_a_day(visitor, certificate, monkeypatch) == [200] * 20 + [429]
    # The holder's own date is refused, too: the answer would otherwise tell that it is the one.
    assert ask(visitor, certificate, "1969-10-28", "198.51.100.7")[0] == 429
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert SAME in ask(visitor, certificate, "1969-10-28", "198.51.100.7")[1]


def test_right_answers_do_not_use_up_the_month(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = now()
    for day in range(25):
        moment = start + timedelta(days=day)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert SAME in ask(visitor, certificate, "1969-10-28")[1]


def test_wrong_answers_from_everywhere_together_run_out(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (limit,) = LIMITS["birth_date_all"]
    monkeypatch.setitem(throttle.LIMITS, "birth_date_all", (replace(limit, tries=3),))
    answers = [ask(visitor, certificate, f"1969-01-0{turn + 1}", f"192.0.2.{turn}") for turn in range(4)]
    assert [status for status, _shown in answers] == [200, 200, 200, 429]
    assert "모든 조회를 잠시 멈췄어요" in answers[-1][1]


def test_a_date_whose_year_was_not_signed_never_matches(visitor: Visitor, certificate: Certificate) -> None:
    tamper(certificate, "birth_date", "1980-01-01")
    assert OTHER in ask(visitor, certificate, "1980-01-01")[1]


def test_an_unknown_certificate_is_not_found(visitor: Visitor, app: Flask) -> None:
    answer = visitor.post(f"/v/{'0' * 32}/birth-date", data={"birth_date": "1969-10-28"}, headers=FROM_HERE)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://ieum.test"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://ieum.test"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "https://ieum.test.evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({}, 400),
    ],
)
def test_only_a_page_of_ours_may_ask(
    visitor: Visitor, certificate: Certificate, headers: dict[str, str], status: int
) -> None:
    assert ask(visitor, certificate, "1969-10-28", headers=headers)[0] == status


def test_the_address_of_the_answer_leads_back_to_the_certificate(visitor: Visitor, certificate: Certificate) -> None:
    answer = visitor.get(f"/v/{certificate.public_id}/birth-date")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/v/{certificate.public_id}"
