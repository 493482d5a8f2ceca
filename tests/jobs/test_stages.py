"""What may follow what, and what can be taken back: the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs.application_words import Stage
from app.jobs.stages import UNDO_WITHIN, Move, has_reached, may_move, next_stages, why_not_undo

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ALLOWED = {
    (Stage.RECEIVED, Stage.SHORTLISTED),
    (Stage.RECEIVED, Stage.REJECTED),
    (Stage.VIEWED, Stage.SHORTLISTED),
    (Stage.VIEWED, Stage.REJECTED),
    (Stage.SHORTLISTED, Stage.INTERVIEW),
    (Stage.SHORTLISTED, Stage.HIRED),
    (Stage.SHORTLISTED, Stage.REJECTED),
    (Stage.INTERVIEW, Stage.HIRED),
    (Stage.INTERVIEW, Stage.REJECTED),
}


def test_nothing_else_may_follow() -> None:
    assert {(a, b) for a in Stage for b in Stage if may_move(a, b)} == ALLOWED
    assert all(next_stages(stage) == () for stage in Stage if stage.is_final)


@pytest.mark.parametrize(
    ("stage", "wanted", "answer"),
    [
        (Stage.VIEWED, Stage.SHORTLISTED, False),
        (Stage.SHORTLISTED, Stage.SHORTLISTED, True),
        (Stage.HIRED, Stage.INTERVIEW, True),
        (Stage.REJECTED, Stage.SHORTLISTED, False),
        (Stage.WITHDRAWN, Stage.SHORTLISTED, False),
    ],
)
def test_who_is_out_has_reached_nothing(stage: Stage, wanted: Stage, answer: bool) -> None:
    assert has_reached(stage, wanted) is answer


def test_a_decision_is_taken_back_while_nobody_was_told() -> None:
    move = Move(Stage.VIEWED, Stage.SHORTLISTED, AT)
    free = {"was_revealed": False, "was_chosen": False}
    assert why_not_undo(move, Stage.SHORTLISTED, AT + UNDO_WITHIN, **free) is None
    assert why_not_undo(move, Stage.SHORTLISTED, AT + UNDO_WITHIN + timedelta(seconds=1), **free)
    assert why_not_undo(move, Stage.WITHDRAWN, AT, **free)
    assert why_not_undo(None, Stage.SHORTLISTED, AT, **free)
    assert why_not_undo(move, Stage.SHORTLISTED, AT, was_revealed=True, was_chosen=False)
    assert why_not_undo(move, Stage.SHORTLISTED, AT, was_revealed=False, was_chosen=True)
