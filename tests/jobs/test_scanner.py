"""Files are scanned where a scanner is configured: pending until it has answered, and nothing is lost meanwhile."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.jobs.application_models import Application, ApplicationEvent, ApplicationFile
from app.jobs.application_words import Scan
from app.jobs.applying.application_scanner import ScannerUnavailable, scan, scan_waiting
from tests.conftest import Visitor
from tests.factories.accounts import mails_to, sign_in
from tests.factories.applying import PDF, make_file
from tests.factories.jobs import make_opening
from tests.jobs.applying import Applying, make_applicant
from tests.jobs.hostile_files import EICAR

# What the scanner is asked and says does not depend on where rows are kept.
pytestmark = pytest.mark.databases("sqlite")


class Clamd:
    """Speaks as clamd does on a socket: reads INSTREAM, answers what `says` makes of the bytes."""

    def __init__(self, path: Path, says: Callable[[bytes], bytes]) -> None:
        self.says = says
        self.scanned: list[bytes] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">L", said.read(4))[0]:
                    content += said.read(size)
                self.scanned.append(content)
                connection.sendall(self.says(content))

    def close(self) -> None:
        self._listening.close()


def as_clamd_says(content: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    server = Clamd(tmp_path / "clamd.sock", as_clamd_says)
    yield server
    server.close()


@pytest.fixture
def applying(app: Flask, visitor: Visitor, tmp_path: Path) -> Applying:
    app.config["IEUM_CLAMAV_SOCKET"] = str(tmp_path / "clamd.sock")
    sign_in(visitor, make_applicant())
    return Applying(visitor, make_opening())


def the_file() -> ApplicationFile:
    db.session.expire_all()
    return db.session.scalars(select(ApplicationFile)).one()


def upload(applying: Applying, content: bytes = PDF) -> None:
    applying.visitor.post(applying.start)
    assert applying.choose(file=content, act="upload").status_code == 303


def test_a_file_waits_until_the_scanner_has_answered(applying: Applying, clamd: Clamd) -> None:
    upload(applying)
    file = the_file()
    own = f"{applying.start}/files/{file.public_id}"
    assert file.scan == "pending"
    assert applying.visitor.get(own).status_code == 409
    assert "악성코드 검사 중" in applying.page("/documents")
    scan_waiting(clock.now())
    assert the_file().scan == "clean"
    assert clamd.scanned == [PDF]
    assert applying.visitor.get(own).status_code == 200


def test_what_is_infected_is_gone_and_its_owner_is_told(applying: Applying, clamd: Clamd) -> None:
    digest = applying.to_the_confirmation(file=PDF.replace(b"/Catalog", b"/Catalog /X (" + EICAR + b")"))
    assert applying.hand_in(digest).status_code == 303
    scan_waiting(clock.now())
    file = the_file()
    assert (file.scan, file.content) == ("infected", b"")
    application = db.session.scalars(select(Application)).one()
    own = f"/applications/{application.public_id}"
    assert applying.visitor.get(f"{own}/files/{file.public_id}").status_code == 409
    page = applying.visitor.get(own).get_data(as_text=True)
    assert "낸 파일에서 악성코드가 발견되어 지웠어요" in page
    assert "악성코드가 있어 지움" in page
    mails = mails_to(db.session.scalars(select(Account.email)).all()[-1])
    assert "악성코드가 발견" in mails[-1].subject
    assert db.session.scalars(select(ApplicationEvent.action)).all()[-1] == "file_infected"


def test_a_scanner_that_is_down_loses_nothing(applying: Applying, tmp_path: Path) -> None:
    upload(applying)
    scan_waiting(clock.now())
    assert (the_file().scan, the_file().content) == ("pending", PDF)
    server = Clamd(tmp_path / "clamd.sock", lambda content: b"INSTREAM size limit exceeded. ERROR\0")
    scan_waiting(clock.now())
    assert the_file().scan == "pending"
    server.says = as_clamd_says
    scan_waiting(clock.now())
    assert the_file().scan == "clean"
    server.close()


@pytest.mark.parametrize(
    "answer", [b"", b"\0", b"stream: ", b"OK\0", b"stream: OK FOUND stream: OK\0", b"x" * 5000, b"stream: OKAY\0"]
)
def test_an_answer_that_says_nothing_is_no_yes(tmp_path: Path, answer: bytes) -> None:
    server = Clamd(tmp_path / "clamd.sock", lambda content: answer)
    with pytest.raises(ScannerUnavailable):
        scan(PDF, str(tmp_path / "clamd.sock"))
    server.close()


def test_it_is_asked_in_pieces(clamd: Clamd, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1024
    assert scan(content, str(tmp_path / "clamd.sock")) is Scan.CLEAN
    assert clamd.scanned == [content]


def test_without_a_scanner_a_file_is_served_at_once(app: Flask, visitor: Visitor) -> None:
    account = make_applicant()
    sign_in(visitor, account)
    applying = Applying(visitor, make_opening())
    upload(applying)
    assert the_file().scan == "none"
    assert applying.visitor.get(f"{applying.start}/files/{the_file().public_id}").status_code == 200
    waiting = make_file(account, scan="pending")
    scan_waiting(clock.now())
    db.session.refresh(waiting)
    assert waiting.scan == "pending", "it waits for a scanner"
