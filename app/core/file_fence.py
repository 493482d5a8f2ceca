"""Which files a process that opens strangers' files may read: a fence that the kernel holds (Landlock, Linux 5.13).

What is given to `read_only` can be read, with all that lies below it; nothing else can be opened, and nothing at all
can be written, made, removed or executed. Where the kernel knows how, TCP and the signals to and the sockets of other
processes are fenced off, too.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

# linux/landlock.h; the numbers of the calls are the same on every architecture.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION, _BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
# All that the first version of Landlock can forbid; then what later versions can.
_FILES_OF_OLD = (1 << 13) - 1
_LATER_FILES = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # to link elsewhere, to truncate, to command devices
_NETWORK, _SCOPES = (4, 0b11), (6, 0b11)


def read_only(paths: Iterable[str]) -> bool:
    """Let this process read these files and folders and no others, for good; answer whether the kernel does.

    Expects that privileges have been given up.
    """
    version = _call(_CREATE, None, 0, _ASK_VERSION) if sys.platform == "linux" else -1
    if version < 1:
        return False
    files = _FILES_OF_OLD | sum(right for since, right in _LATER_FILES if version >= since)
    words = [files, *(rights for since, rights in (_NETWORK, _SCOPES) if version >= since)]
    fence = _call(_CREATE, struct.pack(f"={len(words)}Q", *words), 8 * len(words), 0)
    if fence < 0:
        return False
    try:
        for path in paths:
            _open_up(fence, path)
        return _call(_RESTRICT, fence, 0) == 0
    finally:
        os.close(fence)


def _open_up(fence: int, path: str) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # Not on this system.
    try:
        rights = _READ_FILE | _READ_FOLDER if os.path.isdir(path) else _READ_FILE
        _call(_ADD, fence, _BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)


def _call(number: int, *arguments: int | bytes | None) -> int:
    words = [each if isinstance(each, (bytes, type(None))) else ctypes.c_long(each) for each in arguments]
    called = ctypes.CDLL(None).syscall
    called.restype = ctypes.c_long
    return int(called(ctypes.c_long(number), *words))
