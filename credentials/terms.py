"""The terms of our credentials with their meaning in RDF: an extract of the two published contexts.

Contexts: `https://www.w3.org/ns/credentials/v2` and `https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json`.
Terms that differ between published copies of these contexts are not here and must not be added: jti, endorsementJwt,
statusSize, statusMessage, statusReference, partial. The tests compare every template with full JSON-LD processing.
"""

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_VC = "https://www.w3.org/2018/credentials#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_SECURITY = "https://w3id.org/security#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA = "https://schema.org/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
# Open Badges spells the XML Schema namespace with https; that is what its context says and so what is signed.
_OB_XSD = "https://www.w3.org/2001/XMLSchema#"

XSD_INTEGER = _XSD + "integer"
XSD_BOOLEAN = _XSD + "boolean"

IRI = "@id"
TEXT = "@none"

TYPES = {
    "VerifiableCredential": _VC + "VerifiableCredential",
    "OpenBadgeCredential": _OB + "OpenBadgeCredential",
    "Profile": _OB + "Profile",
    "AchievementSubject": _OB + "AchievementSubject",
    "Achievement": _OB + "Achievement",
    "Criteria": _OB + "Criteria",
    "IdentityObject": _OB + "IdentityObject",
    "Result": _OB + "Result",
    "ResultDescription": _OB + "ResultDescription",
    "BitstringStatusListEntry": _STATUS + "BitstringStatusListEntry",
    "BitstringStatusListCredential": _STATUS + "BitstringStatusListCredential",
    "BitstringStatusList": _STATUS + "BitstringStatusList",
}

TERMS: dict[str, tuple[str, str]] = {
    "credentialStatus": (_VC + "credentialStatus", IRI),
    "credentialSubject": (_VC + "credentialSubject", IRI),
    "issuer": (_VC + "issuer", IRI),
    "validFrom": (_VC + "validFrom", _XSD + "dateTime"),
    "validUntil": (_VC + "validUntil", _XSD + "dateTime"),
    "name": (_SCHEMA + "name", TEXT),
    "description": (_SCHEMA + "description", TEXT),
    "url": (_SCHEMA + "url", _OB_XSD + "anyURI"),
    "achievement": (_OB + "achievement", IRI),
    "achievementType": (_OB + "achievementType", TEXT),
    "activityEndDate": (_OB + "activityEndDate", _OB_XSD + "date"),
    "activityStartDate": (_OB + "activityStartDate", _OB_XSD + "date"),
    "creditsAvailable": (_OB + "creditsAvailable", _OB_XSD + "float"),
    "creditsEarned": (_OB + "creditsEarned", _OB_XSD + "float"),
    "criteria": (_OB + "Criteria", IRI),
    "hashed": (_OB + "hashed", _OB_XSD + "boolean"),
    "identifier": (_OB + "identifier", IRI),
    "identityHash": (_OB + "identityHash", TEXT),
    "identityType": (_OB + "identityType", TEXT),
    "licenseNumber": (_OB + "licenseNumber", TEXT),
    "narrative": (_OB + "narrative", TEXT),
    "result": (_OB + "result", IRI),
    "resultType": (_OB + "resultType", TEXT),
    "source": (_OB + "source", IRI),
    "tag": (_SCHEMA + "keywords", TEXT),
    "term": (_OB + "term", TEXT),
    "value": (_SCHEMA + "value", TEXT),
    "valueMax": (_OB + "valueMax", TEXT),
    "valueMin": (_OB + "valueMin", TEXT),
    "encodedList": (_STATUS + "encodedList", _SECURITY + "multibase"),
    "statusListCredential": (_STATUS + "statusListCredential", IRI),
    "statusListIndex": (_STATUS + "statusListIndex", TEXT),
    "statusPurpose": (_STATUS + "statusPurpose", TEXT),
    "ttl": (_STATUS + "ttl", TEXT),
}

SCOPED_TERMS: dict[tuple[str, str], tuple[str, str]] = {
    ("Result", "resultDescription"): (_OB + "resultDescription", _OB_XSD + "anyURI"),
    ("Achievement", "resultDescription"): (_OB + "resultDescription", IRI),
}
"""Terms whose meaning depends on the type of the node that has them."""
