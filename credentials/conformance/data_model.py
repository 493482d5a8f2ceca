"""What anybody's credential or presentation must look like: the MUSTs of the W3C Verifiable Credentials Data Model.

Version 2.0, and 1.1 for documents whose first context is that of 2018. Only the shape is checked here; that every
term is defined by a context is found out when the document is canonicalised. Our own certificates have a profile of
their own, which is far narrower (`credentials.verification`): nothing here decides about them.

Each function answers nothing and raises `Faulty`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from credentials import base58
from credentials.conformance.problems import malformed
from credentials.conformance.values import instant, is_url, objects, strings, url

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"

Document = Mapping[str, Any]

# Properties whose values are objects that must say their type (VC Data Model 2.0 §4.5, §5.10).
_TYPED = (
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "evidence",
    "refreshService",
    "renderMethod",
    "confidenceMethod",
)
_LANGUAGE_KEYS = {"@value", "@language", "@direction"}
# Only the form: W3C's own examples write digests of other lengths, and in hexadecimal.
_SRI = re.compile(r"sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}")
_INDEX = re.compile(r"0|[1-9]\d{0,17}")
_MULTIHASH = {0x12: 32, 0x13: 64, 0x20: 48}


def is_first_version(document: Document) -> bool:
    """Tell whether a document is of version 1.1."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and bool(contexts) and contexts[0] == V1


def check_credential(credential: Any, *, issuing: bool = False) -> None:
    """Check a credential. What is to be issued must name the zone of its times, and nobody's proof need be on it."""
    document = _document("credential", credential)
    _check_contexts(document)
    _check_types(document, "VerifiableCredential")
    _check_id(document, "id")
    _check_issuer(document.get("issuer"))
    _check_subjects(document)
    _check_period(document, zone_required=issuing)
    for name in _TYPED:
        if name in document:
            _check_typed(name, document[name])
    for place, holder in (("", document), ("issuer.", document["issuer"])):
        if isinstance(holder, Mapping):
            _check_words(place, holder)
    if "relatedResource" in document:
        _check_related(document["relatedResource"])
    _check_nothing_is_null(document)


def check_presentation(presentation: Any) -> None:
    """Check a presentation and the credentials in it."""
    document = _document("presentation", presentation)
    _check_contexts(document)
    _check_types(document, "VerifiablePresentation")
    _check_id(document, "id")
    if "holder" in document:
        _check_named("holder", document["holder"])
    if "termsOfUse" in document:
        _check_typed("termsOfUse", document["termsOfUse"])
    _check_nothing_is_null(document)
    for credential in credentials_of(document):
        if is_enveloped(credential):
            _check_envelope(credential)
        else:
            check_credential(credential)


def credentials_of(presentation: Document) -> list[dict[str, Any]]:
    """Answer the credentials in a presentation, which may have none."""
    if "verifiableCredential" not in presentation or presentation["verifiableCredential"] == []:
        return []
    return objects("verifiableCredential", presentation["verifiableCredential"])


def is_enveloped(credential: Document) -> bool:
    """Tell whether an object in a presentation is an envelope, of which the type speaks."""
    types = credential.get("type")
    return ENVELOPED_CREDENTIAL in (types if isinstance(types, list) else [types])


def _document(what: str, value: Any) -> Document:
    if not isinstance(value, dict):
        raise malformed(f"{what}: found {type(value).__name__}, expected an object")
    return value


def _check_contexts(document: Document) -> None:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts:
        raise malformed("@context: expected an ordered set that begins with the context of the data model")
    if contexts[0] not in (V2, V1):
        raise malformed(f"@context: found {contexts[0]!r} first, expected {V2}")
    for context in contexts[1:]:
        if not isinstance(context, dict) and not is_url(context):
            raise malformed(f"@context: found {context!r}, expected URLs and objects")


def _check_types(document: Document, required: str) -> None:
    if required not in strings("type", document.get("type")):
        raise malformed(f"type: expected {required} among the types")


def _check_id(holder: Document, name: str) -> None:
    if "id" in holder:
        url(name, holder["id"])


def _check_issuer(issuer: Any) -> None:
    if issuer is None:
        raise malformed("issuer: it is missing")
    _check_named("issuer", issuer)


def _check_named(name: str, value: Any) -> None:
    """Check what must be a URL or an object with an id."""
    if isinstance(value, dict):
        url(f"{name}.id", value.get("id"))
    else:
        url(name, value)


def _check_subjects(document: Document) -> None:
    if "credentialSubject" not in document:
        raise malformed("credentialSubject: it is missing")
    for subject in objects("credentialSubject", document["credentialSubject"]):
        _check_id(subject, "credentialSubject.id")


