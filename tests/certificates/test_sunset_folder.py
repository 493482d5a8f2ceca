"""A sunset kit's folder appears whole or not at all, and overwrites nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app.certificates.sunset_folder import new_folder
from app.core.errors import Conflict, Invalid

pytestmark = pytest.mark.databases("sqlite")


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_whoever_is_killed_half_way_leaves_nothing_that_looks_finished(app: Flask, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.certificates.sunset_folder import new_folder\n"
        "with new_folder(Path(sys.argv[1])) as folder:\n"
        "    folder.write('verify.html', b'x'); print('written', flush=True); time.sleep(60)"
    )
    target = tmp_path / "kit"
    process = subprocess.Popen([sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (left,) = tmp_path.glob("kit*")
    assert re.fullmatch(r"kit\.unfinished-\w+", left.name)
    assert not (left / "SHA256SUMS").exists()
    with new_folder(target) as folder:
        folder.write("verify.html", b"y")
    assert (target / "verify.html").read_bytes() == b"y"


@pytest.mark.parametrize("what", ["a file in it", "a file", "a link"])
def test_it_writes_over_nothing(tmp_path: Path, what: str, app: Flask) -> None:
    target, other = tmp_path / "kit", tmp_path / "other"
    other.mkdir()
    if what == "a file in it":
        target.mkdir()
        (target / "x").write_text("mine")
    elif what == "a file":
        target.write_text("mine")
    else:
        target.symlink_to(other)
    before = files(tmp_path)
    with pytest.raises(Conflict, match="이미 무언가 있어요"), new_folder(target):
        pass
    assert files(tmp_path) == before


def test_an_empty_folder_is_taken_and_a_missing_parent_is_not(tmp_path: Path, app: Flask) -> None:
    (tmp_path / "kit").mkdir()
    with new_folder(tmp_path / "kit") as folder:
        folder.write("a/b", [b"1", b"2"])
    assert files(tmp_path / "kit")["a/b"] == b"12"
    with pytest.raises(Invalid, match="폴더를 만들 수 없어요"), new_folder(tmp_path / "no" / "kit"):
        pass
