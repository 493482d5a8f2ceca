"""Allotting places on a status list: in an order that tells an outsider nothing, and never one place twice.

A keyed permutation of a counter: a Feistel network over the next even number of bits, walked on until the result
falls inside the list. Consecutive certificates get places that look random; equal counters give equal places.
"""

import hashlib

from credentials.errors import ClaimRefused

_ROUNDS = 10


def allot_index(counter: int, size: int, key: bytes) -> int:
    """Return the place of the `counter`-th certificate (from 0) on a list of `size` places.

    `key` is 16 to 64 secret bytes of this list; with another key or size all places change. Raises ClaimRefused
    when the list is full.
    """
    if not 16 <= len(key) <= 64:
        raise ClaimRefused("key", f"{len(key)} bytes", "16 to 64 bytes")
    if not 0 <= counter < size:
        raise ClaimRefused("counter", str(counter), f"0 to {size - 1}: the list is full")
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    place = _permute(counter, half, key)
    while place >= size:
        place = _permute(place, half, key)
    return place


def _permute(value: int, half: int, key: bytes) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for turn in range(_ROUNDS):
        message = turn.to_bytes(1, "big") + right.to_bytes(8, "big")
        mixed = int.from_bytes(hashlib.blake2b(message, digest_size=8, key=key).digest(), "big")
        left, right = right, left ^ (mixed & mask)
    return left << half | right
