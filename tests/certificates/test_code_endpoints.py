"""What the verification page's scripts ask for: states for times without the service, and slips read for them."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.certificates import key_service, status_changes, status_service
from app.certificates.claims import urn
from app.certificates.models import Certificate, CertificateStatus, StatusChange, StatusReason
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core import clock
from app.core.clock import iso_utc
from app.core.db import db, insert_rows, unit_of_work
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, issue
from tests.factories.training import finished_cohort

STATIC = Path(__file__).parents[2] / "app" / "static"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def certificates(app: Flask) -> list[Certificate]:
    return issue(finished_cohort(make_organisation("서울도시재생교육원"), completing=3))


def name_of(certificate: Certificate) -> bytes:
    return hashlib.sha256(urn(certificate.public_id).encode()).digest()[: status_service.NAME_BYTES]


def end(certificate: Certificate, replaced_by: Certificate | None = None) -> None:
    status = CertificateStatus.REVOKED if replaced_by is None else CertificateStatus.REPLACED
    new = replaced_by.public_id if replaced_by is not None else None
    with unit_of_work():
        status_changes.mark(certificate, status, StatusReason.OTHER, CLERK, ISSUED_AT, words="시험", replaced_by=new)


def test_states_name_what_no_longer_holds_and_nothing_else(visitor: Visitor, certificates: list[Certificate]) -> None:
    held, revoked, replaced = certificates
    assert visitor.get("/v/states").data == bytes(4)
    end(revoked)
    end(replaced, replaced_by=held)
    answer = visitor.get("/v/states")
    assert answer.data == b"\0\0\0\1" + name_of(revoked) + name_of(replaced)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.headers["X-Known-At"])


def test_who_has_the_states_already_is_told_in_no_bytes(
    visitor: Visitor, certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    end(certificates[0])
    first = visitor.get("/v/states")
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(status_service, "_changed_names", None)
    same = visitor.get("/v/states", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data, same.headers["X-Known-At"]) == (304, b"", iso_utc(later))
    monkeypatch.undo()
    end(certificates[1])
    other = visitor.get("/v/states", headers={"If-None-Match": first.headers["ETag"]})
    assert (other.status_code, len(other.data)) == (200, 16)


def test_ten_thousand_changes_are_sixty_kilobytes_once() -> None:
    names = [hashlib.sha256(str(number).encode()).digest()[: status_service.NAME_BYTES] for number in range(10_000)]
    found = status_service.ChangedStates.of({"revoked": names[:7_000], "replaced": names[7_000:]})
    assert len(found.data) == 60_004
    assert found.data[4:10] == min(names[:7_000])


def test_the_record_on_the_page_is_what_the_slip_says(visitor: Visitor, certificates: list[Certificate]) -> None:
    certificate = certificates[0]
    page = visitor.get(f"/v/{certificate.public_id}").get_data(as_text=True)
    (written,) = re.findall(r'data-record="([^"]*)"', page)
    record = json.loads(written.replace("&#34;", '"').replace("&amp;", "&"))
    answer = visitor.post("/v/slip", data={"digits": certificate.slip}, headers=OURS)
    assert answer.json == {"digest": record.pop("digest"), "fields": record, "key_revoked": False}
    assert record["name"] == certificate.name


def test_a_slip_of_a_revoked_key_is_read_to_be_compared_and_said_to_be_one(
    visitor: Visitor, certificates: list[Certificate]
) -> None:
    """The certificate was logged before: it is valid, and its own paper must not be called a forgery."""
    certificate, at = certificates[0], ISSUED_AT + timedelta(hours=1)
    with unit_of_work():
        key_service.revoke(certificate.key_id, at, "백업 유출", CLERK, at)
    found = verify_stored(certificate.public_id, at)
    assert found is not None
    assert found.verdict.answer is Answer.VALID
    answer = visitor.post("/v/slip", data={"digits": certificate.slip}, headers=OURS)
    assert answer.json is not None
    assert (answer.json["key_revoked"], answer.json["fields"]["name"]) == (True, certificate.name)
    altered = (certificate.slip or "")[:-1] + "x"
    assert visitor.post("/v/slip", data={"digits": altered}, headers=OURS).status_code == 422


def test_an_altered_slip_is_refused_with_a_code(visitor: Visitor, certificates: list[Certificate]) -> None:
    slip = certificates[0].slip or ""
    altered = slip[:-1] + str((int(slip[-1]) + 1) % 10)
    for digits, code in ((altered, "signature_mismatch"), ("", "not_digits"), ("12a", "not_digits")):
        answer = visitor.post("/v/slip", data={"digits": digits}, headers=OURS)
        assert (answer.status_code, answer.json) == (422, {"code": code})


def test_slips_are_read_for_our_own_pages_only(visitor: Visitor, certificates: list[Certificate]) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        answer = visitor.post("/v/slip", data={"digits": certificates[0].slip}, headers=headers)
        assert answer.status_code == 400


def test_the_worker_keeps_every_file_that_the_page_without_the_service_needs(visitor: Visitor) -> None:
    answer = visitor.get("/v/worker.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    kept = set(re.findall(r'"([a-z0-9]+)"', answer.text.split("...[")[1].split("]")[0]))
    needed, waiting = set(), ["offline"]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            text = (STATIC / "js" / "verify" / f"{name}.js").read_text(encoding="utf-8")
            waiting += re.findall(r'from "\./([a-z0-9]+)\.js"', text)
    assert kept == needed
    for path in re.findall(r'"(/[^"]+)"', answer.text.split("];")[0]):
        assert visitor.get(path).status_code == 200


def test_the_frame_for_later_holds_no_record(visitor: Visitor, certificates: list[Certificate]) -> None:
    answer = visitor.get("/v/offline")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert not any(c.name in answer.text for c in certificates)


def test_a_change_that_is_stored_after_a_later_one_is_noticed_without_counting_all(
    app: Flask, certificates: list[Certificate]
) -> None:
    def change(id: int, certificate: Certificate) -> int:
        with unit_of_work():
            line = {"certificate_public_id": certificate.public_id, "status": "revoked", "reason": "other"}
            insert_rows(StatusChange, [{**line, "id": id, "actor_label": "시험", "created_at": ISSUED_AT}])
            db.session.execute(update(Certificate).where(Certificate.id == certificate.id).values(status="revoked"))
        return int.from_bytes(status_service.changed_states().data[:4], "big")

    assert [change(50, certificates[0]), change(20, certificates[1])] == [1, 2]
    if db.engine.dialect.name == "sqlite":
        asked = str(status_service._MARK.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = [row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
        assert not [step for step in plan if step.startswith("SCAN")], plan
