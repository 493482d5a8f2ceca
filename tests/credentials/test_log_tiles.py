"""Tiles, bundles and appending: what is stored is what others expect, and appending reads next to nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import ProofRefused
from credentials.log import (
    EMPTY_ROOT,
    Bundle,
    Tile,
    append,
    consistency_proof,
    decode_entries,
    encode_entries,
    hash_reader,
    inclusion_proof,
    leaf_hash,
    node_hash,
    parse_path,
    root_of,
    tiles_of,
    verify_consistency,
    verify_inclusion,
)
from tests.credentials.test_log_tree import naive_root


def entries_of(begin: int, end: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in range(begin, end)]


class Store:
    """Tiles as a database would hold them, with a note of what was read."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.size = 0
        self.root = EMPTY_ROOT
        self.read: list[tuple[int, int]] = []

    def __call__(self, level: int, index: int) -> bytes:
        self.read.append((level, index))
        return self.tiles[level, index]

    def append(self, count: int) -> Mapping[tuple[int, int], bytes]:
        appended = append(self.size, entries_of(self.size, self.size + count), self)
        self.tiles.update(appended.tiles)
        self.size, self.root = appended.size, appended.root
        return appended.tiles


def perfect(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        leaves = [node_hash(leaves[place], leaves[place + 1]) for place in range(0, len(leaves), 2)]
    return leaves[0]


def test_one_by_one_gives_the_roots_and_tiles_of_all_sizes() -> None:
    store = Store()
    for size in range(1, 600):
        store.append(1)
        if size < 80 or size in (255, 256, 257, 511, 512, 513):
            assert store.root == naive_root(entries_of(0, size))
        widths = {(tile.level, tile.index): 32 * tile.width for tile in tiles_of(size)}
        assert {place: len(data) for place, data in store.tiles.items()} == widths
    leaves = [leaf_hash(entry) for entry in entries_of(0, 599)]
    assert store.tiles[0, 2] == b"".join(leaves[512:599])
    assert store.tiles[1, 0] == perfect(leaves[:256]) + perfect(leaves[256:512])


def test_a_big_log_is_appended_to_without_reading_it() -> None:
    store = Store()
    store.append(70_000)
    assert store.read == []
    assert [(tile.level, tile.width) for tile in tiles_of(70_000) if tile.width < 256] == [(0, 112), (1, 17), (2, 1)]
    assert sum(tile.level == 0 for tile in tiles_of(70_000)) == 274
    changed = store.append(1)
    assert set(changed) == {(0, 273)}
    assert set(store.read) <= {(0, 273), (1, 1), (2, 0)}
    assert len(store.read) <= 12
    assert store.root == naive_root(entries_of(0, 70_001))


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.integers(0, 700), max_size=6))
def test_any_steps_lead_to_the_same_log(steps: list[int]) -> None:
    store, whole = Store(), Store()
    roots = [(0, EMPTY_ROOT)]
    for step in steps:
        store.append(step)
        roots.append((store.size, store.root))
    whole.append(sum(steps))
    assert (store.tiles, store.root) == (whole.tiles, whole.root)
    read = hash_reader(store)
    for size, root in roots:
        assert root_of(size, read) == root
        if size:
            verify_consistency(size, store.size, consistency_proof(size, store.size, read), root, store.root)
    for index in range(0, store.size, 97):
        proof = inclusion_proof(index, store.size, read)
        verify_inclusion(leaf_hash(entries_of(index, index + 1)[0]), index, store.size, proof, store.root)


def test_later_tiles_serve_earlier_sizes() -> None:
    store = Store()
    store.append(300)
    assert root_of(290, hash_reader(store)) == naive_root(entries_of(0, 290))


def test_a_tile_that_was_cut_is_noticed() -> None:
    store = Store()
    store.append(100)
    store.tiles[0, 0] = store.tiles[0, 0][:-32]
    with pytest.raises(ProofRefused, match="short"):
        store.append(1)
    with pytest.raises(ProofRefused, match="short"):
        root_of(100, hash_reader(store))


def test_nothing_appended_changes_nothing() -> None:
    store = Store()
    assert store.append(0) == {}
    assert store.root == EMPTY_ROOT


@pytest.mark.parametrize(
    ("found", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 1_234_067), "tile/2/x001/x234/067"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1_000, 1), "tile/0/x001/000.p/1"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
        (Bundle(0), "tile/entries/000"),
        (Bundle(1_234_067, 12), "tile/entries/x001/x234/067.p/12"),
    ],
)
def test_paths_are_those_of_the_standard(found: Tile | Bundle, path: str) -> None:
    assert found.path == path
    assert parse_path(path) == found


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/x000/000",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/x1/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/００0",
        "tile/data/000",
        "tile/0/../000",
        "tile/0/" + "x999/" * 12 + "999",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        parse_path(path)


def test_bundles_read_back() -> None:
    for entries in ([], [b""], entries_of(0, 256), [b"x" * 0xFFFF, b"", b"y"]):
        assert decode_entries(encode_entries(entries)) == entries
    assert encode_entries([b"ab", b""]) == b"\0\2ab\0\0"


@pytest.mark.parametrize("data", [b"\0", b"\0\1", b"\0\2a", encode_entries([b"a"]) + b"\0", b"\0\0" * 257])
def test_malformed_bundles_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="bundle"):
        decode_entries(data)


def test_an_entry_that_fits_no_bundle_is_refused() -> None:
    for work in (lambda: encode_entries([b"x" * 0x10000]), lambda: append(0, [b"x" * 0x10000], Store())):
        with pytest.raises(ValueError, match="65535"):
            work()
