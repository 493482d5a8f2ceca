"""Which system calls a process that opens strangers' files may make: a filter that the kernel holds (seccomp, Linux).

A list of what is allowed, so that what a later kernel adds is refused as well. It is what Python and its libraries
need in order to read code, compute, and answer over pipes that are open already. Nothing here begins a process, opens
a socket or a file to write to, or reaches another process. The answer to anything else is "there is no such call"
(ENOSYS), on which the C library falls back where it can; a call by another architecture's numbers ends the process.

`program` is pure: the numbers of x86-64 and aarch64 stand beside one another, from the kernel's headers.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_NONE = -1  # aarch64 lacks it: a newer call does the same there.

# name: (x86-64, aarch64)
_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "stat": (4, _NONE),
    "fstat": (5, 80),
    "lstat": (6, _NONE),
    "poll": (7, _NONE),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, _NONE),
    "select": (23, _NONE),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "dup2": (33, _NONE),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "readlink": (89, _NONE),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "arch_prctl": (158, _NONE),
    "setrlimit": (160, 164),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "set_tid_address": (218, 96),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "dup3": (292, 24),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "statx": (332, 291),
    "rseq": (334, 293),
    "faccessat2": (439, 439),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0o20000000  # The last: __O_TMPFILE.
_THREAD = 0x00010000  # CLONE_THREAD: part of this process, not one of its own.
_FLAGS_CLEAR = {"open": ((2, _NONE), 1, _WRITING), "openat": ((257, 56), 2, _WRITING)}
_FLAGS_SET = {"clone": ((56, 220), 0, _THREAD)}
_OWN = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}  # About this process alone.
_ONE_OF = {
    "ioctl": ((16, 29), 1, (0x5401, 0x5451)),  # TCGETS (is it a terminal?), FIOCLEX (closed in children)
    "fcntl": ((72, 25), 1, (0, 1, 2, 3, 1030)),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
}

# linux/audit.h, linux/seccomp.h, linux/bpf_common.h
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
KILL, ALLOW, REFUSE, MISSING = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_LOAD, _EQUALS, _HAS_BITS, _ANSWER = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2

Instruction = tuple[int, int, int, int]  # struct sock_filter: code, steps if true, steps if false, operand


def program(machine: str, process: int) -> list[Instruction]:
    """Answer the filter for a machine (`x86_64`, `aarch64`) and the process of this number."""
    audited, column = ARCHITECTURES[machine]
    steps: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUALS, 1, 0, audited),
        (_ANSWER, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in _ALLOWED.values():
        steps += _about(numbers[column], [(_ANSWER, 0, 0, ALLOW)])
    for numbers, argument, bits in _FLAGS_CLEAR.values():
        steps += _about(numbers[column], [_load(argument), (_HAS_BITS, 1, 0, bits), *_allow_or_refuse()])
    for numbers, argument, bits in _FLAGS_SET.values():
        steps += _about(numbers[column], [_load(argument), (_HAS_BITS, 0, 1, bits), *_allow_or_refuse()])
    for numbers in _OWN.values():
        steps += _about(numbers[column], _one_of(0, (process,) if numbers != _OWN["prlimit64"] else (0, process)))
    for numbers, argument, values in _ONE_OF.values():
        steps += _about(numbers[column], _one_of(argument, values))
    return [*steps, (_ANSWER, 0, 0, MISSING)]


def _about(number: int, then: list[Instruction]) -> list[Instruction]:
    """Answer the steps for one call; each way through `then` ends with an answer."""
    return [] if number == _NONE else [(_EQUALS, 0, len(then), number), *then]


def _load(argument: int) -> Instruction:
    # The lower half: the kernel reads no more of any argument looked at here. Both machines are little-endian.
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)


def _allow_or_refuse() -> list[Instruction]:
    return [(_ANSWER, 0, 0, ALLOW), (_ANSWER, 0, 0, REFUSE)]


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    matches = [step for value in values for step in ((_EQUALS, 0, 1, value), (_ANSWER, 0, 0, ALLOW))]
    return [_load(argument), *matches, (_ANSWER, 0, 0, REFUSE)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def give_up_privileges() -> None:
    """Promise for this process and its children that no program makes them more powerful; the rest asks for it."""
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)


def filter_calls() -> bool:
    """Filter this process's calls from now on, for good; answer whether the kernel does."""
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        return False
    if sys.maxsize < 2**32:
        return (
            False  # A program of 32 bits on such a machine calls by other numbers: the filter would end it at once.
        )
    steps = program(platform.machine(), os.getpid())
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    whole = _Program(len(steps), packed)
    return _prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(whole))


def _prctl(option: int, first: int, second: int = 0) -> bool:
    arguments = (ctypes.c_ulong(first), ctypes.c_ulong(second), ctypes.c_ulong(0), ctypes.c_ulong(0))
    return bool(ctypes.CDLL(None).prctl(ctypes.c_int(option), *arguments) == 0)
