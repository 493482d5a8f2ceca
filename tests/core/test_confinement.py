"""What opens strangers' files is confined by the kernel: each attack is refused, and succeeds without the guard."""

from __future__ import annotations

import json
import logging
import struct
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.certificates import conformance_service
from app.core import confinement, jobs, sheet_worker
from app.core.sheets import SheetError, read_workbook
from app.core.system_calls import ALLOW, ARCHITECTURES, KILL, MISSING, REFUSE, program
from app.portfolio import foreign_badge_check
from tests.core.test_sheets import REGISTER

ATTACKS = Path(__file__).with_name("attacks.py")
NAMES = (
    "start a program",
    "spawn a program",
    "fork",
    "clone",
    "a socket",
    "a socket of this machine",
    "a pair of sockets",
    "write a file",
    "write a file by a later call",
    "write to a file that is there",
    "a file in memory",
    "read a secret",
    "read what others run",
    "make a folder",
    "remove a file",
    "reach the parent by a signal",
    "limits of the parent",
    "memory of others",
)
# What a container around the tests may refuse by itself.
NOT_EVERYWHERE = {"memory of others"}
MISSING_HERE = confinement.missing_guards()
needs_both = pytest.mark.skipif(bool(MISSING_HERE), reason=f"this system has no {', no '.join(MISSING_HERE)}")


@dataclass(frozen=True)
class Attacked:
    """How a run of all attacks ended."""

    answers: dict[str, str]
    last: str


def attacked(folder: Path, *starter: str) -> Attacked:
    secret = folder / "secret"
    secret.write_text("secret")
    (folder / "victim").touch()
    ran = subprocess.run(
        [sys.executable, "-I", *starter, str(ATTACKS), str(folder), str(secret)],
        capture_output=True,
        text=True,
        timeout=20,
    )
    first, _newline, last = ran.stdout.partition("\n")
    return Attacked(json.loads(first), last.strip())


@pytest.fixture(scope="module")
def confined(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return attacked(tmp_path_factory.mktemp("confined"), confinement.STARTER)


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return attacked(tmp_path_factory.mktemp("free"))


@needs_both
@pytest.mark.parametrize("name", NAMES)
def test_the_attack_is_refused_and_succeeds_without_the_guards(confined: Attacked, free: Attacked, name: str) -> None:
    assert confined.answers[name].startswith("refused")
    if name not in NOT_EVERYWHERE:
        assert free.answers[name] == "done"


@needs_both
def test_no_attack_is_left_out(confined: Attacked) -> None:
    assert set(confined.answers) == set(NAMES)


@needs_both
def test_it_becomes_no_other_program(confined: Attacked, free: Attacked) -> None:
    assert (confined.last, free.last) == ("", "become another program")


@needs_both
@pytest.mark.parametrize(
    ("taken_out", "refused", "done"),
    [
        ("file_fence.read_only = lambda paths: False", "start a program", "read a secret"),
        ("system_calls.filter_calls = lambda: False", "read a secret", "a pair of sockets"),
    ],
)
def test_each_guard_stands_alone_where_the_other_is_missing(
    tmp_path: Path, taken_out: str, refused: str, done: str
) -> None:
    starter = tmp_path / "starter.py"
    text = Path(confinement.STARTER).read_text(encoding="utf-8")
    folder = "str(Path(__file__).resolve().parents[1])"
    before = 'guards = importlib.import_module("app.core.confinement")'
    assert folder in text
    assert before in text
    text = text.replace(folder, repr(str(Path(confinement.STARTER).parents[1])))
    name = taken_out.split(".")[0]
    text = text.replace(before, f'{name} = importlib.import_module("app.core.{name}"); {taken_out}\n    {before}')
    starter.write_text(text)
    found = attacked(tmp_path, str(starter)).answers
    assert found[refused].startswith("refused")
    assert found[done] == "done"


# The children of the service: each is started as the service starts it, with a program that attacks in its place.

FORKS = """
import os
try:
    os.waitpid(os.fork() or os._exit(0), 0)
    done = True
except OSError:
    done = False
"""


def sheet_reader_forks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    hostile = folder / "hostile.py"
    hostile.write_text(FORKS + "print('{\"error\": \"' + ('bomb' if done else 'doctype') + '\"}')")
    monkeypatch.setattr(sheet_worker, "__file__", str(hostile))
    with pytest.raises(SheetError) as caught:
        read_workbook(REGISTER, "출석부.xlsx")
    return caught.value.code == "bomb"


def canonicaliser_forks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    hostile = folder / "hostile.py"
    hostile.write_text(FORKS + "print('{\"canonical\": [\"' + str(done) + '\"]}')")
    monkeypatch.setattr(conformance_service, "CANONICAL_WORKER", hostile)
    return conformance_service.canonize([]) == [b"True"]


def badge_check_forks(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    # The audit hook refuses `os.fork` and looking for a function of the C library, but not calling one.
    begin, end = foreign_badge_check._START.split("from app.portfolio.foreign_badge_worker import main; ")
    fork = "import ctypes, os; fork = ctypes.CDLL(None).fork; import app.portfolio.foreign_badge_worker as worker; "
    hostile = (
        "parent = lambda child: 1 / 0 if child < 0 else sum(iter(int, 1)); "
        "worker.verify = lambda *_: (lambda child: parent(child) if child else os._exit(0))(fork()); "
        "from app.portfolio.foreign_badge_worker import main; "
    )
    monkeypatch.setattr(foreign_badge_check, "_START", begin + fork + hostile + end)
    verdict = foreign_badge_check.check(b"{}", datetime.now(UTC), seconds=3)
    assert verdict.reason in ("internal", "limits")
    return verdict.reason == "limits"


CHILDREN = {"tables": sheet_reader_forks, "canonical forms": canonicaliser_forks, "badges": badge_check_forks}


@needs_both
@pytest.mark.parametrize("child", sorted(CHILDREN))
def test_every_child_of_the_service_is_confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str) -> None:
    assert not CHILDREN[child](tmp_path, monkeypatch)


@pytest.mark.parametrize("child", sorted(CHILDREN))
def test_without_confinement_each_of_them_forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str) -> None:
    bare = tmp_path / "bare.py"
    bare.write_text("import runpy, sys\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')")
    monkeypatch.setattr(confinement, "STARTER", str(bare))
    before = "from app.portfolio.foreign_badge_worker import main; "
    unguarded = "import app.core.confinement; app.core.confinement.confine = lambda: (); "
    monkeypatch.setattr(foreign_badge_check, "_START", foreign_badge_check._START.replace(before, unguarded + before))
    assert CHILDREN[child](tmp_path, monkeypatch)


