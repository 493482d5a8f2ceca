from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from credentials import KeyRefused, PublicKey, SigningKey, base58, open_private_key, seal_private_key
from tests.credentials.examples import DID, KEY, KEYS_MADE

KEK = bytes(range(32))
ID = f"{DID}#c1"


def test_a_new_key_signs_and_its_public_half_agrees() -> None:
    key = SigningKey.generate(ID, DID, created=KEYS_MADE)
    signature = key.sign(b"message")
    assert key.public.signed(signature, b"message")
    assert not key.public.signed(signature, b"massage")
    assert (key.public.id, key.public.controller, key.public.created) == (ID, DID, KEYS_MADE)


def test_two_new_keys_differ() -> None:
    assert SigningKey.generate(ID, DID).public.raw != SigningKey.generate(ID, DID).public.raw


def test_a_key_survives_pkcs8_and_sealing() -> None:
    sealed = seal_private_key(KEY.to_pkcs8(), KEK, ID)
    opened = SigningKey.from_pkcs8(open_private_key(sealed, KEK, ID), ID, DID, created=KEYS_MADE)
    assert opened.public == KEY.public
    assert opened.sign(b"x") == KEY.sign(b"x")


def test_sealing_shows_nothing_of_the_key_and_never_repeats() -> None:
    pkcs8 = KEY.to_pkcs8()
    first, second = seal_private_key(pkcs8, KEK, ID), seal_private_key(pkcs8, KEK, ID)
    assert first != second
    assert pkcs8[-32:] not in first


def test_a_sealed_key_opens_only_unaltered_under_its_own_id_and_key() -> None:
    sealed = seal_private_key(KEY.to_pkcs8(), KEK, ID)
    for place in range(len(sealed)):
        with pytest.raises(KeyRefused):
            open_private_key(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], KEK, ID)
    for data, kek, id in (
        (sealed, KEK, f"{DID}#c2"),
        (sealed, bytes(32), ID),
        (sealed, KEK[:16], ID),
        (sealed[:20], KEK, ID),
        (b"", KEK, ID),
    ):
        with pytest.raises(KeyRefused):
            open_private_key(data, kek, id)


def other_keys() -> list[bytes]:
    keys = (ec.generate_private_key(ec.SECP256R1()), x25519.X25519PrivateKey.generate())
    return [key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) for key in keys]


@pytest.mark.parametrize(
    "data", [*other_keys(), b"", b"-----BEGIN PRIVATE KEY-----"], ids=["P-256", "X25519", "", "PEM"]
)
def test_only_ed25519_keys_are_loaded(data: bytes) -> None:
    with pytest.raises(KeyRefused):
        SigningKey.from_pkcs8(data, ID, DID)


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"SigningKey({KEY.public.id})"


def test_a_private_key_goes_only_with_its_own_public_key() -> None:
    with pytest.raises(KeyRefused):
        SigningKey(ed25519.Ed25519PrivateKey.generate(), KEY.public)


def test_multibase_reads_back() -> None:
    assert KEY.public.multibase.startswith("z6Mk")
    assert PublicKey.from_multibase(ID, DID, KEY.public.multibase, created=KEYS_MADE) == KEY.public


@pytest.mark.parametrize(
    "multibase",
    [
        "",
        "z",
        KEY.public.multibase[1:],
        "u" + KEY.public.multibase[1:],
        "z1" + KEY.public.multibase[1:],
        "z" + base58.encode(b"\xed\x01" + bytes(31)),
        "z" + base58.encode(b"\xec\x01" + bytes(32)),
        "z0OIl",
    ],
)
def test_other_multibase_is_refused(multibase: str) -> None:
    with pytest.raises(KeyRefused):
        PublicKey.from_multibase(ID, DID, multibase)


@pytest.mark.parametrize(
    ("id", "controller"),
    [
        (DID, DID),
        ("#c1", DID),
        (f"{DID}#", DID),
        (f"{DID}.evil#c1", DID),
        (ID, "did:web:other.example"),
        ("did:key:z6Mk#z6Mk", "did:key:z6Mk"),
    ],
)
def test_a_key_id_is_a_fragment_of_its_controller(id: str, controller: str) -> None:
    with pytest.raises(KeyRefused):
        PublicKey(id, controller, bytes(32))


def test_key_times_need_a_zone() -> None:
    with pytest.raises(KeyRefused):
        PublicKey(ID, DID, bytes(32), created=datetime.now(UTC).replace(tzinfo=None))


@pytest.mark.parametrize("data", [b"\0", b"\0\0\1", b"\xff" * 64, bytes(64), bytes(range(64))])
def test_base58_reads_back_in_its_one_spelling(data: bytes) -> None:
    text = base58.encode(data)
    assert base58.decode(text, len(data)) == data
    for other in ("1" + text, text + "0", ""):
        with pytest.raises(ValueError, match="bytes"):
            base58.decode(other, len(data))


def test_base58_agrees_with_published_examples() -> None:
    # draft-msporny-base58-03, section 5
    assert base58.encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58.encode(bytes.fromhex("0000287fb4cd")) == "11233QC4"
