"""A proof that an entry is in a log, with the signed checkpoint, in one text (C2SP tlog-proof)."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from credentials.errors import ProofRefused
from credentials.keys import PublicKey
from credentials.log.checkpoint import MOST_BYTES, Checkpoint, decode_base64, open_checkpoint
from credentials.log.tree import HASH_BYTES, leaf_hash, verify_inclusion

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_LONGEST_PROOF = 64


@dataclass(frozen=True)
class OfflineProof:
    """A proof that holds without asking the log: for whoever knows the log's name and keys.

    `index` counts leaves from 0, `hashes` is the inclusion proof from the leaf's sibling up (32 bytes each),
    `checkpoint` is the signed note as the log gave it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The proof as it is kept and handed on, in a file named `*.tlog-proof`."""
        hashes = "".join(base64.b64encode(one).decode() + "\n" for one in self.hashes)
        return f"{_FIRST}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a proof; ProofRefused unless `text` spells it so. Extra data, which nobody signs, is refused."""
        if len(text) > 2 * MOST_BYTES:
            raise ProofRefused("a proof of more than 128 KB")
        head, blank, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if not blank or first != _FIRST or index is None or len(lines) > _LONGEST_PROOF + 1:
            raise ProofRefused("not a proof in the form of tlog-proof@v1")
        hashes = tuple(decode_base64(line) for line in lines[1:])
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ProofRefused("a hash that has not 32 bytes")
        return cls(int(index[1]), hashes, checkpoint)

    def verify(self, entry: bytes, origin: str, keys: Iterable[PublicKey]) -> Checkpoint:
        """Answer the checkpoint in which the entry stands; ProofRefused unless signature and proof hold."""
        checkpoint = open_checkpoint(self.checkpoint, origin, keys)
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint
