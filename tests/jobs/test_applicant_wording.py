"""How an employer reads what was handed in."""

from __future__ import annotations

import pytest

from app.jobs.application_words import ItemKind
from app.jobs.applying.visible import VisibleItem
from app.jobs.hiring.applicant_wording import item_issued, item_when

PERIOD = {"started_on": "2026-05-11", "ended_on": "2026-06-01"}


@pytest.mark.parametrize(
    ("facts", "when", "issued"),
    [
        (PERIOD | {"issued_on": "2026-06-09"}, "2026. 5. 11. ~ 2026. 6. 1.", "2026. 6. 9."),
        (PERIOD, "2026. 5. 11. ~ 2026. 6. 1.", ""),
        ({"issued_on": "2026-06-09"}, "", "2026. 6. 9."),
        ({"since": "2020-01-01"}, "2020. 1. 1.", ""),
    ],
)
def test_the_day_of_issue_is_no_part_of_the_period(facts: dict[str, str], when: str, issued: str) -> None:
    item = VisibleItem("0" * 32, ItemKind.CERTIFICATE, facts, {}, has_document=False, is_locked=False)
    assert (item_when(item), item_issued(item)) == (when, issued)
