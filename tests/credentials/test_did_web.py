import pytest

from credentials import ClaimRefused, PublicKey, did_document, did_web
from tests.credentials.examples import DID, KEY, KEYS_MADE, LIST_KEY, NOW, STRANGER


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("https://ieum.example", "did:web:ieum.example"),
        ("https://ieum.example/", "did:web:ieum.example"),
        ("https://IEUM.Example:443", "did:web:ieum.example"),
        ("https://ieum.example:8443", "did:web:ieum.example%3A8443"),
    ],
)
def test_the_did_follows_from_the_base_url(url: str, did: str) -> None:
    assert did_web(url) == did


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ieum.example",
        "ftp://ieum.example",
        "https://",
        "https://ieum.example/path",
        "https://user@ieum.example",
        "https://ieum.example?x=1",
        "https://ieum.example#x",
        "https://127.0.0.1",
        "https://[::1]:8000",
        "https://이음.example",
        "https://ieum.example:99999",
        "https://ieum.example:x",
    ],
)
def test_a_base_url_that_names_no_did_is_refused(url: str) -> None:
    with pytest.raises(ClaimRefused):
        did_web(url)


def test_the_document_lists_each_key_with_absolute_ids() -> None:
    document = did_document(DID, [KEY.public, LIST_KEY.public])
    assert document == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": [
            {
                "id": key.public.id,
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": key.public.multibase,
            }
            for key in (KEY, LIST_KEY)
        ],
        "assertionMethod": [KEY.public.id, LIST_KEY.public.id],
    }


def test_a_revoked_key_stays_visible_but_may_not_assert() -> None:
    revoked = PublicKey(KEY.public.id, DID, KEY.public.raw, KEYS_MADE, revoked=NOW)
    document = did_document(DID, [revoked, LIST_KEY.public])
    assert document["assertionMethod"] == [LIST_KEY.public.id]
    methods = document["verificationMethod"]
    assert isinstance(methods, list)
    assert methods[0]["revoked"] == "2026-03-21T00:00:00Z"


def test_keys_of_others_and_ids_used_twice_are_refused() -> None:
    with pytest.raises(ClaimRefused):
        did_document(DID, [STRANGER.public])
    with pytest.raises(ClaimRefused):
        did_document(DID, [KEY.public, KEY.public])
