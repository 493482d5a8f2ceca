"""`flask certificates …`: issue, export and verify from the command line."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from app.certificates import (
    correction_service,
    issuing_service,
    keys,
    queries,
    revocation_service,
    seal_keys,
    status_changes,
    status_service,
    verification_service,
)
from app.certificates.authority import this_authority
from app.certificates.badge import MIMETYPES, badge
from app.certificates.models import Certificate, CertificateStatus, StatusReason
from app.certificates.paper import sealed_pdf
from app.certificates.qr import qr_png, qr_svg
from app.certificates.verdict import Answer
from app.certificates.verification_service import without_their_key
from app.core import clock
from app.core.access import Actor
from app.core.commands import explains_errors, fail, is_asked_by_somebody, words
from app.core.db import db, unit_of_work
from app.core.errors import NotFound
from app.core.i18n import _
from app.training.commands import find_cohort, of_centre, of_cohort
from app.training.models import Cohort

certificates = AppGroup("certificates", help="Issue, export and verify certificates.")
ACTOR = Actor.command("command: certificates")

# How long to wait for certificates that a running worker holds in its hands.
_PATIENCE_SECONDS = 60
_FORMS = ["json", "jwt", "pdf", "png", "svg", "qr-png", "qr-svg"]
_EXIT = {Answer.VALID: 0, Answer.COULD_NOT_CHECK: 2}
_NOT_VALID = 1
_COULD_NOT_READ = 2
# Forms in which we give certificates out ourselves. What stands on a paper or a picture can be changed while the JSON
# in it stays what it was: a bare "valid" of such a file would say too much, and "not valid" is not true either.
_OTHER_FORMS = {b"%PDF-": "PDF", b"\x89PNG\r\n": "PNG", b"<svg": "SVG", b"<?xml": "SVG", b"eyJ": "JWT"}


@certificates.command("issue")
@of_cohort
@of_centre
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--anyway", is_flag=True, help="also under another address (IEUM_BASE_URL) than before")
@explains_errors
def issue(code: str, centre: str, form: str, anyway: bool) -> None:
    """Issue the certificates of everybody in a cohort who completed and has none; list them all."""
    authority = this_authority()
    if not authority.is_trial and not keys.published_keys(authority.did):
        click.echo(
            _(
                "처음 발급하는 수료증이에요. %(address)s 주소가 함께 서명되므로 나중에 이 주소를 바꿀 수 없어요.",
                address=authority.url,
            ),
            err=True,
        )
    with unit_of_work():
        cohort = find_cohort(code, centre)
        issuing_service.request_certificates(cohort, ACTOR, clock.now(), at_any_address=anyway)
    _finish(cohort)
    issued = queries.roster_certificates(cohort)
    _show(issued, form)
    if not issued:
        click.echo(_("이 기수에는 아직 수료한 사람이 없어 발급한 수료증이 없어요."), err=True)
    refused = [c for c in queries.candidates(cohort) if c.refusal is not None]
    for candidate in refused:
        click.echo(f"{candidate.report.person.name}: {candidate.refusal}", err=True)
    if refused:
        raise SystemExit(1)


def _finish(cohort: Cohort) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        issuing_service.issue_waiting(clock.now())
        waiting = queries.progress_of(cohort).waiting
        db.session.rollback()
        if not waiting:
            return
        if time.monotonic() > until:
            fail(_("%(count)s명의 수료증이 아직 발급되지 않았어요. 기록을 확인해 주세요.", count=waiting))
        time.sleep(0.2)


def _show(issued: Sequence[Certificate], form: str) -> None:
    if form == "json":
        listed = [
            {
                "serial": c.serial,
                "document_number": c.document_number,
                "id": c.public_id,
                "name": c.name,
                "birth_date": c.birth_date.isoformat(),
            }
            for c in issued
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for c in issued:
        click.echo(f"{c.serial}\t{c.document_number}\t{c.public_id}\t{c.name}\t{c.birth_date}")


@certificates.command("export")
@click.argument("certificate_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(_FORMS), required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@explains_errors
def export(certificate_id: str, form: str, output: Path) -> None:
    """Write a certificate to a file: the signed JSON or JWT byte for byte, the paper, the badge or the QR code."""
    certificate = _certificate(_public_id(certificate_id))
    trouble = _trouble_with(certificate)
    data = _in_form(certificate, form)
    try:
        output.write_bytes(data)
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    if trouble is not None:
        click.echo(trouble, err=True)


def _trouble_with(certificate: Certificate) -> str | None:
    """Say why a certificate does not hold: the file itself cannot, for it is what was signed. None when it holds."""
    serial, status = certificate.serial, CertificateStatus(certificate.status)
    if without_their_key([certificate], clock.now()):
        return _("%(serial)s: 서명한 키가 폐지되어 인정되지 않는 수료증이에요.", serial=serial)
    if status is CertificateStatus.VALID:
        return None
    return _("%(serial)s: 유효하지 않은 수료증이에요 (%(status)s).", serial=serial, status=status.label)


def _in_form(certificate: Certificate, form: str) -> bytes:
    authority = this_authority()
    if form == "pdf":
        with unit_of_work():
            seal_keys.ensure_seal(clock.now())
        return sealed_pdf(queries.certificate_for(ACTOR, certificate.public_id), authority)
    if form == "jwt":
        if certificate.token is None:
            fail(_("JWT를 함께 서명하기 전에 발급한 수료증이라 JWT가 없어요."))
        return certificate.token
    for picture in MIMETYPES:
        if form == picture:
            return badge(certificate, picture)
    if form == "qr-png":
        return qr_png(authority.verification_url(certificate.public_id), certificate.slip)
    if form == "qr-svg":
        return qr_svg(authority.verification_url(certificate.public_id), certificate.slip).encode()
    return certificate.credential


def _public_id(text: str) -> str:
    """Read an id: as it stands in the file, on the page, or at the end of the address that the QR code says."""
    try:
        return uuid.UUID(text.partition("#")[0].rpartition("/")[2]).hex
    except ValueError:
        raise NotFound(_("수료증의 id가 아니에요: %(text)s", text=text)) from None


def _certificate(public_id: str) -> Certificate:
    try:
        return queries.certificate_for(ACTOR, public_id)
    except NotFound:
        raise NotFound(_("이 id의 수료증이 없어요: %(id)s", id=public_id)) from None


@certificates.command("revoke")
@click.argument("certificate_id", metavar="ID")
@click.option("--reason", type=click.Choice([reason.value for reason in revocation_service.REASONS]), required=True)
@click.option("--why", metavar="WORDS", required=True, callback=words, help="kept inside; never published")
@click.option("--yes", is_flag=True, help="do not ask again")
@explains_errors
def revoke(certificate_id: str, reason: str, why: str, yes: bool) -> None:
    """Revoke a certificate for good and publish the status list that says so.

    Says first whose it is, and asks where somebody can answer. It can never be taken back.
    """
    public_id = _public_id(certificate_id)
    with unit_of_work():
        certificate = _certificate(public_id)
        status_changes.require_valid(certificate)
        _tell(certificate)
    click.echo(_("폐지는 되돌릴 수 없어요. 내용이 틀렸을 뿐이라면 certificates correct로 정정해 주세요."), err=True)
    _confirm(_("폐지할까요?"), asks=not yes)
    with unit_of_work():
        certificate = _certificate(public_id)
        revocation_service.revoke(certificate, StatusReason(reason), why, ACTOR, clock.now())
    status_service.publish_lists(clock.now())
    click.echo(_("폐지했어요: %(serial)s", serial=queries.certificate_for(ACTOR, public_id).serial))


@certificates.command("correct")
@click.argument("certificate_id", metavar="ID")
@click.option("--reason", type=click.Choice([reason.value for reason in correction_service.REASONS]), required=True)
@click.option("--why", metavar="WORDS", default="", help="kept inside; never published")
@click.option("--yes", is_flag=True, help="do not ask again")
@explains_errors
def correct(certificate_id: str, reason: str, why: str, yes: bool) -> None:
    """Issue a certificate from the record as it stands now and mark this one as replaced by it.

    Says first what changes, and asks where somebody can answer. It can never be taken back.
    """
    public_id = _public_id(certificate_id)
    with unit_of_work():
        is_possible = _tell_correction(_certificate(public_id))
    if is_possible:
        _confirm(_("정정할까요?"), asks=not yes)
    with unit_of_work():
        certificate = _certificate(public_id)
        issuance = correction_service.request_correction(certificate, StatusReason(reason), why, ACTOR, clock.now())
        cohort, new_id = issuance.request.cohort, issuance.certificate_public_id
    _finish(cohort)
    try:
        new = queries.certificate_for(ACTOR, new_id)
    except NotFound:
        fail(_("정정하지 못했어요. 이전 수료증은 그대로예요."))
    _show([new], "text")


def _tell(certificate: Certificate) -> None:
    click.echo(f"{certificate.serial}\t{certificate.name}\t{certificate.course_name}", err=True)


def _tell_correction(certificate: Certificate) -> bool:
    """Say what a correction would change; answer whether it is possible at all."""
    preview = correction_service.preview(certificate)
    if certificate.status != CertificateStatus.VALID or preview is None or not preview.is_possible:
        return False
    _tell(certificate)
    for one in preview.differences:
        if one.differs:
            click.echo(f"{one.label}: {one.now} → {one.new}", err=True)
    return True


def _confirm(question: str, *, asks: bool) -> None:
    if asks and is_asked_by_somebody():
        click.confirm(question, abort=True, err=True)


@certificates.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """Verify a credential and print the verdict as JSON; status 0 valid, 1 not valid, 2 could not be checked."""
    try:
        data = file.read_bytes()
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
        raise SystemExit(_COULD_NOT_READ) from None
    for start, form in _OTHER_FORMS.items():
        if data.startswith(start):
            click.echo(
                _("%(file)s: %(form)s 파일이에요. 이 명령은 서명된 JSON을 확인해요.", file=file, form=form), err=True
            )
            raise SystemExit(_COULD_NOT_READ)
    try:
        verdict = verification_service.verify_document(data, clock.now())
    except Exception as error:
        # Whatever goes wrong on our side says nothing about the certificate: never "not valid".
        click.echo(f"could not be checked: {type(error).__name__}: {str(error).splitlines()[0]}", err=True)
        raise SystemExit(_COULD_NOT_READ) from None
    click.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=1))
    raise SystemExit(_EXIT.get(verdict.answer, _NOT_VALID))
