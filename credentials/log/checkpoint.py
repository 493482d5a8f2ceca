"""Checkpoints: the size and root of a log, signed (C2SP tlog-checkpoint and signed-note, with Ed25519).

A note is text, an empty line, and lines with signatures. Those of keys that we do not know are passed over, as the
standard demands; one of a key that we know and that does not hold fails the whole note.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from credentials.errors import ProofRefused
from credentials.keys import PublicKey, SigningKey
from credentials.log.tree import HASH_BYTES, MOST_LEAVES

MOST_BYTES = 64 * 1024
"""Longest note that is read."""

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_MOST_SIGNATURES = 64


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: `origin` names the log, `size` counts its leaves, `root` has 32 bytes."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.origin) is None:
            raise ProofRefused(f"{self.origin[:80]!r} is no name for a log: no spaces, no '+'")
        if not 0 <= self.size <= MOST_LEAVES or len(self.root) != HASH_BYTES:
            raise ProofRefused(f"a checkpoint of {self.size} leaves with a root of {len(self.root)} bytes")

    @property
    def text(self) -> str:
        """What is signed: three lines, each with its line feed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def note_key_id(name: str, key: PublicKey) -> bytes:
    """Compute the id of a key under a name: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ the 32 bytes)."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.raw).digest()[:4]


def verifier_key(name: str, key: PublicKey) -> str:
    """Spell a key for those who watch the log: name, id in hexadecimal and key, with plus signs between."""
    return f"{name}+{note_key_id(name, key).hex()}+{base64.b64encode(_ED25519 + key.raw).decode()}"


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """Sign a checkpoint under the log's own name and return the note. KeyRefused for a revoked key.

    The caller sees to it that a log never signs two trees of which neither is the beginning of the other.
    """
    signature = note_key_id(checkpoint.origin, key.public) + key.sign_other(checkpoint.text.encode())
    return f"{checkpoint.text}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def open_checkpoint(note: str, origin: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """Read and verify a checkpoint of the log `origin`; ProofRefused unless one of the keys has signed it.

    Checkpoints with extension lines are refused: we write none, and nobody could check what they say. A revoked key
    counts as unknown.
    """
    text, lines = _split(note)
    checkpoint = _read(text)
    if checkpoint.origin != origin:
        raise ProofRefused(f"a checkpoint of {checkpoint.origin[:80]!r}, not of {origin!r}")
    known: dict[bytes, list[PublicKey]] = {}
    for key in keys:
        if key.revoked is None:
            known.setdefault(note_key_id(origin, key), []).append(key)
    signed = False
    for name, key_id, signature in map(_signature, lines):
        candidates = known.get(key_id, []) if name == origin else []
        if candidates and not any(key.signed(signature, text.encode()) for key in candidates):
            raise ProofRefused("the log's signature does not cover this checkpoint")
        signed = signed or bool(candidates)
    if not signed:
        raise ProofRefused("no signature by a key of the log")
    return checkpoint


def _split(note: str) -> tuple[str, Sequence[str]]:
    """Cut a note into its text, with the last line feed, and the lines of its signatures."""
    if len(note) > MOST_BYTES:
        raise ProofRefused("a note of more than 64 KB")
    if any(ord(character) < 0x20 and character != "\n" for character in note):
        raise ProofRefused("a note with control characters")
    head, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not lines or len(lines) > _MOST_SIGNATURES:
        raise ProofRefused("a note without signatures, with too many, or without its last line feed")
    return f"{head}\n", lines


def _read(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or _SIZE.fullmatch(lines[1]) is None:
        raise ProofRefused("a checkpoint is a name, a size and a root on three lines")
    checkpoint = Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]))
    if checkpoint.text != text:
        raise ProofRefused("a checkpoint in another spelling")
    return checkpoint


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = _SIGNATURE_LINE.fullmatch(line)
    if parts is None:
        raise ProofRefused("a line that is no signature")
    data = decode_base64(parts[2])
    if len(data) <= 4:
        raise ProofRefused("a signature that is too short")
    return parts[1], data[:4], data[4:]


def decode_base64(text: str) -> bytes:
    """Read the one spelling of standard base64 (RFC 4648 §4); ProofRefused for every other."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ProofRefused("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise ProofRefused("base64 in another spelling")
    return data
