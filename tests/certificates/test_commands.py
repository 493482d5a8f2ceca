"""`flask certificates …`: what is printed, what is written, and the exit status."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app.certificates import key_service
from app.certificates.models import Certificate, CertificateStatus
from app.core import clock
from app.core.config import Settings
from app.core.db import db, unit_of_work
from app.training import queries
from app.training.models import Cohort
from tests.certificates.processes import start, wait, work_until_done
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, all_certificates, issue_one, request, waiting
from tests.factories.training import finished_cohort


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return finished_cohort(make_organisation("서울도시재생교육원"), completing=4)


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), clock.now())


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["certificates", *arguments])
    db.session.expire_all()
    return result


def test_issue_signs_at_once_and_lists_in_the_order_of_the_roster(app: Flask, cohort: Cohort) -> None:
    result = run(app, "issue", "--cohort", cohort.code, "--format", "json")
    assert result.exit_code == 0, result.stderr
    listed = json.loads(result.stdout)
    assert [set(one) for one in listed] == [{"serial", "document_number", "id", "name", "birth_date"}] * 4
    roster = [(e.person.name, e.person.birth_date.isoformat()) for e in queries.enrolments(cohort)[:4]]
    assert [(one["name"], one["birth_date"]) for one in listed] == roster
    assert not waiting()


def test_issue_again_lists_the_same(app: Flask, cohort: Cohort) -> None:
    first = run(app, "issue", "--cohort", cohort.code, "--format", "json")
    again = run(app, "issue", "--cohort", cohort.code, "--format", "json")
    assert (again.exit_code, again.stdout) == (0, first.stdout)


def test_issue_prints_a_line_each_by_default(app: Flask, cohort: Cohort) -> None:
    lines = run(app, "issue", "--cohort", cohort.code).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [c.serial for c in all_certificates()]


def test_issue_is_safe_beside_a_worker(app: Flask, settings: Settings, cohort: Cohort) -> None:
    request(cohort)
    code = cohort.code
    db.session.commit()
    worker = start(settings, work_until_done)
    result = run(app, "issue", "--cohort", code, "--format", "json")
    assert wait(worker) == 0
    assert result.exit_code == 0, result.stderr
    assert len({one["serial"] for one in json.loads(result.stdout)}) == len(all_certificates()) == 4


def test_issue_names_an_unknown_cohort(app: Flask) -> None:
    result = run(app, "issue", "--cohort", "2026-X9")
    assert result.exit_code == 1
    assert "2026-X9" in result.stderr
    assert not result.stdout


def test_export_writes_each_form(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    starts = {"json": b'{"@context"', "pdf": b"%PDF-", "qr-png": b"\x89PNG", "qr-svg": b"<svg"}
    for form, beginning in starts.items():
        output = tmp_path / f"certificate.{form}"
        result = run(app, "export", certificate.public_id, "--format", form, "--output", str(output))
        assert result.exit_code == 0, result.stderr
        assert output.read_bytes().startswith(beginning)
    assert (tmp_path / "certificate.json").read_bytes() == certificate.credential


@pytest.mark.parametrize("status", [CertificateStatus.REVOKED, CertificateStatus.REPLACED])
def test_export_says_that_a_certificate_holds_no_more(
    app: Flask, certificate: Certificate, tmp_path: Path, status: CertificateStatus
) -> None:
    asked = ("export", certificate.public_id, "--format", "json", "--output", str(tmp_path / "x"))
    assert run(app, *asked).stderr == ""
    certificate.status = status.value
    result = run(app, *asked)
    assert (result.exit_code, certificate.serial in result.stderr) == (0, True)
    assert str(status.label) in result.stderr


def test_export_says_that_the_key_was_revoked(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    with unit_of_work():
        key_service.revoke(certificate.key_id, certificate.issued_at, "도난", CLERK, clock.now())
    result = run(app, "export", certificate.public_id, "--format", "json", "--output", str(tmp_path / "x"))
    assert (result.exit_code, "서명한 키가 폐지되어" in result.stderr) == (0, True), result.output


@pytest.mark.parametrize("wrong", ["0" * 32, "nonsense"])
def test_export_names_an_unknown_certificate(app: Flask, tmp_path: Path, wrong: str) -> None:
    result = run(app, "export", wrong, "--format", "json", "--output", str(tmp_path / "x"))
    assert result.exit_code == 1
    assert result.stderr
    assert not (tmp_path / "x").exists()


def test_export_says_when_it_cannot_write(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    output = str(tmp_path / "missing" / "x.json")
    result = run(app, "export", certificate.public_id, "--format", "json", "--output", output)
    assert result.exit_code == 1
    assert output in result.stderr


def verify(app: Flask, folder: Path, credential: bytes) -> tuple[int, str]:
    file = folder / "certificate.json"
    file.write_bytes(credential)
    result = run(app, "verify", str(file))
    return result.exit_code, json.loads(result.stdout)["outcome"]


def test_verify_valid_is_0(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    assert verify(app, tmp_path, certificate.credential) == (0, "valid")
    assert verify(app, tmp_path, certificate.credential + b"\n") == (0, "valid")


def test_verify_altered_is_1(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    altered = certificate.credential.replace(b'"creditsEarned":20', b'"creditsEarned":21')
    assert verify(app, tmp_path, altered) == (1, "not_valid")
    assert verify(app, tmp_path, b"") == (1, "not_valid")


def test_verify_revoked_is_1(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    certificate.status = CertificateStatus.REVOKED.value
    assert verify(app, tmp_path, certificate.credential) == (1, "revoked")


def test_verify_without_a_fresh_list_is_2(
    app: Flask, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = certificate.credential
    later = clock.now() + timedelta(days=2)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert verify(app, tmp_path, credential) == (2, "could_not_check")
    db.session.execute(text("UPDATE status_lists SET document = NULL"))
    assert verify(app, tmp_path, credential) == (2, "could_not_check")


@pytest.mark.parametrize("form", ["pdf", "png", "svg", "jwt"])
def test_verify_says_of_our_other_forms_that_it_reads_json(
    app: Flask, certificate: Certificate, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"certificate.{form}"
    assert run(app, "export", certificate.public_id, "--format", form, "--output", str(file)).exit_code == 0
    result = run(app, "verify", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{form.upper()} 파일이에요" in result.stderr


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_verify_an_unreadable_file_is_2_with_a_message(app: Flask, tmp_path: Path, name: str) -> None:
    result = run(app, "verify", str(tmp_path / name))
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr
    assert not result.stdout
