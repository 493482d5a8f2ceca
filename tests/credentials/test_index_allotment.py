from itertools import pairwise

import pytest

from credentials import ClaimRefused, allot_index

KEY = b"sixteen or more!"


@pytest.mark.parametrize("size", [1, 2, 3, 100, 4_096, 4_097, 131_072])
def test_every_place_is_allotted_exactly_once(size: int) -> None:
    counters = range(size) if size < 5_000 else range(0, size, 16)
    places = {allot_index(counter, size, KEY) for counter in counters}
    assert len(places) == len(counters)
    assert all(0 <= place < size for place in places)
    if size < 5_000:
        assert places == set(range(size))


@pytest.mark.long
def test_a_whole_list_is_allotted_without_collision() -> None:
    assert len({allot_index(counter, 131_072, KEY) for counter in range(131_072)}) == 131_072


def test_the_order_depends_on_the_key_and_is_repeatable() -> None:
    first = [allot_index(counter, 131_072, KEY) for counter in range(50)]
    assert first == [allot_index(counter, 131_072, KEY) for counter in range(50)]
    assert first != [allot_index(counter, 131_072, KEY + b"x") for counter in range(50)]


def test_neighbours_land_far_apart_and_all_over_the_list() -> None:
    places = [allot_index(counter, 131_072, KEY) for counter in range(2_000)]
    near = sum(abs(one - next) < 1_000 for one, next in pairwise(places))
    assert near < 100  # about 30 if the places are random, 1,999 if they are counted up
    for eighth in range(8):
        assert 180 < sum(place * 8 // 131_072 == eighth for place in places) < 320


@pytest.mark.parametrize(("counter", "key"), [(131_072, KEY), (-1, KEY), (0, b"short"), (0, bytes(65))])
def test_a_full_list_and_a_weak_key_are_refused(counter: int, key: bytes) -> None:
    with pytest.raises(ClaimRefused):
        allot_index(counter, 131_072, key)
