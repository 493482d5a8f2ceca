"""The Merkle tree: hashes, roots and proofs (RFC 6962 §2.1, RFC 9162 §2.1), with SHA-256.

The tree itself is not held here. Roots and proofs are computed from the hashes of complete subtrees, which the caller
reads from wherever they are stored; of a tree of n leaves a handful for each power of two in n is asked for.
"""

import hashlib
from collections.abc import Callable, Sequence

from credentials.errors import ProofRefused

HASH_BYTES = 32
MOST_LEAVES = 2**62

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of the tree without leaves."""

ReadHash = Callable[[int, int], bytes]
"""Answers the hash of the complete subtree (height, index): of the 2**height leaves from index * 2**height on."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry: 32 bytes, SHA-256(0x00 ‖ entry) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above: 32 bytes, SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(size: int, read: ReadHash) -> bytes:
    """Compute the root of the first `size` leaves: 32 bytes (RFC 6962 §2.1)."""
    return _hash_of(0, _size(size), read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadHash) -> list[bytes]:
    """Prove that the leaf `index` (from 0) is in the tree of `size` leaves (RFC 9162 §2.1.3.1).

    The hashes go from the leaf's sibling up to the child of the root. Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < _size(size):
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_hash_of(middle, end, read))
            end = middle
        else:
            proof.append(_hash_of(begin, middle, read))
            begin = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: ReadHash) -> list[bytes]:
    """Prove that the tree of `new` leaves begins with that of `old` leaves (RFC 9162 §2.1.4.1).

    Empty when they are the same. Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= _size(new):
        raise ValueError(f"no proof from {old} to {new} leaves")
    proof: list[bytes] = []
    begin, end, known = 0, new, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_hash_of(middle, end, read))
            end = middle
        else:
            proof.append(_hash_of(begin, middle, read))
            begin, known = middle, False
    # Where the old tree is one complete subtree, whoever checks knows its hash already.
    if not known:
        proof.append(_hash_of(begin, end, read))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check an inclusion proof for a leaf's hash (RFC 9162 §2.1.3.2); ProofRefused unless it holds."""
    _require_hashes([leaf, root, *proof])
    if not 0 <= index < size <= MOST_LEAVES:
        raise ProofRefused(f"no leaf {index} in a tree of {size}")
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if found != root:
        raise ProofRefused("the proof leads to another root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `old` leaves is the beginning of that of `new` (RFC 9162 §2.1.4.2).

    ProofRefused unless it holds. Every tree begins with the empty one, whose proof is empty.
    """
    _require_hashes([old_root, new_root, *proof])
    if not 0 <= old <= new <= MOST_LEAVES:
        raise ProofRefused(f"{new} leaves cannot begin with {old}")
    if old == 0 or old == new:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofRefused("two trees of one size differ, or a proof where none is needed")
        return
    if not proof:
        raise ProofRefused("the proof is too short")
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if before != old_root or after != new_root:
        raise ProofRefused("the proof leads to other roots")


def _hash_of(begin: int, end: int, read: ReadHash) -> bytes:
    """Compute the hash of the leaves from `begin` to before `end`, a subtree of some tree: its left is complete."""
    size = end - begin
    if size & (size - 1) == 0:
        return read(size.bit_length() - 1, begin // size)
    middle = begin + _split(size)
    return node_hash(_hash_of(begin, middle, read), _hash_of(middle, end, read))


def _split(size: int) -> int:
    """Answer the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _size(size: int) -> int:
    if not 0 <= size <= MOST_LEAVES:
        raise ValueError(f"a tree of {size} leaves")
    return size


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofRefused("a hash that has not 32 bytes")
