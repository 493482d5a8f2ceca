"""Starts a program that opens a stranger's file in a confined process: `python -I confined.py PROGRAM [ARGUMENT]…`.

Started by the path of this file. `app` itself is left empty here: loading it would load the whole service. Without a
program it prints which guards stand, one a line.
"""

from __future__ import annotations

import importlib
import runpy
import sys
import types
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Confine this process, then be the program."""
    package = types.ModuleType("app")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["app"] = package
    guards = importlib.import_module("app.core.confinement").confine(*arguments[:1])
    if not arguments:
        sys.stdout.writelines(f"{guard}\n" for guard in guards)
        return
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
