"""A centre's full register names people who wait or have cancelled: nothing is recorded of them, and it is said."""

from __future__ import annotations

from app.core.db import db
from app.training import enrolment_service, queries
from app.training.models import EnrolmentStatus
from tests.conftest import Visitor
from tests.factories.training import AT, CLERK
from tests.training.conftest import Centre
from tests.training.samples import REGISTERS, send_file, ticket_of


def test_a_cancelled_and_a_waiting_person_get_nothing_and_are_named(clerk: Visitor, enrolled: Centre) -> None:
    gone, waits = queries.enrolments(enrolled.cohort())[:2]
    enrolment_service.cancel_enrolment(gone, CLERK, AT)
    waits.status = EnrolmentStatus.WAITLISTED.value
    db.session.commit()
    address = enrolled.address()

    preview = send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"])
    page = preview.get_data(as_text=True)
    assert f"{gone.person.name} 님은 수강을 취소한 사람이라" in page
    assert f"{waits.person.name} 님은 대기 중이라" in page
    clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket_of(preview)})

    recorded = {enrolment_id for enrolment_id, _session in queries.attendance_of_cohort(enrolled.cohort())}
    assert recorded == {e.id for e in queries.enrolments(enrolled.cohort())}
    assert not recorded & {gone.id, waits.id}
