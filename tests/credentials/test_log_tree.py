"""The Merkle tree against a plain recursion written straight from RFC 6962, and proofs that do not hold."""

import hashlib
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import ProofRefused
from credentials.log import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [f"entry {number}".encode() for number in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
SIZES = range(65)


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def naive_root(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, over entries."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*naive_path(index, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(index - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(old: int, entries: Sequence[bytes], known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if old == len(entries):
        return [] if known else [naive_root(entries)]
    k = split(len(entries))
    if old <= k:
        return [*naive_subproof(old, entries[:k], known), naive_root(entries[k:])]
    return [*naive_subproof(old - k, entries[k:], False), naive_root(entries[:k])]


def read(height: int, index: int) -> bytes:
    size = 1 << height
    assert (index + 1) * size <= len(ENTRIES)
    return naive_root(ENTRIES[index * size : (index + 1) * size])


ROOTS = [naive_root(ENTRIES[:size]) for size in SIZES]


def test_roots_are_those_published_for_certificate_transparency() -> None:
    entries = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
    entries += [bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))]
    roots = (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
    for size, root in enumerate(roots, 1):
        of = {(0, place): leaf_hash(entry) for place, entry in enumerate(entries)}
        for height in (1, 2, 3):
            for place in range(8 >> height):
                of[height, place] = node_hash(of[height - 1, 2 * place], of[height - 1, 2 * place + 1])
        assert root_of(size, lambda height, place, of=of: of[height, place]).hex() == root  # type: ignore[misc]
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_of_all_sizes() -> None:
    assert [root_of(size, read) for size in SIZES] == ROOTS


def test_inclusion_proofs_of_every_leaf_in_trees_of_all_sizes() -> None:
    for size in SIZES:
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            assert proof == naive_path(index, ENTRIES[:size])
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_consistency_proofs_between_all_sizes() -> None:
    for new in SIZES:
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, read)
            assert proof == naive_subproof(old, ENTRIES[:new], True)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
        verify_consistency(0, new, [], EMPTY_ROOT, ROOTS[new])


def alterations(proof: list[bytes], chance: random.Random) -> Iterator[list[bytes]]:
    """Alter a proof in each of the ways that its length permits."""
    extra = chance.randbytes(32)
    yield [*proof, extra]
    yield [extra, *proof]
    if proof:
        place = chance.randrange(len(proof))
        flipped = bytearray(proof[place])
        flipped[chance.randrange(32)] ^= 1 << chance.randrange(8)
        yield [*proof[:place], bytes(flipped), *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[:place], proof[place], *proof[place:]]
        yield [*proof[:place], proof[place][:31], *proof[place + 1 :]]
        yield [*proof[:place], extra, *proof[place + 1 :]]
    if len(proof) > 1:
        yield proof[::-1]
        yield [proof[1], proof[0], *proof[2:]]


def is_refused(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except ProofRefused:
        return True
    return False


def test_not_one_of_a_thousand_tampered_inclusion_proofs_holds() -> None:
    chance = random.Random(20261123)
    tried = 0
    while tried < 1_000:
        size = chance.randrange(1, 65)
        index = chance.randrange(size)
        proof = inclusion_proof(index, size, read)
        cases = [(LEAVES[index], index, size, altered, ROOTS[size]) for altered in alterations(proof, chance)]
        other = chance.choice([number for number in range(65) if number != index])
        cases.append((LEAVES[other], index, size, proof, ROOTS[size]))
        cases.append((LEAVES[index], other, size, proof, ROOTS[size]))
        cases.append((LEAVES[index], index, size, proof, ROOTS[chance.choice([n for n in SIZES if n != size])]))
        cases.append((LEAVES[index], -1, size, proof, ROOTS[size]))
        cases.append((LEAVES[index], size, size, proof, ROOTS[size]))
        for case in cases:
            assert is_refused(verify_inclusion, *case), case
        tried += len(cases)


def test_not_one_of_a_thousand_tampered_consistency_proofs_holds() -> None:
    chance = random.Random(20261124)
    tried = 0
    while tried < 1_000:
        new = chance.randrange(2, 65)
        old = chance.randrange(1, new)
        proof = consistency_proof(old, new, read)
        cases = [(old, new, altered, ROOTS[old], ROOTS[new]) for altered in alterations(proof, chance)]
        wrong = chance.choice([number for number in SIZES if number not in (old, new)])
        cases.append((old, new, proof, ROOTS[wrong], ROOTS[new]))
        cases.append((old, new, proof, ROOTS[old], ROOTS[wrong]))
        cases.append((old, new, proof, ROOTS[new], ROOTS[old]))
        cases.append((new, old, proof, ROOTS[new], ROOTS[old]))
        cases.append((old, new, [], ROOTS[old], ROOTS[new]))
        cases.append((0, new, proof, EMPTY_ROOT, ROOTS[new]))
        cases.append((0, new, [], ROOTS[1], ROOTS[new]))
        cases.append((new, new, [], ROOTS[old], ROOTS[new]))
        for case in cases:
            assert is_refused(verify_consistency, *case), case
        tried += len(cases)


def test_a_log_that_rewrote_its_past_cannot_prove_otherwise() -> None:
    rewritten = [*ENTRIES[:10], b"back-dated", *ENTRIES[11:40]]
    root = naive_root(rewritten)
    for old in range(11, 40):
        for proof in (naive_subproof(old, rewritten, True), naive_subproof(old, ENTRIES[:40], True)):
            assert is_refused(verify_consistency, old, 40, proof, ROOTS[old], root)
    verify_consistency(10, 40, naive_subproof(10, rewritten, True), ROOTS[10], root)


def test_a_proof_with_a_wrong_size_holds_only_where_the_tree_looks_the_same() -> None:
    # The size is part of the signed checkpoint; a proof alone does not tell every other size apart.
    for size in range(2, 65):
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            for other in range(size + 1, 65):
                assert is_refused(verify_inclusion, LEAVES[index], index, other, proof, ROOTS[other])


def test_there_is_no_proof_of_what_is_not_there() -> None:
    for make in (
        lambda: inclusion_proof(0, 0, read),
        lambda: inclusion_proof(5, 5, read),
        lambda: inclusion_proof(-1, 5, read),
        lambda: consistency_proof(0, 5, read),
        lambda: consistency_proof(6, 5, read),
        lambda: consistency_proof(-1, 5, read),
        lambda: root_of(-1, read),
    ):
        with pytest.raises(ValueError, match=r"leaf|leaves"):
            make()


def test_an_entry_is_never_taken_for_a_node() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_two_sizes(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    index = data.draw(st.integers(0, new - 1))
    roots = naive_root(ENTRIES[:old]), naive_root(ENTRIES[:new])
    verify_inclusion(LEAVES[index], index, new, inclusion_proof(index, new, read), roots[1])
    verify_consistency(old, new, consistency_proof(old, new, read), *roots)
