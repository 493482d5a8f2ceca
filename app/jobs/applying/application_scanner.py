"""ClamAV's scanner, asked over its socket by the INSTREAM command (clamd(8)), and the stored work of asking it.

A file waits as `pending` until the scanner has answered, however often it cannot be reached: nothing is lost, and
nothing is served meanwhile. What it finds infected is emptied, and its owner is told.
"""

from __future__ import annotations

import logging
import socket
import struct
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.jobs import job
from app.core.mail import send_later
from app.jobs.application_models import Application, ApplicationEvent, ApplicationFile
from app.jobs.application_words import Scan
from app.jobs.applying.application_queries import account_of_person

WORKER = Actor.command("worker: application files")
_CHUNK = 64 * 1024
_SECONDS = 20.0
_LONGEST_ANSWER = 1024
_MOST_A_RUN = 50
_log = logging.getLogger("ieum.scanner")


class ScannerUnavailable(OSError):
    """The scanner could not be asked, or answered nothing that says yes or no. The file waits."""


def scanner_address() -> str:
    """Answer where the scanner listens (`IEUM_CLAMAV_SOCKET`), empty where there is none."""
    return str(current_app.config["IEUM_CLAMAV_SOCKET"])


def scan(data: bytes, address: str) -> Scan:
    """Ask the scanner about these bytes: clean or infected. Raises `ScannerUnavailable`."""
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                connection.sendall(struct.pack(">L", len(chunk)) + chunk)
            connection.sendall(struct.pack(">L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerUnavailable(type(error).__name__) from error
    if answer == b"stream: OK":
        return Scan.CLEAN
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return Scan.INFECTED
    raise ScannerUnavailable("an answer that says neither yes nor no")


@job("application-files", slow=True)
def scan_waiting(at: datetime) -> None:
    """Ask the scanner about the files that wait; when it cannot be reached they wait for the next sweep."""
    address = scanner_address()
    waiting = select(ApplicationFile.id).where(ApplicationFile.scan == Scan.PENDING.value)
    ids = list(db.session.scalars(waiting.order_by(ApplicationFile.id).limit(_MOST_A_RUN)))
    db.session.rollback()
    for file_id in ids if address else ():
        content = db.session.scalar(select(ApplicationFile.content).where(ApplicationFile.id == file_id))
        db.session.rollback()
        try:
            found = scan(content or b"", address)
        except ScannerUnavailable as error:
            _log.warning("the scanner could not be asked: %s", error)
            return
        with unit_of_work():
            _store(file_id, found, at)


def _store(file_id: int, found: Scan, at: datetime) -> None:
    rows = select(ApplicationFile).where(ApplicationFile.id == file_id, ApplicationFile.scan == Scan.PENDING.value)
    file = db.session.scalars(rows.with_for_update().options(undefer(ApplicationFile.content))).one_or_none()
    if file is None:
        return
    file.scan, file.scanned_at = found.value, at
    audit.record(WORKER, "application_file.scan", file, at=at, after={"scan": file.scan})
    if found is not Scan.INFECTED:
        return
    file.content = b""
    application = db.session.get(Application, file.application_id) if file.application_id else None
    if application is not None:
        event = ApplicationEvent(application_id=application.id, at=at, action="file_infected")
        event.stage, event.actor_label, event.why, event.is_shown = application.stage, WORKER.label, "", True
        db.session.add(event)
    account = account_of_person(file.person_id)
    if account is not None:
        send_later(
            account.email,
            "application_file_infected",
            at,
            language=account.language,
            name=account.name,
            filename=file.filename,
        )


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=_SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_SECONDS)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        part = connection.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").strip()
