"""A folder that appears whole or not at all: written beside its place under another name, then renamed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import Conflict, Invalid
from app.core.i18n import _

SUMS = "SHA256SUMS"


class NewFolder:
    """Takes files, and remembers the digest of each."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.sums: dict[str, str] = {}

    def write(self, path: str, data: bytes | Iterable[bytes]) -> None:
        """Write a file, piece by piece if it comes so."""
        file = self._place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with file.open("xb") as out:
            for piece in (data,) if isinstance(data, bytes) else data:
                digest.update(piece)
                out.write(piece)
        self.sums[path] = digest.hexdigest()

    def seal(self) -> None:
        """Write the digests of all files, as `sha256sum --check` reads them."""
        lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(self.sums.items()))
        (self._place / SUMS).write_text(lines, encoding="utf-8", newline="\n")


@contextmanager
def new_folder(target: Path) -> Iterator[NewFolder]:
    """Let a folder be filled; it stands at `target` once the block has ended well, and only then.

    Raises `Conflict` when there is something already, `Invalid` when nothing can be written there. Whoever is killed
    in between leaves a folder whose name says that it is unfinished.
    """
    target = target.absolute()
    require_free(target)
    try:
        place = Path(tempfile.mkdtemp(prefix=f"{target.name}.unfinished-", dir=target.parent))
    except OSError as error:
        raise Invalid(_("%(path)s: 폴더를 만들 수 없어요 (%(why)s).", path=target, why=error.strerror)) from error
    try:
        folder = NewFolder(place)
        yield folder
        folder.seal()
        place.chmod(0o755)
        # A stick may be pulled out as soon as the command has ended.
        os.sync()
        place.rename(target)
    except OSError as error:
        raise Invalid(_("%(path)s: 쓰지 못했어요 (%(why)s).", path=target, why=error.strerror)) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def require_free(target: Path) -> None:
    """Raise `Conflict` unless there is nothing at this place, or an empty folder."""
    if (
        target.is_symlink()
        or (target.exists() and not target.is_dir())
        or (target.is_dir() and any(target.iterdir()))
    ):
        raise Conflict(_("%(path)s: 이미 무언가 있어요. 비어 있거나 없는 폴더를 정해 주세요.", path=target))
