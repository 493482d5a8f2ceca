"""Certificates issued through the services, and what must hold of all of them whatever happened on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from app.accounts.models import Organisation
from app.certificates import issuing_service
from app.certificates.models import Certificate, Issuance, IssuanceState, StatusList
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.training.models import Cohort
from tests.factories.training import PEOPLE, finished_cohort

CLERK = Actor.command("test: clerk")
ISSUED_AT = datetime(2026, 4, 30, 1, 0, tzinfo=UTC)


def request(cohort: Cohort, at: datetime = ISSUED_AT) -> bool:
    """Ask for the certificates of a cohort; tell whether there was anything to ask for."""
    with unit_of_work():
        return issuing_service.request_certificates(cohort, CLERK, at) is not None


def issue(cohort: Cohort, at: datetime = ISSUED_AT) -> list[Certificate]:
    """Ask for and issue the certificates of a cohort, in the order of their numbers."""
    request(cohort, at)
    issuing_service.issue_waiting(at)
    return all_certificates()


def issue_one(centre: Organisation, at: datetime = ISSUED_AT) -> Certificate:
    """Issue one certificate of a cohort of one."""
    (certificate,) = issue(finished_cohort(centre, people=PEOPLE[:1]), at)
    return certificate


def all_certificates() -> list[Certificate]:
    db.session.expire_all()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))


def waiting() -> int:
    return len(db.session.scalars(select(Issuance).where(Issuance.state == IssuanceState.WAITING.value)).all())


def faults(certificates: Sequence[Certificate]) -> list[str]:
    """Say what is wrong with a set of certificates of one kind and year: gaps, duplicates, places given twice."""
    numbers = sorted(int(re.findall(r"\d+", c.serial)[1]) for c in certificates)
    found = [f"gap before {n}" for place, n in enumerate(numbers, start=1) if n != place][:1]
    for what, values in (
        ("enrolment", [c.enrolment_public_id for c in certificates]),
        ("document number", [c.document_number for c in certificates]),
        ("place", [(c.status_list_id, c.status_index) for c in certificates]),
    ):
        found += [f"{what} twice" for _value, times in Counter(values).items() if times > 1]
    unpublished = db.session.scalars(select(StatusList).where(StatusList.document.is_(None))).all()
    return found + ["a status list without a document" for _row in unpublished]
