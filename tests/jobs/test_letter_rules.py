"""The placeholders of a letter: known ones are filled, anything else is said at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs.hiring.letter_placeholders import Placeholder
from app.jobs.hiring.letter_rules import filled, used_in, what_is_wrong

VALUES = {
    Placeholder.NAME: "나지원",
    Placeholder.OPENING: "{이름} 모집",
    Placeholder.STAGE: "면접",
    Placeholder.INTERVIEW: "2026. 3. 9. 14:00",
}


def test_known_ones_are_filled_in_either_language() -> None:
    text = "{이름} {공고} { 단계 } {면접시간} / {name} {opening} {stage} {interview}"
    assert what_is_wrong(text) is None
    line = "나지원 {이름} 모집 면접 2026. 3. 9. 14:00"
    assert filled(text, VALUES) == f"{line} / {line}"
    assert used_in("{name} {면접시간}") == {Placeholder.NAME, Placeholder.INTERVIEW}


@pytest.mark.parametrize(
    "text", ["{연락처}", "{}", "{이름", "이름}", "{{이름}}", "{이\n름}", "{name.__class__}", "{0}", "{{ name }}"]
)
def test_anything_else_is_wrong(text: str) -> None:
    assert what_is_wrong(text) is not None


@given(st.text(alphabet="{}이름a \n", max_size=12))
def test_what_is_right_leaves_no_brace(text: str) -> None:
    if what_is_wrong(text) is None:
        assert not set("{}") & set(filled(text, dict.fromkeys(Placeholder, "x")))
