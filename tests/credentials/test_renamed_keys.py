"""Renaming, hiding and duplicating keys: the proof covers RDF, not JSON, so plain verifiers stay content.

A holder whose certificate is revoked and has expired alters the JSON so that a verifier no longer finds the status or
the end, or shows something that was never signed. We refuse every kind, also where the certificate is good; the plain
JSON-LD verifier accepts many of them, which shows that the table holds real attacks.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from credentials import Outcome
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    NOW,
    changed,
    dump,
    issue,
    look,
    plain_sign,
    plain_verifier_accepts,
)

LATER = datetime(2029, 1, 1, tzinfo=UTC)
VC = "https://www.w3.org/2018/credentials#"
OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def rename(
    old: str, new: str, *path: str, value: Callable[[Any], Any] = lambda value: value
) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        node = document
        for key in path:
            node = node[key]
        node[new] = value(node.pop(old))

    return change


def put(key: str, value: Any, *path: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        node = document
        for part in path:
            node = node[part]
        node[key] = value

    return change


def both(*changes: Callable[[Any], object]) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for one in changes:
            one(document)

    return change


def typed(datatype: str) -> Callable[[Any], Any]:
    return lambda value: {"@type": datatype, "@value": value}


def context(extra: Any) -> Callable[[Any], None]:
    return lambda document: document["@context"].append(extra)


def nest_subject(document: Any) -> None:
    document["@graph"] = [{"id": document["id"], "credentialStatus": document.pop("credentialStatus")}]


def include_status(document: Any) -> None:
    document["@included"] = [
        {"id": document["id"], f"{VC}credentialStatus": document.pop("credentialStatus")},
    ]


def reverse_status(document: Any) -> None:
    status = document.pop("credentialStatus")
    document["@reverse"] = {f"{VC}unrelated": []}
    document[f"{VC}credentialStatus"] = status


hide_end = rename("validUntil", f"{VC}validUntil", value=typed(f"{XSD}dateTime"))
hide_status = rename("credentialStatus", f"{VC}credentialStatus")
S = "credentialSubject"

CHANGES: dict[str, Callable[[Any], object]] = {
    "status under its IRI": hide_status,
    "end under its IRI": hide_end,
    "status and end under their IRIs": both(hide_status, hide_end),
    "start under its IRI": rename("validFrom", f"{VC}validFrom", value=typed(f"{XSD}dateTime")),
    "issuer under its IRI": rename("issuer", f"{VC}issuer"),
    "subject under its IRI": rename(S, f"{VC}credentialSubject"),
    "achievement under its IRI": rename("achievement", f"{OB}achievement", S),
    "name of the course under its IRI": rename("name", "https://schema.org/name", S, "achievement"),
    "serial under its IRI": rename("licenseNumber", f"{OB}licenseNumber", S),
    "results under their IRI": rename("result", f"{OB}result", S),
    "status through an inline context": both(
        context({"hidden": {"@id": f"{VC}credentialStatus", "@type": "@id"}}), rename("credentialStatus", "hidden")
    ),
    "end through an inline context": both(
        context({"until": {"@id": f"{VC}validUntil", "@type": f"{XSD}dateTime"}}), rename("validUntil", "until")
    ),
    "status through a prefix": both(context({"x": VC}), rename("credentialStatus", "x:credentialStatus")),
    "status through a vocabulary": both(context({"@vocab": VC}), rename("credentialStatus", "credentialStatus ")),
    "empty inline context": context({}),
    "base in the context": context({"@base": "https://other.example/"}),
    "context null before": lambda document: document["@context"].insert(0, None),
    "contexts swapped": lambda document: document["@context"].reverse(),
    "one context twice": lambda document: document["@context"].append(document["@context"][1]),
    "context for the subject only": lambda document: document[S].update({"@context": document["@context"][1]}),
    "older Open Badges context": lambda document: document["@context"].__setitem__(
        1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
    ),
    "unversioned Open Badges context": lambda document: document["@context"].__setitem__(
        1, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
    ),
    "id as @id": rename("id", "@id"),
    "type as @type": rename("type", "@type"),
    "id of the subject as @id": rename("id", "@id", S),
    "status in a graph": nest_subject,
    "status included": include_status,
    "status beside a reverse": reverse_status,
    "status in a list": rename("credentialStatus", "credentialStatus", value=lambda status: [status]),
    "serial as a value object": rename("licenseNumber", "licenseNumber", S, value=lambda text: {"@value": text}),
    "undefined term at the top": put("note", "우수 수료"),
    "undefined term in the subject": put("rank", "1", S),
    "undefined term in the issuer": put("verified", "true", "issuer"),
    "undefined term in the achievement": put("level", "expert", S, "achievement"),
    "undefined term in the proof": put("note", "x", "proof"),
    "term of another type": put("encodedList", "uH4sI", S),
    "known term set to null": put("description", None),
    "unknown term set to null": put("expirationDate", None),
    "version 1.1 dates": put("expirationDate", "2099-01-01T00:00:00Z"),
    "empty list of evidence": put("evidence", []),
    "second subject": rename(S, S, value=lambda subject: [subject, {"id": "urn:x:y"}]),
    "relative id in the source": put("url", "센터", S, "source"),
    "a second status under its IRI": put(f"{VC}credentialStatus", {"id": "https://x.example/#1"}),
    "status missing": lambda document: document.pop("credentialStatus"),
    "end missing": lambda document: document.pop("validUntil"),
    "status null": put("credentialStatus", None),
    "term in other letters": rename("credentialStatus", "credentialstatus"),
    "term with a zero-width space": rename("credentialStatus", "credentialStatus\u200b"),
}

DUPLICATES = {
    "name twice, other first": ('"identityHash":"홍길동"', '"identityHash":"김철수","identityHash":"홍길동"'),
    "name twice, other last": ('"identityHash":"홍길동"', '"identityHash":"홍길동","identityHash":"김철수"'),
    "hours twice": ('"creditsEarned":40', '"creditsEarned":400,"creditsEarned":40'),
    "status twice": ('"credentialStatus":', '"credentialStatus":{},"credentialStatus":'),
    "proof twice": ('"proof":', '"proof":{},"proof":'),
    "duplicate with an escape": ('"creditsEarned":40', '"credits\\u0045arned":400,"creditsEarned":40'),
}


def test_the_table_is_long_enough() -> None:
    assert len(CHANGES) + len(DUPLICATES) >= 33


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", CHANGES)
def test_the_change_is_refused_even_in_a_good_certificate(name: str, exact: bool) -> None:
    data = issue(CLAIMS_WITH_END)
    altered = changed(data, CHANGES[name])
    assert altered != data
    examination = look(altered, exact=exact)
    assert examination.outcome is Outcome.NOT_VALID
    assert examination.certificate is None


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", DUPLICATES)
def test_the_duplicate_is_refused(name: str, exact: bool) -> None:
    old, new = DUPLICATES[name]
    data = issue(CLAIMS_WITH_END)
    assert old.encode() in data
    assert look(data.replace(old.encode(), new.encode(), 1), exact=exact).outcome is Outcome.NOT_VALID


@pytest.mark.parametrize(
    "name",
    [
        "status under its IRI",
        "status and end under their IRIs",
        "undefined term in the subject",
        "serial under its IRI",
    ],
)
def test_a_change_is_refused_even_if_the_issuer_signed_it(name: str) -> None:
    document = json.loads(issue(CLAIMS_WITH_END))
    CHANGES[name](document)
    signed = plain_sign(document)
    assert plain_verifier_accepts(json.loads(signed), NOW, revoked=False)
    for exact in (True, False):
        assert look(signed, exact=exact).outcome is Outcome.NOT_VALID


def test_a_plain_verifier_refuses_the_revoked_and_expired_certificate_as_it_is() -> None:
    document = json.loads(issue(CLAIMS_WITH_END))
    assert not plain_verifier_accepts(document, LATER, revoked=True)
    assert plain_verifier_accepts(document, datetime(2027, 1, 1, tzinfo=UTC), revoked=False)


def test_a_plain_verifier_calls_it_valid_again_after_renaming() -> None:
    revoked = json.loads(issue(CLAIMS))
    hide_status(revoked)
    assert plain_verifier_accepts(revoked, LATER, revoked=True)
    expired = json.loads(issue(CLAIMS_WITH_END))
    hide_end(expired)
    assert plain_verifier_accepts(expired, LATER, revoked=False)


def test_a_plain_verifier_accepts_many_of_these_changes() -> None:
    data = issue(CLAIMS_WITH_END)
    before_end = datetime(2027, 1, 1, tzinfo=UTC)
    accepted = [
        name
        for name, change in CHANGES.items()
        if plain_verifier_accepts(json.loads(changed(data, change)), before_end, revoked=False)
    ]
    assert {
        "status under its IRI",
        "end under its IRI",
        "status and end under their IRIs",
        "status through an inline context",
        "end through an inline context",
        "undefined term in the subject",
        "id as @id",
    } <= set(accepted)
    for old, new in DUPLICATES.values():
        duplicate = data.replace(old.encode(), new.encode(), 1)
        if plain_verifier_accepts(json.loads(duplicate), before_end, revoked=False):
            accepted.append(new)
    assert len(accepted) >= 20
    assert dump(json.loads(data)) == data
