"""`make run` loads the demo at each start: once, and never over what somebody has done since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.administration import demo
from app.certificates.models import Certificate
from app.core.audit import AuditLine
from app.core.db import db, unit_of_work
from app.training import enrolment_service, undo_service
from app.training.models import AttendanceUpload, Cohort, Enrolment

AT = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def cohort(code: str) -> Cohort:
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def counted() -> list[int | None]:
    kinds = (Enrolment, AttendanceUpload, Certificate, AuditLine)
    return [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


@pytest.mark.databases("sqlite")
def test_loading_again_adds_nothing_and_takes_nothing_back(app: Flask) -> None:
    first = demo.load(AT)
    assert first.certificate is not None
    loaded = counted()
    assert loaded[:3] == [94, 2, 22]
    again = demo.load(LATER)
    assert again.certificate == first.certificate
    assert counted() == loaded

    with unit_of_work():
        full = cohort("2026-G1")
        leaver = db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == full.id)).all()[0]
        enrolment_service.cancel_enrolment(leaver, demo.ACTOR, LATER)
        register = undo_service.newest_standing(full)
        assert register is not None
        undo_service.undo(register, full, demo.ACTOR, LATER)
    changed = counted()
    demo.load(LATER)
    assert counted() == changed
    assert db.session.get_one(Enrolment, leaver.id).status == "cancelled"
    assert undo_service.newest_standing(cohort("2026-G1")) is None