# The filter itself, for both machines: this runs it as the kernel does.


def answer(machine: str, number: int, *arguments: int, audited: int | None = None) -> int:
    """Run the filter for one call of the process 4242."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    call = struct.pack("<iIQ6Q", number, ARCHITECTURES[machine][0] if audited is None else audited, 0, *words)
    steps, at, value = program(machine, 4242), 0, 0
    while True:
        code, if_true, if_false, operand = steps[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("<I", call, operand)
        elif code == 0x15:
            at += if_true if value == operand else if_false
        elif code == 0x45:
            at += if_true if value & operand else if_false
        else:
            assert code == 0x06
            return operand


HERE = 0xFFFFFFFFFFFFFF9C  # AT_FDCWD
OPEN_AT = {"x86_64": 257, "aarch64": 56}
CLONE = {"x86_64": 56, "aarch64": 220}


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_the_filter_looks_at_arguments(machine: str) -> None:
    for flags, expected in (
        (0, ALLOW),
        (0o2000000, ALLOW),
        (1, REFUSE),
        (2, REFUSE),
        (0o100, REFUSE),
        (0o20200000, REFUSE),
    ):
        assert answer(machine, OPEN_AT[machine], HERE, 0x7F0000000000, flags) == expected
    assert answer(machine, CLONE[machine], 0x3D0F00) == ALLOW  # A thread of the C library.
    assert answer(machine, CLONE[machine], 17) == REFUSE
    assert answer(machine, CLONE[machine], 0x4111) == REFUSE  # As vfork does.
    kill, limits, command = {"x86_64": (62, 302, 16), "aarch64": (129, 261, 29)}[machine]
    assert [answer(machine, kill, of, 9) for of in (4242, 1, 0, 0xFFFFFFFF)] == [ALLOW, REFUSE, REFUSE, REFUSE]
    assert [answer(machine, limits, of) for of in (0, 4242, 4243)] == [ALLOW, ALLOW, REFUSE]
    assert [answer(machine, command, 0, what) for what in (0x5401, 0x5412)] == [ALLOW, REFUSE]


# execve, execveat, fork, vfork, clone3, socket, connect, socketpair, ptrace, io_uring_setup, openat2, unlinkat,
# memfd_create, process_vm_writev, pidfd_open, bpf, unshare, mount, keyctl, userfaultfd, prctl, seccomp
FORBIDDEN = {
    "x86_64": (
        59,
        322,
        57,
        58,
        435,
        41,
        42,
        53,
        101,
        425,
        437,
        263,
        319,
        311,
        434,
        321,
        272,
        165,
        250,
        323,
        157,
        317,
    ),
    "aarch64": (221, 281, 435, 198, 203, 199, 117, 425, 437, 35, 279, 271, 434, 280, 97, 40, 219, 282, 167, 277),
}


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_the_filter_knows_no_other_call(machine: str) -> None:
    assert {answer(machine, number) for number in FORBIDDEN[machine]} == {MISSING}
    read = {"x86_64": 0, "aarch64": 63}[machine]
    assert answer(machine, read) == ALLOW
    assert answer(machine, 9999) == MISSING
    assert answer(machine, 0x40000000 + read) == MISSING  # The other numbers of x86-64 (x32).
    for other in {0x40000003, 0x40000028, *(each[0] for each in ARCHITECTURES.values())} - {
        ARCHITECTURES[machine][0]
    }:
        assert answer(machine, read, audited=other) == KILL


@pytest.mark.databases("sqlite")
def test_the_operator_is_told_what_is_missing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert app.test_cli_runner().invoke(args=["guards"]).exit_code == bool(MISSING_HERE)
    with caplog.at_level(logging.WARNING):
        jobs._warn_of_missing_guards()
    assert len(caplog.messages) == len(MISSING_HERE)
    caplog.clear()
    monkeypatch.setattr(confinement, "STARTER", "/nowhere.py")
    assert confinement.missing_guards() == confinement.GUARDS
    told = app.test_cli_runner().invoke(args=["guards"])
    assert told.exit_code == 1
    assert "seccomp" in told.stderr
    with caplog.at_level(logging.WARNING):
        jobs._warn_of_missing_guards()
    assert [guard for guard in confinement.GUARDS if any(guard in line for line in caplog.messages)] == [
        *confinement.GUARDS
    ]


@needs_both
def test_a_program_of_32_bits_on_a_machine_of_64_is_not_ended_by_the_filter() -> None:
    """The name of the machine is the kernel's; such a Python would meet a filter for numbers that it does not use."""
    shown = "import sys; sys.maxsize = 2**31 - 1; from app.core import system_calls as s; print(s.filter_calls())"
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, timeout=30)
    assert ran.stdout == "False\n"
