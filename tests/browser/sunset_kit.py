"""A sunset kit with certificates of every fate, made by the services themselves; nothing serves it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.accounts.models import Organisation, Person
from app.certificates import (
    correction_service,
    issuing_service,
    key_service,
    keys,
    queries,
    revocation_service,
    seal_keys,
    sunset_service,
)
from app.certificates.authority import this_authority
from app.certificates.badge import badge
from app.certificates.models import Certificate, KeyPurpose, StatusReason
from app.certificates.paper import sealed_pdf
from app.certificates.qr import qr_png
from app.core.db import db, unit_of_work
from credentials import CertificateClaims, SigningKey, encode_qr, examine, sign_certificate
from tests.browser.running import compile_english
from tests.conftest import settings_for
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue
from tests.factories.training import PEOPLE, finished_cohort

DAY = timedelta(days=1)
STOLEN_AT, NOTICED_AT, EXPORTED_AT = ISSUED_AT + DAY, ISSUED_AT + 3 * DAY, ISSUED_AT + 30 * DAY


@dataclass(frozen=True)
class Paper:
    """One certificate in all its forms."""

    public_id: str
    name: str
    credential: bytes
    token: bytes
    slip: str

    @property
    def address(self) -> str:
        return f"https://ieum.test/v/{self.public_id}#{self.slip}"


@dataclass(frozen=True)
class SunsetKit:
    """The exported folders (`final` is of the service's end), and the papers that people hold.

    `early` and `late` are signed by a key that was stolen between them, the others by its successor.
    """

    folder: Path
    final: Path
    early: Paper
    revoked: Paper
    replaced: Paper
    replacement: Paper
    late: Paper
    held: Paper
    other: Paper
    forged_early: bytes
    forged: bytes
    newer: bytes
    forged_slips: tuple[str, str]
    pdf: bytes
    badge: bytes
    drawn_badge: bytes
    photo: bytes


def made_kit(place: Path) -> SunsetKit:
    """Issue, revoke, correct and lose a key, then export and let the service go.

    In a thread of its own: sealing a PDF runs an event loop, and in ours the browser's may be running.
    """
    compile_english()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_serve_and_end, place).result()


def _serve_and_end(place: Path) -> SunsetKit:
    app = create_app(settings_for(f"sqlite:///{place / 'ieum.db'}", place), testing=True)
    with app.app_context():
        upgrade()
        kit = _make(place, make_organisation("서울도시재생교육원"))
        db.session.remove()
        db.engine.dispose()
    return kit


def _make(place: Path, centre: Organisation) -> SunsetKit:
    early, revoked, replaced = issue(finished_cohort(centre, people=PEOPLE[:3]))
    stolen = keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)
    forged_early = sign_certificate(replace(_claims(early), name="김위조"), stolen, ISSUED_AT)
    forged_slips = [_forged_slip(early, stolen)]
    late = issue(finished_cohort(centre, people=PEOPLE[3:4]), STOLEN_AT + DAY)[-1]
    with unit_of_work():
        key_service.revoke(stolen.public.id, STOLEN_AT, "도난", CLERK, NOTICED_AT)
        found = queries.certificate_for(CLERK, revoked.public_id)
        revocation_service.revoke(found, StatusReason.NOT_EARNED, "출석 미달", CLERK, NOTICED_AT)
    replacement = _correct(replaced)
    held, other = issue(finished_cohort(centre, people=PEOPLE[4:6]), NOTICED_AT)[-2:]
    key = keys.signing_key(KeyPurpose.CREDENTIALS, NOTICED_AT)
    forged_slips.append(_forged_slip(held, key))
    newer = replace(_claims(held), name="김나중", valid_from=EXPORTED_AT + DAY)
    with unit_of_work():
        seal_keys.ensure_seal(NOTICED_AT)
    for folder, final in ((place / "kit", False), (place / "final", True)):
        sunset_service.export(folder, EXPORTED_AT, final=final, progress=lambda done, size: None)
    everybody = (early, revoked, replaced, replacement, late, held, other)
    names = ("early", "revoked", "replaced", "replacement", "late", "held", "other")
    return SunsetKit(
        folder=place / "kit",
        final=place / "final",
        **{name: _paper(certificate) for name, certificate in zip(names, everybody, strict=True)},
        forged_early=forged_early,
        forged=sign_certificate(replace(_claims(held), name="김위조"), key, NOTICED_AT),
        newer=sign_certificate(newer, key, EXPORTED_AT + DAY),
        forged_slips=(forged_slips[0], forged_slips[1]),
        pdf=sealed_pdf(held, this_authority()),
        badge=badge(held, "png"),
        drawn_badge=badge(held, "svg"),
        photo=qr_png(this_authority().verification_url(held.public_id), held.slip),
    )


def _claims(certificate: Certificate) -> CertificateClaims:
    found = examine(
        certificate.credential,
        issuer_keys=keys.verification_keys().credentials,
        status_lists={},
        at=certificate.issued_at,
    )
    assert found.certificate is not None
    return found.certificate.claims


def _forged_slip(certificate: Certificate, key: SigningKey) -> str:
    """Sign another name, and the digest of a certificate that is on record."""
    return encode_qr(replace(_claims(certificate), name="김위조"), bytes.fromhex(certificate.sha256), key)


def _correct(certificate: Certificate) -> Certificate:
    with unit_of_work():
        person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
        person.name = "안미순"
        found = queries.certificate_for(CLERK, certificate.public_id)
        correction_service.request_correction(found, StatusReason.NAME, "오타", CLERK, NOTICED_AT)
    issuing_service.issue_waiting(NOTICED_AT)
    return all_certificates()[-1]


def _paper(certificate: Certificate) -> Paper:
    assert certificate.token is not None
    assert certificate.slip is not None
    return Paper(certificate.public_id, certificate.name, certificate.credential, certificate.token, certificate.slip)


@contextmanager
def static_host(folder: Path) -> Iterator[str]:
    """Serve a folder as the plainest of hosts does, with its `404.html` for what is not there; answer the address."""

    class Host(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            body = (folder / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def altered(data: bytes, places: int) -> list[bytes]:
    """Alter one byte at so many places, spread over the whole."""
    found = []
    for number in range(places):
        place = number * (len(data) - 1) // (places - 1)
        changed = bytearray(data)
        changed[place] ^= 1
        found.append(bytes(changed))
    return found


def renamed(paper: Paper) -> bytes:
    """Write another name into a certificate, and nothing else."""
    data = paper.credential.replace(paper.name.encode(), "김위조".encode())
    assert data != paper.credential
    return data
