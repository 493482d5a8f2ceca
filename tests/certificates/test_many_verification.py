"""Many documents verified at once are answered as each alone would be, in as many queries as for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app.certificates import revocation_service
from app.certificates.many_verification import verify_credentials
from app.certificates.models import Certificate, StatusReason
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_document
from app.core import clock
from app.core.db import db
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, all_certificates, issue
from tests.factories.training import finished_cohort


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def issued() -> list[Certificate]:
    issue(finished_cohort(make_organisation()), clock.now())
    return all_certificates()


def test_each_is_answered_as_alone(app: Flask) -> None:
    sound, revoked, changed, *_rest = issued()
    revocation_service.revoke(revoked, StatusReason.HOLDERS_WISH, "시험", CLERK, clock.now())
    db.session.commit()
    name = changed.name.encode()
    documents = [
        sound.credential,
        revoked.credential,
        changed.credential.replace(name, name + "님".encode()),
        sound.credential.replace(b'":"', b'": "', 1),
        b"{}",
        b"\x89PNG",
    ]
    at = clock.now()
    many = [verdict.answer for verdict in verify_credentials(documents, at)]
    assert many == [verify_document(document, at).answer for document in documents]
    assert many[:3] == [Answer.VALID, Answer.REVOKED, Answer.NOT_VALID]


def test_one_that_does_not_tell_beforehand_which_record_it_is_about_is_answered_as_alone(app: Flask) -> None:
    (sound, *_rest), at = issued(), clock.now()
    escaped = sound.credential.replace(b'"urn:uuid:', rb'"urn\u003auuid:')
    assert escaped != sound.credential
    assert verify_document(escaped, at).answer is Answer.VALID
    assert [verdict.answer for verdict in verify_credentials([escaped], at)] == [Answer.VALID]


def test_what_was_signed_and_never_recorded_is_not_valid(app: Flask) -> None:
    sound = issued()[0]
    document = sound.credential
    db.session.rollback()
    assert verify_credentials([document], clock.now())[0].answer is Answer.VALID
    other = document.replace(sound.public_id[:8].encode(), b"00000000")
    assert verify_credentials([other], clock.now())[0].answer is Answer.NOT_VALID


def test_the_number_of_queries_does_not_grow(app: Flask) -> None:
    documents = [certificate.credential for certificate in issued()]
    # The keys are read the first time and kept until they change.
    verify_credentials(documents[:1], clock.now())
    numbers = []
    for some in (documents[:1], documents * 5):
        with counted() as statements:
            verify_credentials(some, clock.now())
        numbers.append(len(statements))
    assert numbers == [1, 1]


def test_nothing_is_asked_for_nothing(app: Flask) -> None:
    with counted() as statements:
        assert verify_credentials([], clock.now()) == []
    assert statements == []
