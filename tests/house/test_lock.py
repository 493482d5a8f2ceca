"""The lock pins every package with hashes and names no host."""

from __future__ import annotations

import re
from pathlib import Path

LOCK = (Path(__file__).resolve().parents[2] / "requirements.lock").read_text(encoding="utf-8")


def test_it_names_no_host() -> None:
    assert "://" not in LOCK


def test_every_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)
    unpinned = [b.splitlines()[0] for b in blocks if b[:1].isalnum() and ("==" not in b or "--hash=sha256:" not in b)]
    assert len(blocks) > 30
    assert not unpinned
