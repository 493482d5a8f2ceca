"""What somebody looks for in an opening."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; an empty set means that anything will do."""

    provinces: frozenset[str] = frozenset()
    work_kinds: frozenset[str] = frozenset()
    employment_types: frozenset[str] = frozenset()
