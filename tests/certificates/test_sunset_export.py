"""`flask sunset export`: a folder that mirrors the service, whole or not at all, and names nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select

from app.accounts.models import Organisation
from app.certificates import (
    keys,
    log_queries,
    log_service,
    queries,
    revocation_service,
    status_service,
    sunset_queries,
    sunset_service,
)
from app.certificates.authority import this_authority
from app.certificates.log_models import LogEntry, LogIntent
from app.certificates.models import Certificate, StatusReason
from app.core.config import Settings
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from credentials import StatusList
from credentials.log import decode_entries, hash_reader, open_checkpoint, root_of
from tests.certificates.tampering import past_the_triggers, tamper
from tests.conftest import BASE_URL, Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue
from tests.factories.training import PEOPLE, finished_cohort

EXPORTED_AT = ISSUED_AT + timedelta(days=30)
YEARS = timedelta(days=365 * 30)


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def certificates(centre: Organisation) -> list[Certificate]:
    issued = issue(finished_cohort(centre, people=PEOPLE[:3]))
    with unit_of_work():
        found = queries.certificate_for(CLERK, issued[1].public_id)
        revocation_service.revoke(found, StatusReason.HOLDERS_WISH, "본인 요청", CLERK, ISSUED_AT)
    return all_certificates()


def export(folder: Path, *, final: bool = False) -> sunset_service.Exported:
    return sunset_service.export(folder, EXPORTED_AT, final=final, progress=lambda done, size: None)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def held(folder: Path, name: str) -> str:
    page = (folder / "verify.html").read_text(encoding="utf-8")
    (found,) = re.findall(rf'<script type="[a-z/]+" data-held="{name}">(.*?)</script>', page, re.DOTALL)
    return str(found)


def table(folder: Path) -> list[bytes]:
    data = base64.b64decode(held(folder, "issued"), validate=True)
    return [data[begin : begin + 56] for begin in range(0, len(data), 56)]


def test_it_answers_as_the_service_did(visitor: Visitor, certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "kit")
    written = files(tmp_path / "kit")
    assert json.loads(written[".well-known/did.json"]) == visitor.get("/.well-known/did.json").json
    assert json.loads(written["keys/history.json"]) == visitor.get("/keys/history.json").json
    paths = [path for path in written if path.startswith("log/")] + ["keys/seal-authority.pem"]
    assert len(paths) == 5
    for path in paths:
        assert written[path] == visitor.get(f"/{path}").data, path


def test_the_log_in_it_can_be_checked_without_anybody(certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "kit")
    written = files(tmp_path / "kit")
    head = open_checkpoint(written["log/checkpoint"].decode(), "ieum.test/log", keys.log_keys())
    entries = decode_entries(written[f"log/tile/entries/000.p/{head.size}"])
    assert [json.loads(entry)["type"] for entry in entries] == ["key"] * 3 + ["issued"] * 3 + ["revoked"]
    tile = written[f"log/tile/0/000.p/{head.size}"]
    assert root_of(head.size, hash_reader(lambda level, index: tile)) == head.root


@pytest.mark.parametrize("final", [False, True])
def test_its_lists_speak_of_the_export_and_only_the_last_ones_last(
    certificates: list[Certificate], tmp_path: Path, final: bool
) -> None:
    export(tmp_path / "kit", final=final)
    written = files(tmp_path / "kit")
    (row,) = sunset_queries.lists()
    issuer_keys = keys.verification_keys().status
    for path, url, places in (
        (f"status/{row.public_id}", row.url, {certificates[1].status_index}),
        (f"status/{row.public_id}.replaced", f"{row.url}/replaced", set()),
    ):
        read = StatusList.from_bytes(written[path], issuer_keys, EXPORTED_AT)
        assert (read.url, read.created) == (url, EXPORTED_AT)
        assert {c.status_index for c in certificates if read.is_set(c.status_index)} == places
        assert (read.valid_until - read.created > YEARS) is final
        assert read.valid_until > EXPORTED_AT


def test_the_page_knows_each_certificate_by_its_digests(certificates: list[Certificate], tmp_path: Path) -> None:
    exported = export(tmp_path / "kit")
    assert exported.certificates == 3
    told = json.loads(held(tmp_path / "kit", "knowledge"))
    assert told["exported"] == "2026-05-30T01:00:00Z"
    assert [one["url"] for one in told["lists"]] == [sunset_queries.lists()[0].url]
    for row, certificate in zip(table(tmp_path / "kit"), certificates, strict=True):
        assert certificate.token is not None
        assert row[:16] == hashlib.sha256(certificate.credential).digest()[:16]
        assert row[16:32] == hashlib.sha256(certificate.token).digest()[:16]
        assert certificate.slip is not None
        assert row[32:48] == hashlib.sha256(certificate.slip.encode()).digest()[:16]
        logged = log_queries.issue_of(certificate.sha256)
        assert logged is not None
        assert int.from_bytes(row[48:52], "big") == int(logged.at.timestamp())
        assert int.from_bytes(row[52:], "big") == certificate.status_index


def test_a_certificate_whose_row_is_gone_has_no_place(certificates: list[Certificate], tmp_path: Path) -> None:
    past_the_triggers("certificates", "DELETE FROM certificates WHERE id = :id", id=certificates[2].id)
    export(tmp_path / "kit")
    row = table(tmp_path / "kit")[2]
    assert row[16:48] == bytes(32)
    assert int.from_bytes(row[52:], "big") == 0xFFF << 20


@pytest.mark.parametrize("column", ["token", "slip", "credential", "status_index"])
def test_what_was_changed_behind_the_log_proves_nothing(
    certificates: list[Certificate], tmp_path: Path, column: str
) -> None:
    first, _second, third = certificates
    value = first.status_index + 1 if column == "status_index" else getattr(third, column)
    tamper(first, column, value)
    export(tmp_path / "kit")
    row = table(tmp_path / "kit")[0]
    assert row[:16] == bytes.fromhex(first.sha256)[:16]
    gone = {name: row[begin : begin + 16] == bytes(16) for name, begin in (("token", 16), ("slip", 32))}
    assert gone == {"token": column in ("token", "credential"), "slip": column in ("slip", "credential")}
    place = 0xFFF << 20 if column == "credential" else first.status_index - (column == "status_index")
    assert int.from_bytes(row[52:], "big") == place


def test_it_names_nobody(certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "kit")
    for path, data in files(tmp_path / "kit").items():
        text = data.decode("utf-8", "replace")
        for certificate in certificates:
            secrets = (
                certificate.name,
                certificate.serial,
                certificate.document_number,
                certificate.public_id,
                certificate.person_public_id,
                certificate.birth_date.isoformat(),
                certificate.course_name,
                certificate.centre_name,
            )
            assert not [secret for secret in secrets if secret in text], path


def test_every_file_is_in_the_sums(certificates: list[Certificate], tmp_path: Path) -> None:
    exported = export(tmp_path / "kit")
    written = files(tmp_path / "kit")
    lines = (line.split("  ") for line in written.pop("SHA256SUMS").decode().splitlines())
    sums = {path: digest for digest, path in lines}
    assert sums == {path: hashlib.sha256(data).hexdigest() for path, data in written.items()}
    assert sums["verify.html"] == exported.page_sha256


def test_the_same_records_at_the_same_time_give_the_same_folder(
    certificates: list[Certificate], tmp_path: Path
) -> None:
    export(tmp_path / "one")
    export(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_page_loads_nothing_and_runs_only_its_own_script(certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "kit")
    page = (tmp_path / "kit" / "verify.html").read_text(encoding="utf-8")
    assert not re.findall(r"""<[^>]*\b(?:src|href|action)\s*=\s*["'](?!#|data:)""", page)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    for name, text in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        (inline,) = re.findall(text, page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy


def test_the_text_beside_it_is_in_both_languages(certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "kit", final=True)
    text = (tmp_path / "kit" / "README.txt").read_text(encoding="utf-8")
    assert "2026. 5. 30. 10:00 기준 (한국 시간) - 서비스의 마지막 기록" in text
    assert "As of 30 May 2026 10:00 (Korea time) - the last records of the service" in text
    assert BASE_URL in text
    assert "&" not in text


def test_a_log_that_is_not_sound_is_not_exported(certificates: list[Certificate], tmp_path: Path) -> None:
    export(tmp_path / "before")
    entry = db.session.scalars(select(LogEntry).where(LogEntry.position == 4)).one().entry
    altered = entry.replace(b"issued", b"issueD")
    past_the_triggers("log_entries", "UPDATE log_entries SET entry = :entry WHERE position = 4", entry=altered)
    with pytest.raises(Conflict, match="log check"):
        export(tmp_path / "kit")
    assert list(tmp_path.glob("kit*")) == []


def test_a_revocation_that_was_taken_back_behind_the_log_is_not_exported(
    certificates: list[Certificate], tmp_path: Path
) -> None:
    export(tmp_path / "before")
    tamper(certificates[1], "status", "valid")
    with pytest.raises(Conflict, match="log check"):
        export(tmp_path / "kit")
    assert list(tmp_path.glob("kit*")) == []


def test_nothing_issued_is_said(centre: Organisation, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="아직"):
        export(tmp_path / "kit")


class Broken(Exception):
    """Something that happens half-way."""


def test_a_failure_half_way_leaves_nothing(
    certificates: list[Certificate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(size: int, order: Any) -> Iterator[tuple[int, bytes]]:
        yield 0, bytes(56)
        raise Broken

    monkeypatch.setattr(sunset_queries, "issued", rows)
    with pytest.raises(Broken):
        export(tmp_path / "kit")
    assert list(tmp_path.glob("kit*")) == []


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    with app.app_context():
        return app.test_cli_runner().invoke(args=["sunset", "export", *arguments])


def test_the_command_says_how_it_ended(
    app: Flask, settings: Settings, certificates: list[Certificate], tmp_path: Path
) -> None:
    target = tmp_path / "kit"
    done = run(app, str(target))
    assert (done.exit_code, "수료증 3장" in done.stdout) == (0, True), done.output
    assert hashlib.sha256((target / "verify.html").read_bytes()).hexdigest() in done.stdout
    assert done.stderr.splitlines()[-1] == "내보내는 중: 100%"
    again = run(app, str(target))
    assert (again.exit_code, again.stdout) == (1, "")
    assert "이미 무언가 있어요" in again.stderr
    assert run(app).exit_code == 1


def pretend_issued(places: range) -> None:
    """Store rows of issued certificates with these places, and log them; none of them could be verified."""
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        [(listed, _place)] = status_service.allot_places(this_authority(), 1, ISSUED_AT)
        list_id = listed.id
    texts = ("name", "course_name", "course_kind", "cohort_name", "centre_name", "issuer_name", "key_id")
    names = ("public_id", "serial", "document_number", "person_public_id", "cohort_public_id", "enrolment_public_id")
    shared: dict[str, Any] = dict.fromkeys(texts, "x")
    shared |= dict.fromkeys(("birth_date", "started_on", "ended_on"), ISSUED_AT.date())
    shared |= {"organisation_id": 1, "credited_minutes": 1, "attendance_percent": Decimal(1), "issued_at": ISSUED_AT}
    shared |= {"credential": b"x", "status_list_id": list_id, "is_trial": False, "status": "valid"}
    rows, intents = [], []
    for place in places:
        digest = secrets.token_hex(32)
        own = {"token": digest.encode(), "sha256": digest, "status_index": place}
        rows.append({**shared, **own, **dict.fromkeys(names, digest[:19])})
        facts = json.dumps({"type": "issued", "sha256": digest, "record": digest})
        intents.append({"kind": "issued", "subject": "x", "digest": digest, "facts": facts})
    with unit_of_work():
        db.session.execute(insert(Certificate), rows)
        db.session.execute(insert(LogIntent), intents)
    log_service.sequence(ISSUED_AT)
    db.session.remove()


@pytest.mark.long
@pytest.mark.databases("sqlite")
def test_memory_does_not_grow_with_the_certificates(app: Flask, tmp_path: Path) -> None:
    peaks = []
    for places in (range(4_000), range(4_000, 40_000)):
        pretend_issued(places)
        tracemalloc.start()
        exported = export(tmp_path / str(places.stop))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert exported.certificates == places.stop
    assert peaks[1] < 1.2 * peaks[0], peaks
