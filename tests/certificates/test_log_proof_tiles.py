"""A proof for the issuance log reads all its tiles at once: which ones is known from position and size."""

from __future__ import annotations

import pytest

from app.certificates import log_queries
from credentials.log import hash_reader, inclusion_proof


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600, 65_536, 65_537, 65_800, 70_000])
def test_the_tiles_read_for_a_proof_are_those_it_needs(size: int) -> None:
    for position in {0, 1, 255, 256, size // 2, size - 257, size - 256, size - 2, size - 1} & set(range(size)):
        known = log_queries.tiles_of_proof(position, size)
        asked: set[tuple[int, int]] = set()

        def tile(level: int, place: int, asked: set[tuple[int, int]] = asked) -> bytes:
            asked.add((level, place))
            return bytes(32 * 256)

        inclusion_proof(position, size, hash_reader(tile))
        assert asked <= known
        assert len(known) <= 2 * 3
