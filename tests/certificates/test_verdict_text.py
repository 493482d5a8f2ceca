"""What programs get is written in two parts, one of them always the same: together they say what `as_json` does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from app.certificates.log_queries import Logged
from app.certificates.verdict import Answer, Verdict
from credentials import Code, State, Step
from credentials.report import ALL_PASSED, Check

AT = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)
# As the same steps may come from elsewhere: equal, and not the same object.
CHECKS = {
    "sound": ALL_PASSED,
    "sound, copied": tuple(replace(check) for check in ALL_PASSED),
    "none": (),
    **{
        f"{step}, {state}": tuple(
            Check(step, state, Code.CONTRADICTION, 'says "}') if check.step is step else check for check in ALL_PASSED
        )
        for step, state in product(Step, State)
    },
}


@pytest.mark.parametrize("checks", CHECKS.values(), ids=CHECKS)
def test_the_text_says_what_the_verdict_says(checks: tuple[Check, ...]) -> None:
    for answer, proof in product(Answer, (None, "", '"', "\\", '"}', "{", "한글\n\u2028")):
        logged = Logged(7, AT, json.dumps({"said": proof}).encode(), proof) if proof is not None else None
        verdict = Verdict(answer, checks, None, AT, logged)
        said = json.loads(json.dumps(verdict.as_json()))
        assert json.loads(verdict.as_text(log=said["log"])) == said
        del said["log"]
        assert json.loads(verdict.as_text()) == said
        assert json.loads(verdict.as_text(document=proof)) == {**said, "document": proof}
