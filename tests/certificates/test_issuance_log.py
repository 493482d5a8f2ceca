"""The issuance log: every fact has a place and a proof, and what is changed behind it is reported."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from app.accounts.models import Organisation
from app.certificates import (
    issuing_service,
    key_service,
    keys,
    log_check,
    log_intents,
    log_service,
    queries,
    revocation_service,
    status_service,
)
from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogKind
from app.certificates.models import Certificate, KeyPurpose, StatusReason
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_document, verify_stored
from app.core.db import db, unit_of_work
from credentials import CredentialError, SigningKey, sign_certificate
from credentials.log import (
    Appended,
    OfflineProof,
    consistency_proof,
    decode_entries,
    hash_reader,
    open_checkpoint,
    root_of,
    tiles_of,
    verify_consistency,
)
from tests.certificates.tampering import past_the_triggers
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, request
from tests.factories.training import PEOPLE, finished_cohort

LATER = ISSUED_AT + timedelta(days=2)
ORIGIN = "ieum.test/log"


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation()


@pytest.fixture
def certificates(centre: Organisation) -> list[Certificate]:
    return issue(finished_cohort(centre, people=PEOPLE[:3]))


def revoke(certificate: Certificate) -> None:
    with unit_of_work():
        found = queries.certificate_for(CLERK, certificate.public_id)
        revocation_service.revoke(found, StatusReason.HOLDERS_WISH, "본인 요청", CLERK, LATER)


def entries() -> list[dict[str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(LogEntry).order_by(LogEntry.position)).all()
    assert [row.position for row in rows] == list(range(len(rows)))
    return [json.loads(row.entry) for row in rows]


def head() -> LogHead:
    db.session.expire_all()
    return db.session.scalars(select(LogHead)).one()


def findings() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(finding.subject, finding.message.split(":")[0]) for finding in log_check.check().findings]


def test_every_fact_has_its_place_and_names_nobody(certificates: list[Certificate]) -> None:
    revoke(certificates[1])
    log_service.sequence(LATER)
    told = entries()
    assert [entry["type"] for entry in told] == ["key", "key", "key", "issued", "issued", "issued", "revoked"]
    assert [entry["sha256"] for entry in told[3:]] == [c.sha256 for c in (*certificates, certificates[1])]
    assert not db.session.scalars(select(LogIntent)).all()
    for certificate in certificates:
        for secret in (certificate.name, certificate.public_id, certificate.serial, certificate.document_number):
            assert secret not in json.dumps(told, ensure_ascii=False)


def test_the_head_is_signed_by_the_logs_own_key(certificates: list[Certificate]) -> None:
    signed = open_checkpoint(head().checkpoint, ORIGIN, keys.log_keys())
    assert (signed.size, signed.root) == (head().size, head().root)
    assert signed.root == root_of(signed.size, hash_reader(log_service.stored_tile))
    others = list(keys.verification_keys().credentials.values())
    with pytest.raises(CredentialError):
        open_checkpoint(head().checkpoint, ORIGIN, others)


def test_each_certificate_has_a_proof_that_holds_without_us(
    visitor: Visitor, certificates: list[Certificate]
) -> None:
    for certificate in certificates:
        told = json.loads(visitor.get(f"/credentials/{certificate.public_id}/log-proof").data)
        proof = OfflineProof.read(told["proof"])
        checkpoint = proof.verify(told["entry"].encode(), ORIGIN, keys.log_keys())
        assert checkpoint.size == 6
        digest = hashlib.sha256(visitor.get(f"/credentials/{certificate.public_id}").data).hexdigest()
        assert json.loads(told["entry"])["sha256"] == digest
        with pytest.raises(CredentialError):
            proof.verify(told["entry"].replace("issued", "issueD").encode(), ORIGIN, keys.log_keys())


def test_the_verify_answer_carries_the_proof(visitor: Visitor, certificates: list[Certificate]) -> None:
    answer = visitor.post(
        "/api/v1/credentials/verify", data=certificates[0].credential, content_type="application/vc"
    )
    told = json.loads(answer.data)["log"]
    proof = OfflineProof.read(told["proof"])
    assert proof.verify(told["entry"].encode(), ORIGIN, keys.log_keys()).size == 6
    assert json.loads(told["entry"])["at"] == told["logged_at"]
    forged = certificates[0].credential.replace(certificates[0].name.encode(), "김위조".encode(), 1)
    assert forged != certificates[0].credential
    refused = visitor.post("/api/v1/credentials/verify", data=forged, content_type="application/vc")
    assert json.loads(refused.data)["log"] is None


def test_what_our_key_signed_and_we_have_no_record_of_is_not_valid(certificates: list[Certificate]) -> None:
    """A thief signs under an id that is there and under one that never was, before anybody knows of it."""
    found = verify_stored(certificates[0].public_id, ISSUED_AT)
    assert found is not None
    assert found.verdict.certificate is not None
    claims, key = found.verdict.certificate.claims, keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)
    new_id = "urn:uuid:00000000-0000-4000-8000-000000000001"
    for forged in (replace(claims, name="김위조"), replace(claims, credential_id=new_id)):
        verdict = verify_document(sign_certificate(forged, key, ISSUED_AT), ISSUED_AT)
        assert (verdict.answer, verdict.certificate, verdict.logged) == (Answer.NOT_VALID, None, None)


def test_a_key_given_up_in_the_middle_signs_no_more(
    centre: Organisation, certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = certificates[0].key_id
    request(finished_cohort(centre, people=PEOPLE[3:5]))
    issue_next = issuing_service._issue_next

    def revoked_after_the_first(after: int, most: int, key: SigningKey, at: datetime) -> tuple[int, int] | None:
        done = issue_next(after, most, key, at)
        if after == 0:
            with unit_of_work():
                key_service.revoke(stolen, ISSUED_AT, "도난", CLERK, LATER)
        return done

    with monkeypatch.context() as between:
        between.setattr(issuing_service, "_FIRST", 1)
        between.setattr(issuing_service, "_issue_next", revoked_after_the_first)
        issuing_service.issue_waiting(LATER)
    assert [c.key_id == stolen for c in all_certificates()[3:]] == [True]
    issuing_service.issue_waiting(LATER)
    assert [c.key_id == stolen for c in all_certificates()[3:]] == [True, False]


def test_a_tile_beyond_all_numbers_is_not_there(visitor: Visitor, certificates: list[Certificate]) -> None:
    assert visitor.get("/log/tile/entries/x036/x028/x797/x018/x963/967").status_code == 404


def test_a_watcher_rebuilds_the_log_from_what_is_served(visitor: Visitor, certificates: list[Certificate]) -> None:
    signed = open_checkpoint(visitor.get("/log/checkpoint").text, ORIGIN, keys.log_keys())
    tiles = {}
    for tile in tiles_of(signed.size):
        answer = visitor.get(f"/log/{tile.path}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "immutable" in answer.headers["Cache-Control"]
        tiles[tile.level, tile.index] = answer.data
    assert root_of(signed.size, hash_reader(lambda level, index: tiles[level, index])) == signed.root
    served = decode_entries(visitor.get(f"/log/tile/entries/000.p/{signed.size}").data)
    assert [json.loads(entry) for entry in served] == entries()
    assert visitor.get("/log/keys").text.startswith(f"{ORIGIN}+")


@pytest.mark.parametrize(
    "path", ["0/000.p/7", "0/001", "0/000", "63/000", "entries/000", "entries/000.p/0", "x", "0/0"]
)
def test_there_is_no_tile_that_the_log_does_not_have(
    visitor: Visitor, certificates: list[Certificate], path: str
) -> None:
    assert visitor.get(f"/log/tile/{path}").status_code == 404


def test_it_only_grows(centre: Organisation, certificates: list[Certificate]) -> None:
    before = head()
    size, root = before.size, before.root
    request(finished_cohort(centre, people=PEOPLE[3:5]))
    issuing_service.issue_waiting(LATER)
    after = head()
    proof = consistency_proof(size, after.size, hash_reader(log_service.stored_tile))
    verify_consistency(size, after.size, proof, root, after.root)
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE log_entries SET digest = ''"))
    db.session.rollback()


def test_a_log_of_many_tiles_is_the_same_tree(app: Flask) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        for number in range(600):
            digest = hashlib.sha256(str(number).encode()).hexdigest()
            log_intents._note(LogKind.KEY, str(number), digest)
    log_service.sequence(ISSUED_AT)
    assert head().size == 603
    wrong = {finding.subject for finding in log_check.check().findings}
    assert not wrong & {"head", "checkpoint", "tile 0/0", "tile 0/1", "tile 0/2", "tile 1/0"}


def test_killed_in_between_nothing_has_a_place_and_nothing_is_lost(
    certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    revoke(certificates[0])
    size = head().size

    def dies(*_arguments: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(log_service, "_move", dies)
        with pytest.raises(RuntimeError):
            log_service.sequence(LATER)
    db.session.rollback()
    assert (head().size, len(entries())) == (size, size)
    log_service.sequence(LATER)
    assert (head().size, entries()[-1]["type"]) == (size + 1, "revoked")
    log_service.sequence(LATER)
    assert head().size == size + 1


def test_all_is_well_when_all_is_well(certificates: list[Certificate]) -> None:
    revoke(certificates[0])
    assert findings() == []
    log_service.sequence(LATER)
    assert findings() == []
    assert log_check.check().entries == 7


CHANGES: dict[str, tuple[str, str]] = {
    "a name": ("UPDATE certificates SET name = '김바꿈' WHERE id = :id", "changed"),
    "a date of birth": ("UPDATE certificates SET birth_date = '1950-01-01' WHERE id = :id", "changed"),
    "a document number": (
        "UPDATE certificates SET document_number = '0000-0000-0000-0000' WHERE id = :id",
        "changed",
    ),
    "hours": ("UPDATE certificates SET credited_minutes = 6000 WHERE id = :id", "changed"),
    "whose it is": ("UPDATE certificates SET person_public_id = 'somebody' WHERE id = :id", "changed"),
    "a place on the list": ("UPDATE certificates SET status_index = 1 WHERE id = :id", "changed"),
    "the slip on the paper": ("UPDATE certificates SET slip = '1' WHERE id = :id", "changed"),
    "the other form of it": ("UPDATE certificates SET token = :bytes WHERE id = :id", "changed"),
    "the credential": ("UPDATE certificates SET credential = :bytes WHERE id = :id", "changed"),
    "a status that is none": ("UPDATE certificates SET status = 'good' WHERE id = :id", "changed"),
    "a revocation taken back": ("UPDATE certificates SET status = 'valid' WHERE id = :id", "changed"),
    "when it was revoked": ("UPDATE certificates SET status_at = '2020-01-01 00:00:00' WHERE id = :id", "back-dated"),
    "a successor that is none": ("UPDATE certificates SET replaced_by = 'x' WHERE id = :id", "changed"),
    "a deleted row": ("DELETE FROM certificates WHERE id = :id", "deleted"),
    "a date of issue": ("UPDATE certificates SET issued_at = '2020-01-01 00:00:00' WHERE id = :id", "back-dated"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_behind_the_log_is_reported_with_its_certificate(certificates: list[Certificate], what: str) -> None:
    revoke(certificates[1])
    log_service.sequence(LATER)
    statement, word = CHANGES[what]
    row, name = certificates[1].id, certificates[1].public_id
    given = {"id": row, "bytes": b"{}"}
    past_the_triggers("certificates", statement, **{k: v for k, v in given.items() if f":{k}" in statement})
    found = findings()
    assert {subject for subject, _message in found} == {name}
    assert word in {message for _subject, message in found}


OF_ANOTHER_TYPE = (
    "credential = replace(CAST(credential AS TEXT), 'Achievement', 'achievement')",
    "credential = CAST(credential AS TEXT)",
    "token = CAST('text' AS TEXT)",
    "birth_date = 'unknown'",
    "issued_at = 'long ago'",
)


@pytest.mark.parametrize("change", OF_ANOTHER_TYPE)
def test_a_change_to_another_type_is_reported_or_refused(certificates: list[Certificate], change: str) -> None:
    """SQLite stores what its columns are not made for: `replace` alone makes text of bytes."""
    row, name = certificates[1].id, certificates[1].public_id
    statement = f"UPDATE certificates SET {change} WHERE id = :id"
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError):
            past_the_triggers("certificates", statement, id=row)
        return
    past_the_triggers("certificates", statement, id=row)
    assert set(findings()) == {(name, "changed")}


def test_an_entry_that_became_text_is_reported_or_refused(certificates: list[Certificate]) -> None:
    name = certificates[1].public_id
    statement = "UPDATE log_entries SET entry = replace(CAST(entry AS TEXT), 'issued', 'gone') WHERE subject = :name"
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError):
            past_the_triggers("log_entries", statement, name=name)
        return
    past_the_triggers("log_entries", statement, name=name)
    assert {name, "head", "tile 0/0"} <= {subject for subject, _message in findings()}


def test_a_back_dated_row_is_reported(centre: Organisation, certificates: list[Certificate]) -> None:
    request(finished_cohort(centre, people=PEOPLE[3:4]))
    issuing_service.issue_waiting(ISSUED_AT)
    name = all_certificates()[-1].public_id
    past_the_triggers("log_entries", "DELETE FROM log_entries WHERE subject = :name", name=name)
    assert (name, "inserted") in findings()
    assert {"head", "tile 0/0"} <= {subject for subject, _message in findings()}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_tiles SET hashes = substr(hashes, 2)",
        "DELETE FROM log_tiles",
        "DELETE FROM log_heads",
        "UPDATE log_heads SET size = size - 1",
        "UPDATE log_heads SET checkpoint = replace(checkpoint, 'ieum', 'leum')",
    ],
)
def test_what_is_wrong_with_the_log_itself_is_reported(certificates: list[Certificate], statement: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()
    assert findings()


def test_the_command_says_what_it_found(app: Flask, certificates: list[Certificate]) -> None:
    run = app.test_cli_runner()
    row, name = certificates[0].id, certificates[0].public_id
    good = run.invoke(args=["log", "check"])
    assert (good.exit_code, good.stdout) == (0, "")
    assert "수료증 3장" in good.stderr
    past_the_triggers("certificates", "DELETE FROM certificates WHERE id = :id", id=row)
    bad = run.invoke(args=["log", "check"])
    assert bad.exit_code == 1
    assert bad.stdout.startswith(name)


def test_the_drill_of_a_stolen_key(centre: Organisation, certificates: list[Certificate]) -> None:
    """Stolen at some time: what the log had before stays valid, what came later and what it never had does not."""
    (later,) = _issued_at(centre, LATER)
    stolen = later.key_id
    unlogged = _unlogged(certificates[0])
    with unit_of_work():
        key_service.revoke(stolen, LATER - timedelta(days=1), "백업 유출", CLERK, LATER + timedelta(hours=1))
    at = LATER + timedelta(hours=1)
    status_service.publish_lists(at)
    answers = [_answer(c.public_id, at) for c in (*certificates, later)]
    assert answers == [Answer.VALID] * 3 + [Answer.NOT_VALID]
    assert verify_document(certificates[1].credential, at).answer is Answer.VALID
    reformatted = json.dumps(dict(reversed(json.loads(certificates[1].credential).items())), indent=2).encode()
    assert verify_document(reformatted, at).answer is Answer.VALID
    changed = reformatted.replace(b"2026", b"2027", 1)
    assert changed != reformatted
    assert verify_document(changed, at).answer is Answer.NOT_VALID
    assert verify_document(unlogged, at).answer is Answer.NOT_VALID
    assert verify_document(later.credential, at).answer is Answer.NOT_VALID
    (new,) = _issued_at(centre, at, born=2)
    assert new.key_id != stolen
    assert _answer(new.public_id, at) is Answer.VALID


def _issued_at(centre: Organisation, at: datetime, born: int = 1) -> list[Certificate]:
    before = len(all_certificates())
    request(finished_cohort(centre, people=PEOPLE[2 + born : 3 + born]))
    issuing_service.issue_waiting(at)
    return all_certificates()[before:]


def _unlogged(certificate: Certificate) -> bytes:
    """Sign, with the key that will be stolen, what the log will never have; back-dated, as a forger would."""
    found = verify_stored(certificate.public_id, ISSUED_AT)
    assert found is not None
    assert found.verdict.certificate is not None
    forged = replace(found.verdict.certificate.claims, name="김위조")
    return sign_certificate(forged, keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT), ISSUED_AT)


def _answer(public_id: str, at: datetime) -> Answer:
    db.session.expire_all()
    found = verify_stored(public_id, at)
    assert found is not None
    return found.verdict.answer


def test_the_check_reads_one_moment_and_holds_nobody_up(
    app: Flask, certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody revokes a certificate between the reading of the log and the reading of the certificates."""
    _revoke_in_the_middle(app, certificates[0].public_id, monkeypatch)
    assert log_check.check().findings == ()
    assert "revoked" in {entry["type"] for entry in entries()}
    assert log_check.check().findings == ()