def _check_period(document: Document, *, zone_required: bool) -> None:
    begins, ends = "validFrom", "validUntil"
    if is_first_version(document):
        begins, ends = "issuanceDate", "expirationDate"
        if begins not in document:
            raise malformed("issuanceDate: it is missing")
    times = [
        instant(name, document[name], zone_required=zone_required) for name in (begins, ends) if name in document
    ]
    if len(times) == 2 and times[0] > times[1]:
        raise malformed(f"{ends} is before {begins}")


def _check_typed(name: str, value: Any) -> None:
    for item in objects(name, value):
        kinds = strings(f"{name}.type", item.get("type"))
        _check_id(item, f"{name}.id")
        if name == "credentialSchema" and "id" not in item:
            raise malformed("credentialSchema.id: it is missing")
        if "BitstringStatusListEntry" in kinds:
            _check_status_entry(item)


def _check_status_entry(entry: Document) -> None:
    """Check a place on a status list (Bitstring Status List 1.0 §2.1)."""
    list_url = url("credentialStatus.statusListCredential", entry.get("statusListCredential"))
    strings("credentialStatus.statusPurpose", entry.get("statusPurpose"))
    index = entry.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise malformed(f"credentialStatus.statusListIndex: found {index!r}, expected a whole number as a string")
    if entry.get("id") == list_url:
        raise malformed("credentialStatus.id: it must not be the URL of the status list")
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise malformed(f"credentialStatus.statusSize: found {size!r}, expected a whole number from 1")
    messages = entry.get("statusMessage", [])
    if (size > 1 or messages) and len(objects("credentialStatus.statusMessage", messages)) != 2**size:
        raise malformed(f"credentialStatus.statusMessage: found {len(messages)}, expected {2**size}")


def _check_words(place: str, holder: Document) -> None:
    """Check name and description: a text, or texts that say their language (VC Data Model 2.0 §4.6, §11.1)."""
    for name in ("name", "description"):
        if name not in holder:
            continue
        texts = holder[name] if isinstance(holder[name], list) else [holder[name]]
        for text in texts:
            if isinstance(text, dict):
                if "@value" not in text or set(text) - _LANGUAGE_KEYS:
                    raise malformed(f"{place}{name}: expected @value, @language and @direction and nothing else")
                strings(f"{place}{name}", list(text.values()))
            elif not isinstance(text, str):
                raise malformed(f"{place}{name}: found {text!r}, expected a string or a language value object")


def _check_related(value: Any) -> None:
    """Check the related resources: an id of its own and a digest for each (VC Data Model 2.0 §5.3)."""
    seen: set[str] = set()
    for item in objects("relatedResource", value):
        id = url("relatedResource.id", item.get("id"))
        if id in seen:
            raise malformed(f"relatedResource.id: {id} is there twice")
        seen.add(id)
        if "digestSRI" not in item and "digestMultibase" not in item:
            raise malformed("relatedResource: expected digestSRI or digestMultibase")
        for digest in strings("relatedResource.digestSRI", item["digestSRI"]) if "digestSRI" in item else ():
            if not _SRI.fullmatch(digest):
                raise malformed(f"relatedResource.digestSRI: {digest} is no digest")
        if "digestMultibase" in item and not _is_multihash(item["digestMultibase"]):
            raise malformed(f"relatedResource.digestMultibase: {item['digestMultibase']!r} is no multihash")


def _is_multihash(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    try:
        if text.startswith("u"):
            data = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        elif text.startswith("z"):
            data = base58.decode(text[1:], 34)
        else:
            return False
    except ValueError:
        return False
    return len(data) > 2 and _MULTIHASH.get(data[0]) == data[1] == len(data) - 2


def _check_envelope(credential: Document) -> None:
    contexts = credential.get("@context")
    if V2 not in (contexts if isinstance(contexts, list) else [contexts]):
        raise malformed(f"@context of {ENVELOPED_CREDENTIAL}: expected {V2}")
    if not url(f"{ENVELOPED_CREDENTIAL}.id", credential.get("id")).startswith("data:"):
        raise malformed(f"{ENVELOPED_CREDENTIAL}.id: expected a data: URL")


def _check_nothing_is_null(document: Document) -> None:
    """Refuse null: JSON-LD drops it, and what is dropped is not signed. Contexts may take terms back with it."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, node = waiting.pop()
        if node is None:
            raise malformed(f"{place}: found null")
        if isinstance(node, dict):
            waiting.extend((str(key), value) for key, value in node.items() if key != "@context")
        elif isinstance(node, list):
            waiting.extend((place, item) for item in node)
