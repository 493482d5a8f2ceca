"""The MUSTs of the Verifiable Credentials Data Model 2.0 on the shape of a document, section by section."""

from __future__ import annotations

from typing import Any

import pytest

from credentials.conformance import Faulty, ProblemType
from credentials.conformance.data_model import check_credential, check_presentation
from tests.credentials.conformance.documents import (
    EXAMPLES,
    V2,
    Document,
    credential,
    envelope,
    first_version,
    leaving_out,
    presentation,
    without,
)

STATUS: Document = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://issuer.example/status/3",
}
SRI = "sha256-" + "A" * 43 + "="
RESOURCE = {"id": "https://example.org/diagram.svg", "digestSRI": SRI}
MULTIHASH = "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw"
SCHEMA = {"id": "https://example.org/schemas/1", "type": "JsonSchema"}


def typed(name: str, *values: Any) -> Document:
    return credential(**{name: values[0] if len(values) == 1 else list(values)})


CONFORMING = {
    "4.3 the context alone": credential(),
    "4.3 further contexts by URL": credential(**{"@context": [V2, EXAMPLES]}),
    "4.3 further contexts as objects": credential(**{"@context": [V2, {"Hours": "https://example.org/#Hours"}]}),
    "4.4 an id that nobody can open": credential(id="urn:uuid:4f2d4a3e-6f2e-4e0a-8f6e-7d3a2c1b0a99"),
    "4.4 a DID as the subject's id": credential(credentialSubject={"id": "did:example:abc"}),
    "4.4 a subject without id": credential(credentialSubject={"name": "x"}),
    "4.5 one type as a string": credential(type="VerifiableCredential"),
    "4.5 a type as URL": credential(type=["VerifiableCredential", "https://example.org/#Course"]),
    "4.5 the types in another order": credential(type=["https://example.org/#Course", "VerifiableCredential"]),
    "4.6 name as a string": credential(name="Course"),
    "4.6 name in a language": credential(name={"@value": "과정", "@language": "ko"}),
    "4.6 name with a direction": credential(name={"@value": "x", "@language": "ar", "@direction": "rtl"}),
    "4.6 name in several": credential(
        name=[{"@value": "과정", "@language": "ko"}, {"@value": "Course", "@language": "en"}]
    ),
    "4.6 description": credential(description="Four days"),
    "4.6 the issuer's name in a language": credential(
        issuer={"id": "did:example:i", "name": {"@value": "센터", "@language": "ko"}}
    ),
    "4.7 the issuer as URL": credential(issuer="https://issuer.example/1"),
    "4.7 the issuer as object": credential(issuer={"id": "did:example:issuer", "name": "Centre"}),
    "4.8 several subjects": credential(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "4.9 with milliseconds": credential(validFrom="2023-03-09T22:14:57.123Z"),
    "4.9 with an offset": credential(validFrom="2023-03-09T22:14:57-05:00"),
    "4.9 far in the future": credential(validUntil="9999-12-31T23:59:59Z"),
    "4.9 midnight as 24:00": credential(validFrom="2023-03-09T24:00:00Z"),
    "4.9 from and until the same": credential(validFrom="2026-01-01T00:00:00Z", validUntil="2026-01-01T00:00:00Z"),
    "4.9 the same moment in two zones": credential(
        validFrom="2026-01-01T09:00:00+09:00", validUntil="2026-01-01T00:00:00Z"
    ),
    "4.10 a status": typed("credentialStatus", STATUS),
    "4.10 a status with id": typed("credentialStatus", {**STATUS, "id": "https://issuer.example/status/3#94567"}),
    "4.10 two": typed("credentialStatus", STATUS, {**STATUS, "statusPurpose": "suspension"}),
    "4.10 of two bits with messages": typed(
        "credentialStatus",
        {
            **STATUS,
            "statusSize": 2,
            "statusMessage": [{"status": hex(n), "message": str(n)} for n in range(4)],
        },
    ),
    "4.11 a schema": typed("credentialSchema", SCHEMA),
    "4.11 two": typed("credentialSchema", SCHEMA, {**SCHEMA, "id": "did:example:schema2"}),
    "5.3 a related resource": typed("relatedResource", RESOURCE),
    "5.3 with a multihash": typed("relatedResource", {"id": "https://example.org/x", "digestMultibase": MULTIHASH}),
    "5.3 with a media type": typed("relatedResource", {**RESOURCE, "mediaType": "image/svg+xml"}),
    "5.3 two": typed("relatedResource", RESOURCE, {**RESOURCE, "id": "https://example.org/other"}),
    "5.4 a refresh service": typed("refreshService", {"type": "https://example.org/#Refresh"}),
    "5.5 terms of use": typed("termsOfUse", {"type": "https://example.org/#Terms", "id": "https://example.org/t"}),
    "5.6 evidence": typed("evidence", {"type": "https://example.org/#Seen"}, {"type": ["https://example.org/#Read"]}),
    "1.1": first_version(),
    "1.1 with an end": first_version(expirationDate="2027-03-09T09:00:00Z"),
}

REFUSED = {
    "4.3 no context": credential(without("@context")),
    "4.3 another context first": credential(**{"@context": [EXAMPLES, V2]}),
    "4.3 no base context": credential(**{"@context": ["https://example.org/context"]}),
    "4.3 an empty set": credential(**{"@context": []}),
    "4.3 no set": credential(**{"@context": V2}),
    "4.3 an object first": credential(**{"@context": [{"x": "https://example.org/x"}, V2]}),
    "4.3 what is no URL": credential(**{"@context": [V2, "https ://not-a-url/contexts/v1"]}),
    "4.3 a number": credential(**{"@context": [V2, 123192875]}),
    "4.3 null": credential(**{"@context": [V2, None]}),
    "4.4 id null": credential(id=None),
    "4.4 id no URL": credential(id="not-a-url"),
    "4.4 id with a space": credential(id="https://example.org/a b"),
    "4.4 id a number": credential(id=12),
    "4.4 several ids": credential(id=["urn:x:1", "urn:x:2"]),
    "4.4 id an object": credential(id={"id": "urn:x:1"}),
    "4.4 the subject with several ids": credential(credentialSubject={"id": ["did:example:1", "did:example:2"]}),
    "4.4 the subject's id null": credential(credentialSubject={"id": None, "name": "x"}),
    "4.5 no type": credential(without("type")),
    "4.5 no types": credential(type=[]),
    "4.5 a type that is a number": credential(type=["VerifiableCredential", 5]),
    "4.5 not the required type": credential(type=["https://example.org/#Course"]),
    "4.5 null": credential(type=None),
    "4.6 name with more": credential(name={"@value": "x", "@language": "en", "url": "did:example:x"}),
    "4.6 name without a value": credential(name={"@language": "en"}),
    "4.6 name a number": credential(name=5),
    "4.6 name in several with more": credential(name=[{"@value": "x", "extra": "y"}]),
    "4.6 description with more": credential(description={"@value": "x", "url": "did:example:x"}),
    "4.6 the issuer's name with more": credential(
        issuer={"id": "did:example:i", "name": {"@value": "x", "url": "did:example:x"}}
    ),
    "4.6 the issuer's description": credential(issuer={"id": "did:example:i", "description": {"text": "x"}}),
    "4.7 no issuer": credential(without("issuer")),
    "4.7 no URL": credential(issuer="not-a-url"),
    "4.7 null": credential(issuer=None),
    "4.7 several": credential(issuer=["did:example:a", "did:example:b"]),
    "4.7 an object without id": credential(issuer={"name": "Centre"}),
    "4.7 id null": credential(issuer={"id": None, "name": "Centre"}),
    "4.7 id no URL": credential(issuer={"id": "not-a-url"}),
    "4.8 no subject": credential(without("credentialSubject")),
    "4.8 a subject without claims": credential(credentialSubject={}),
    "4.8 one of several without claims": credential(credentialSubject=[{"id": "did:example:a"}, {}]),
    "4.8 no subjects": credential(credentialSubject=[]),
    "4.8 a string": credential(credentialSubject="did:example:a"),
    "4.9 a date": credential(validFrom="2026-03-09"),
    "4.9 in words": credential(validFrom="yesterday"),
    "4.9 another format": credential(validUntil="9 March 2026 09:00"),
    "4.9 no such day": credential(validFrom="2026-02-30T00:00:00Z"),
    "4.9 a number": credential(validUntil=1772442000),
    "4.9 null": credential(validUntil=None),
    "4.9 until before from": credential(validFrom="2026-03-09T00:00:00Z", validUntil="2026-03-08T00:00:00Z"),
    "4.10 a status without type": typed("credentialStatus", {"id": "https://example.org/status/1"}),
    "4.10 a type that is a number": typed("credentialStatus", {"id": "did:example:status", "type": 2}),
    "4.10 several ids": typed("credentialStatus", {**STATUS, "id": ["urn:x:1", "urn:x:2"]}),
    "4.10 id no URL": typed("credentialStatus", {**STATUS, "id": "not-a-url"}),
    "4.10 the list's own URL as id": typed("credentialStatus", {**STATUS, "id": STATUS["statusListCredential"]}),
    "4.10 an index that is a number": typed("credentialStatus", {**STATUS, "statusListIndex": 94567}),
    "4.10 an index that is true": typed("credentialStatus", {**STATUS, "statusListIndex": True}),
    "4.10 an index below zero": typed("credentialStatus", {**STATUS, "statusListIndex": "-1"}),
    "4.10 no list": typed("credentialStatus", leaving_out(STATUS, "statusListCredential")),
    "4.10 no purpose": typed("credentialStatus", leaving_out(STATUS, "statusPurpose")),
    "4.10 of size zero": typed("credentialStatus", {**STATUS, "statusSize": 0}),
    "4.10 of two bits without messages": typed("credentialStatus", {**STATUS, "statusSize": 2}),
    "4.11 a schema without type": typed("credentialSchema", {"id": "https://example.org/schemas/1"}),
    "4.11 a schema without id": typed("credentialSchema", {"type": "JsonSchema"}),
    "4.11 a schema's id no URL": typed("credentialSchema", {"type": "JsonSchema", "id": 5}),
    "4.11 a schema as a string": typed("credentialSchema", "https://example.org/schemas/1"),
    "5.3 a list of strings": credential(relatedResource=["https://example.org/diagram.svg"]),
    "5.3 no id": typed("relatedResource", {"digestSRI": SRI}),
    "5.3 the same id twice": typed("relatedResource", RESOURCE, RESOURCE),
    "5.3 no digest": typed("relatedResource", {"id": "https://example.org/x"}),
    "5.3 a digest of another kind": typed("relatedResource", {**RESOURCE, "digestSRI": "md5-" + "A" * 22 + "=="}),
    "5.3 a digest that is a number": typed("relatedResource", {**RESOURCE, "digestSRI": 5}),
    "5.3 no multihash": typed("relatedResource", {"id": "https://example.org/x", "digestMultibase": "uZTQ0MjM1NiA"}),
    "5.4 a refresh service without type": typed("refreshService", {"id": "https://example.org/refresh"}),
    "5.5 terms of use without type": typed("termsOfUse", {"id": "https://example.org/terms"}),
    "5.6 evidence without type": typed("evidence", {"id": "https://example.org/evidence"}),
    "5.6 evidence as a string": typed("evidence", "seen"),
    "5.10 a render method without type": typed("renderMethod", {"id": "https://example.org/render"}),
    "null, which JSON-LD drops": credential(credentialSubject={"id": "did:example:a", "name": None}),
    "a list": [credential()],
    "a string": "credential",
    "nothing": None,
    "1.1 without its date": first_version(without("issuanceDate")),
    "1.1 with a date that is none": first_version(issuanceDate="2026"),
    "1.1 that ends before it begins": first_version(expirationDate="2020-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("document", CONFORMING.values(), ids=CONFORMING)
def test_it_conforms(document: Any) -> None:
    check_credential(document)
    check_credential(document, issuing=True)


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_it_does_not_conform(document: Any) -> None:
    with pytest.raises(Faulty) as refused:
        check_credential(document)
    assert refused.value.problem.type is ProblemType.MALFORMED
    assert refused.value.problem.as_json()["type"] == "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"


def test_a_time_without_offset_means_utc_but_is_not_issued() -> None:
    read = credential(validFrom="2026-01-01T00:00:00", validUntil="2026-01-01T08:59:59+09:00")
    with pytest.raises(Faulty, match="before"):
        check_credential(read)
    check_credential(credential(validFrom="2026-01-01T00:00:00"))
    with pytest.raises(Faulty, match="validFrom"):
        check_credential(credential(validFrom="2026-01-01T00:00:00"), issuing=True)


PRESENTED = {
    "4.13 without credentials": presentation(),
    "4.13 an empty set of them": presentation(verifiableCredential=[]),
    "4.13 with one": presentation(credential()),
    "4.13 one that stands alone": presentation(verifiableCredential=credential()),
    "4.13 with several": presentation(credential(), credential(id="urn:x:2")),
    "4.13 with an id": presentation(credential(), id="urn:uuid:4f2d4a3e-6f2e-4e0a-8f6e-7d3a2c1b0a99"),
    "4.13 with a holder": presentation(holder="did:example:holder"),
    "4.13 with a holder as object": presentation(holder={"id": "did:example:holder", "name": "Hong"}),
    "4.13 with another type": presentation(type=["VerifiablePresentation", "https://example.org/#Application"]),
    "4.13.1 with an envelope": presentation(envelope()),
    "4.13.1 an envelope with its types as set": presentation(envelope(type=["EnvelopedVerifiableCredential"])),
    "1.1": presentation(first_version(), **{"@context": ["https://www.w3.org/2018/credentials/v1"]}),
}

NOT_PRESENTED: dict[str, Any] = {
    "4.3 no context": leaving_out(presentation(), "@context"),
    "4.3 no base context": presentation(**{"@context": ["https://example.org/context"]}),
    "4.3 what is no URL": presentation(**{"@context": [V2, "https ://not-a-url/contexts/v1"]}),
    "4.3 a number": presentation(**{"@context": [V2, 5]}),
    "4.4 id no URL": presentation(id="x"),
    "4.4 several ids": presentation(id=["urn:x:1", "urn:x:2"]),
    "4.5 no type": leaving_out(presentation(), "type"),
    "4.5 not the required type": presentation(type=["VerifiableCredential"]),
    "4.13 a credential as string": presentation("did:example:credential"),
    "4.13 a credential as number": presentation(5),
    "4.13 a credential as URL": presentation(verifiableCredential="https://example.org/credentials/1"),
    "4.13 a credential without type": presentation(credential(without("type"))),
    "4.13 a credential of another type": presentation(credential(type=["https://example.org/#Course"])),
    "4.13 a credential without issuer": presentation(credential(without("issuer"))),
    "4.13 the holder no URL": presentation(holder="Hong"),
    "4.13 the holder without id": presentation(holder={"name": "Hong"}),
    "4.13 the holder null": presentation(holder=None),
    "4.13.1 an envelope without type": presentation(leaving_out(envelope(), "type")),
    "4.13.1 an envelope that is no data: URL": presentation(envelope(id="https://example.org/credentials/1")),
    "4.13.1 an envelope without id": presentation(leaving_out(envelope(), "id")),
    "4.13.1 an envelope without context": presentation(leaving_out(envelope(), "@context")),
    "nothing": None,
    "a list": [],
}


@pytest.mark.parametrize("document", PRESENTED.values(), ids=PRESENTED)
def test_a_presentation_conforms(document: Any) -> None:
    check_presentation(document)


@pytest.mark.parametrize("document", NOT_PRESENTED.values(), ids=NOT_PRESENTED)
def test_a_presentation_does_not_conform(document: Any) -> None:
    with pytest.raises(Faulty) as refused:
        check_presentation(document)
    assert refused.value.problem.type is ProblemType.MALFORMED
