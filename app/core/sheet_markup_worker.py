"""Starts `sheet_markup` in a process of its own, by the path of this file and without the web service.

`app` itself is left empty here: loading it would load the whole service into the limited process.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path


def main(kind: str) -> int:
    """Read standard input, a file of the kind `html` or `xml`, under the limits and answer on standard output."""
    package = types.ModuleType("app")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["app"] = package
    return int(importlib.import_module("app.core.sheet_markup").main(kind))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
