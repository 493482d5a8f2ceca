"""What a stranger's code would do in the process that opens their file: past Python, by ctypes and private modules.

A program: it is given a folder to write to and a file to read, and prints what became of each attack as JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import signal
import sys
from collections.abc import Callable
from typing import Any

FOLDER, SECRET = sys.argv[1:]
C = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
CLONE, PRLIMIT, OPENAT2 = (56, 302, 437) if X86 else (220, 261, 437)
PARENT = os.getppid()


def called(answer: int) -> int:
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def end_child(child: int) -> None:
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def program() -> None:
    """What `subprocess` does beneath, without the event that an audit hook could refuse."""
    import _posixsubprocess

    start: Any = _posixsubprocess.fork_exec
    into, out = os.pipe()
    end_child(
        start(
            [b"/bin/true"], [b"/bin/true"], True, (out,), None, None, -1, -1, -1, -1, -1, -1, into, out,
            True, False, -1, None, None, None, -1, None, False,
        )
    )  # fmt: skip


def spawn() -> None:
    end_child(os.posix_spawn("/bin/true", ["true"], {}))


def memory_of_others() -> None:
    word = ctypes.create_string_buffer(b"word")
    pair = (ctypes.c_void_p * 2)(ctypes.addressof(word), 4)
    called(C.process_vm_readv(os.getpid(), ctypes.byref(pair), 1, ctypes.byref(pair), 1, 0))


def limits_of_the_parent() -> None:
    kept = (ctypes.c_uint64 * 2)()
    called(C.syscall(PRLIMIT, PARENT, 7, None, ctypes.byref(kept)))


def write_anew() -> None:
    how = (ctypes.c_uint64 * 3)(os.O_WRONLY | os.O_CREAT, 0o600, 0)
    called(C.syscall(OPENAT2, -100, f"{FOLDER}/second".encode(), ctypes.byref(how), ctypes.sizeof(how)))


ATTACKS: dict[str, Callable[[], object]] = {
    "start a program": program,
    "spawn a program": spawn,
    "fork": lambda: end_child(called(C.fork())),
    "clone": lambda: end_child(called(C.syscall(CLONE, signal.SIGCHLD, 0, 0, 0, 0))),
    "a socket": lambda: os.close(called(C.socket(2, 1, 0))),
    "a socket of this machine": lambda: os.close(called(C.socket(1, 1, 0))),
    "a pair of sockets": lambda: called(C.socketpair(1, 1, 0, (ctypes.c_int * 2)())),
    "write a file": lambda: called(C.open(f"{FOLDER}/first".encode(), os.O_WRONLY | os.O_CREAT, 0o600)),
    "write a file by a later call": write_anew,
    "write to a file that is there": lambda: called(C.open(SECRET.encode(), os.O_RDWR)),
    "a file in memory": lambda: called(C.memfd_create(b"x", 0)),
    "read a secret": lambda: called(C.open(SECRET.encode(), os.O_RDONLY)),
    "read what others run": lambda: called(C.open(f"/proc/{PARENT}/environ".encode(), os.O_RDONLY)),
    "make a folder": lambda: called(C.mkdir(f"{FOLDER}/folder".encode(), 0o700)),
    "remove a file": lambda: called(C.unlink(f"{FOLDER}/victim".encode())),
    "reach the parent by a signal": lambda: called(C.kill(PARENT, 0)),
    "limits of the parent": limits_of_the_parent,
    "memory of others": memory_of_others,
}


def main() -> None:
    """Try everything, and at last become another program, which would print something else."""
    answers = {}
    for name, attack in ATTACKS.items():
        try:
            attack()
            answers[name] = "done"
        except OSError as error:
            answers[name] = f"refused: {error.strerror}"
    sys.stdout.write(json.dumps(answers) + "\n")
    sys.stdout.flush()
    os.execv("/bin/echo", ["echo", "become another program"])


if __name__ == "__main__":
    main()
