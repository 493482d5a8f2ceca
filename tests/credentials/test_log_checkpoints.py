"""Signed checkpoints and proofs that hold without the log."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from credentials import KeyRefused, ProofRefused, PublicKey, SigningKey
from credentials.log import (
    Checkpoint,
    OfflineProof,
    append,
    hash_reader,
    inclusion_proof,
    note_key_id,
    open_checkpoint,
    sign_checkpoint,
    verifier_key,
)
from tests.credentials.examples import KEY, NOW, STRANGER, make_key
from tests.credentials.test_log_tree import ENTRIES, ROOTS, is_refused

ORIGIN = "certificates.example/log"
LOG_KEY = make_key(7, "did:web:certificates.example#l1")
NEXT_KEY = make_key(8, "did:web:certificates.example#l2")
KEYS = [LOG_KEY.public]
HEAD = Checkpoint(ORIGIN, 20, ROOTS[20])
NOTE = sign_checkpoint(HEAD, LOG_KEY)


def signature_line(key: SigningKey, text: str = HEAD.text, name: str = ORIGIN) -> str:
    signature = note_key_id(name, key.public) + key.sign_other(text.encode())
    return f"— {name} {base64.b64encode(signature).decode()}\n"


def test_a_checkpoint_reads_back() -> None:
    assert open_checkpoint(NOTE, ORIGIN, KEYS) == HEAD
    assert f"{HEAD.text}\n{signature_line(LOG_KEY)}" == NOTE
    lines = NOTE.split("\n")
    assert lines[:2] == [ORIGIN, "20"]
    assert base64.b64decode(lines[2]) == ROOTS[20]


def test_key_ids_and_signatures_are_those_of_the_standard() -> None:
    # The example of golang.org/x/mod/sumdb/note, which the standard describes.
    name, key_id, key = "PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    public = replace(KEY.public, raw=base64.b64decode(key)[1:])
    assert note_key_id(name, public).hex() == key_id
    assert verifier_key(name, public) == f"{name}+{key_id}+{key}"
    signature = base64.b64decode(line)
    assert signature[:4].hex() == key_id
    assert public.signed(signature[4:], text.encode())


def test_signatures_of_others_are_passed_over() -> None:
    witness = signature_line(STRANGER, name="witness.example")
    for note in (NOTE + witness, f"{HEAD.text}\n{witness}{signature_line(LOG_KEY)}"):
        assert open_checkpoint(note, ORIGIN, KEYS) == HEAD
    same_name = signature_line(STRANGER)
    assert open_checkpoint(NOTE + same_name, ORIGIN, KEYS) == HEAD


def test_two_keys_of_the_log_may_sign_during_a_rotation() -> None:
    both = NOTE + signature_line(NEXT_KEY)
    for keys in (KEYS, [NEXT_KEY.public], [LOG_KEY.public, NEXT_KEY.public]):
        assert open_checkpoint(both, ORIGIN, keys) == HEAD


def test_a_key_that_is_not_for_assertions_may_sign_checkpoints_and_nothing_else() -> None:
    public = replace(LOG_KEY.public, purposes=frozenset())
    key = SigningKey(LOG_KEY._private, public)
    assert open_checkpoint(sign_checkpoint(HEAD, key), ORIGIN, [public]) == HEAD
    with pytest.raises(KeyRefused):
        key.sign(b"an assertion")


def test_a_revoked_key_neither_signs_nor_counts() -> None:
    revoked = replace(LOG_KEY.public, revoked=NOW)
    with pytest.raises(KeyRefused):
        sign_checkpoint(HEAD, SigningKey(LOG_KEY._private, revoked))
    with pytest.raises(ProofRefused, match="no signature"):
        open_checkpoint(NOTE, ORIGIN, [revoked])


def swap(old: str, new: str) -> Callable[[], str]:
    def make() -> str:
        assert old in NOTE
        return NOTE.replace(old, new, 1)

    return make


def signed(text: str) -> Callable[[], str]:
    return lambda: f"{text}\n{signature_line(LOG_KEY, text)}"


ROOT = base64.b64encode(ROOTS[20]).decode()
REFUSED: dict[str, Callable[[], str]] = {
    "another size": swap("\n20\n", "\n21\n"),
    "another root": swap(ROOT, base64.b64encode(ROOTS[21]).decode()),
    "another log": signed(HEAD.text.replace(ORIGIN, "stranger.example/log")),
    "signed by a stranger": lambda: f"{HEAD.text}\n{signature_line(STRANGER)}",
    "signed under another name": lambda: f"{HEAD.text}\n{signature_line(LOG_KEY, name='witness.example')}",
    "one good and one bad signature of ours": lambda: NOTE + signature_line(LOG_KEY, "something else\n"),
    "a size with a zero before": signed(HEAD.text.replace("\n20\n", "\n020\n")),
    "a negative size": signed(HEAD.text.replace("\n20\n", "\n-20\n")),
    "a size of other digits": signed(HEAD.text.replace("\n20\n", "\n２０\n")),
    "a huge size": signed(HEAD.text.replace("\n20\n", f"\n{2**63}\n")),
    "a root of 31 bytes": signed(HEAD.text.replace(ROOT, base64.b64encode(bytes(31)).decode())),
    "a root with stray bits": signed(HEAD.text.replace(ROOT, ROOT[:-2] + chr(ord(ROOT[-2]) + 1) + "=")),
    "a root without padding": signed(HEAD.text.replace("=", "")),
    "an extension line": signed(HEAD.text + "extension\n"),
    "two lines": signed(f"{ORIGIN}\n20\n"),
    "no signature": lambda: HEAD.text + "\n",
    "no empty line": lambda: HEAD.text + signature_line(LOG_KEY),
    "no line feed at the end": lambda: NOTE[:-1],
    "a line feed more": lambda: NOTE + "\n",
    "carriage returns": lambda: NOTE.replace("\n", "\r\n"),
    "a hyphen for the dash": swap("—", "-"),
    "a signature without its key": lambda: f"{HEAD.text}\n— {ORIGIN} AAAA\n",
    "a signature that is no base64": lambda: NOTE[:-4] + "***\n",
    "too many signatures": lambda: NOTE + signature_line(STRANGER) * 64,
    "a control character": swap("20", "2\x000"),
    "nothing": lambda: "",
    "huge": lambda: NOTE + "x" * 100_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_checkpoint_is_refused(name: str) -> None:
    with pytest.raises(ProofRefused):
        open_checkpoint(REFUSED[name](), ORIGIN, KEYS)


def test_not_one_altered_character_of_a_checkpoint_passes() -> None:
    for place in range(len(NOTE)):
        altered = NOTE[:place] + chr(ord(NOTE[place]) ^ 1) + NOTE[place + 1 :]
        assert is_refused(open_checkpoint, altered, ORIGIN, KEYS), place


@pytest.mark.parametrize("origin", ["", "two words", "plus+sign", "line\nfeed", "x" * 201])
def test_names_that_no_log_may_have(origin: str) -> None:
    with pytest.raises(ProofRefused):
        Checkpoint(origin, 0, ROOTS[0])


def offline_proof(index: int = 7) -> OfflineProof:
    appended = append(0, ENTRIES[:20], lambda level, tile: b"")
    read = hash_reader(lambda level, tile: appended.tiles[level, tile])
    return OfflineProof(index, tuple(inclusion_proof(index, 20, read)), NOTE)


def test_a_proof_holds_without_the_log() -> None:
    for index in range(20):
        read = OfflineProof.read(offline_proof(index).text)
        assert read == offline_proof(index)
        assert read.verify(ENTRIES[index], ORIGIN, KEYS) == HEAD


def test_a_proof_for_a_log_of_one_entry() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, ROOTS[1]), LOG_KEY)
    proof = OfflineProof(0, (), note)
    assert proof.text == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}"
    assert OfflineProof.read(proof.text).verify(ENTRIES[0], ORIGIN, KEYS).size == 1


def test_a_proof_for_something_else_is_refused() -> None:
    proof = offline_proof()
    none: list[PublicKey] = []
    for entry, origin, keys in (
        (ENTRIES[8], ORIGIN, KEYS),
        (ENTRIES[7] + b" ", ORIGIN, KEYS),
        (ENTRIES[7], "other.example/log", KEYS),
        (ENTRIES[7], ORIGIN, none),
        (ENTRIES[7], ORIGIN, [STRANGER.public]),
    ):
        with pytest.raises(ProofRefused):
            proof.verify(entry, origin, keys)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 7", "index 07"),
        lambda text: text.replace("index 7", "index -7"),
        lambda text: text.replace("index 7\n", ""),
        lambda text: text.replace("index 7", "extra YWdl\nindex 7"),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("=\n", "\n", 1),
        lambda text: text.replace("=\n", "=\nAAAA\n", 1),
        lambda text: text.replace("=\n", "=\n" + f"{ROOT}\n" * 64, 1),
        lambda text: " " + text,
        lambda text: "",
        lambda text: text + "x" * 200_000,
    ],
)
def test_a_proof_in_another_spelling_is_refused(change: Callable[[str], str]) -> None:
    text = offline_proof().text
    assert change(text) != text
    with pytest.raises(ProofRefused):
        OfflineProof.read(change(text))


def test_not_one_altered_character_of_a_proof_passes() -> None:
    text = offline_proof().text
    for place in range(len(text)):
        altered = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        assert is_refused(lambda text: OfflineProof.read(text).verify(ENTRIES[7], ORIGIN, KEYS), altered), place