@pytest.mark.databases("postgresql")
def test_without_one_snapshot_it_would_report_what_is_well(
    app: Flask, certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = certificates[0].public_id
    _revoke_in_the_middle(app, public_id, monkeypatch)
    monkeypatch.setattr(log_check, "one_snapshot", nullcontext)
    assert [f.subject for f in log_check.check().findings] == [public_id]


@pytest.mark.databases("sqlite")
def test_without_a_transaction_that_only_reads_writers_would_wait(
    certificates: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.rollback()
    path = db.engine.url.database or ""

    def write(*_arguments: object) -> tuple[()]:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
        return ()

    monkeypatch.setattr(log_check, "_compare_tree", write)
    assert log_check.check().findings == ()
    monkeypatch.setattr(log_check, "one_snapshot", nullcontext)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        log_check.check()
    db.session.rollback()


def _revoke_in_the_middle(app: Flask, public_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.rollback()
    compare_tree = log_check._compare_tree
    first = iter([True])

    def work() -> None:
        with app.app_context():
            with unit_of_work():
                found = queries.certificate_for(CLERK, public_id)
                revocation_service.revoke(found, StatusReason.HOLDERS_WISH, "본인 요청", CLERK, LATER)
            log_service.sequence(LATER)

    def compared(tree: Appended, tiles: dict[tuple[int, int], bytes]) -> list[log_check.Finding]:
        found = list(compare_tree(tree, tiles))
        if next(first, False):
            with ThreadPoolExecutor() as others:
                others.submit(work).result(timeout=10)
        return found

    monkeypatch.setattr(log_check, "_compare_tree", compared)


def test_a_log_taken_back_to_an_earlier_day_is_known_by_a_kept_checkpoint(
    app: Flask, centre: Organisation, certificates: list[Certificate], tmp_path: Path
) -> None:
    """Everything since is gone and the earlier head is soundly signed: only who kept a later one can tell."""
    early = head()
    size, root, checkpoint = early.size, early.root, early.checkpoint
    hashes = db.session.scalars(text("SELECT hashes FROM log_tiles")).one()
    later = _issued_at(centre, LATER)[0].public_id
    kept = head().checkpoint
    assert log_check.check([checkpoint, kept]).findings == ()
    past_the_triggers("certificates", "DELETE FROM certificates WHERE public_id = :name", name=later)
    past_the_triggers("log_entries", "DELETE FROM log_entries WHERE position >= :size", size=size)
    past_the_triggers("log_tiles", "UPDATE log_tiles SET hashes = :hashes", hashes=hashes)
    statement = "UPDATE log_heads SET size = :size, root = :root, checkpoint = :checkpoint"
    past_the_triggers("log_heads", statement, size=size, root=root, checkpoint=checkpoint)
    assert log_check.check().findings == ()
    assert log_check.check([checkpoint]).findings == ()
    (found,) = log_check.check([kept]).findings
    assert (found.subject, "taken away" in found.message) == ("kept checkpoint", True)
    other = log_check.check([kept.replace("ieum", "leum"), ""]).findings
    assert [finding.message.split(":")[0] for finding in other] == ["not one of this log"] * 2
    (tmp_path / "kept").write_text(kept, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["log", "check", "--kept", str(tmp_path / "kept")])
    assert (result.exit_code, "taken away" in result.stdout) == (1, True)


def test_a_log_that_tells_something_else_than_before_is_known_too(certificates: list[Certificate]) -> None:
    kept = head().checkpoint
    past_the_triggers("log_entries", "UPDATE log_entries SET entry = :entry WHERE position = 0", entry=b"{}")
    assert ("kept checkpoint", "signs other 6 entries than the log begins with") in [
        (finding.subject, finding.message) for finding in log_check.check([kept]).findings
    ]
