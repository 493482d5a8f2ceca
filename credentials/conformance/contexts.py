"""Contexts that no package brings: written here from what the data models say their terms mean.

`V1` has the terms of Verifiable Credentials 1.1 §4 and §5 with their types, protected as there. The signature suites
of before Data Integrity, which the published document also names, are left out: their proofs are not verified here.
"""

from __future__ import annotations

from typing import Any

_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_PROTECTED: dict[str, Any] = {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type"}
_PROOF = {"@id": "https://w3id.org/security#proof", "@type": "@id", "@container": "@graph"}


def _reference(name: str, **more: Any) -> dict[str, Any]:
    return {"@id": _CREDENTIALS + name, "@type": "@id", **more}


def _typed(name: str, kind: str) -> dict[str, Any]:
    """Make a term whose value may be of a kind that only there has a name."""
    scope = {**_PROTECTED, "cred": _CREDENTIALS, kind: _CREDENTIALS + kind}
    return _reference(name, **{"@context": scope})


_CREDENTIAL = {
    "@id": _CREDENTIALS + "VerifiableCredential",
    "@context": {
        **_PROTECTED,
        "cred": _CREDENTIALS,
        "sec": "https://w3id.org/security#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "credentialSchema": _typed("credentialSchema", "JsonSchemaValidator2018"),
        "credentialStatus": _reference("credentialStatus"),
        "credentialSubject": _reference("credentialSubject"),
        "evidence": _reference("evidence"),
        "holder": _reference("holder"),
        "issuer": _reference("issuer"),
        "refreshService": _typed("refreshService", "ManualRefreshService2018"),
        "termsOfUse": _reference("termsOfUse"),
        "proof": _PROOF,
        **{
            name: {"@id": _CREDENTIALS + name, "@type": _TIME}
            for name in ("expirationDate", "issued", "issuanceDate", "validFrom", "validUntil")
        },
    },
}
_PRESENTATION = {
    "@id": _CREDENTIALS + "VerifiablePresentation",
    "@context": {
        **_PROTECTED,
        "cred": _CREDENTIALS,
        "sec": "https://w3id.org/security#",
        "holder": _reference("holder"),
        "proof": _PROOF,
        "verifiableCredential": _reference("verifiableCredential", **{"@container": "@graph"}),
    },
}

V1 = {
    "@context": {
        **_PROTECTED,
        "VerifiableCredential": _CREDENTIAL,
        "VerifiablePresentation": _PRESENTATION,
        "proof": _PROOF,
    }
}
EXAMPLES_V2 = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}

OWN = {
    "https://www.w3.org/2018/credentials/v1": V1,
    "https://www.w3.org/ns/credentials/examples/v2": EXAMPLES_V2,
}
