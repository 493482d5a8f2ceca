"""The sunset kit: a folder with which every certificate can be checked after the service has been switched off.

It mirrors the addresses of the service (`.well-known/did.json`, `status/…`, `log/…`), so that a static host at the
old address goes on answering, and holds one page that checks certificates by itself. It holds no personal data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.certificates import (
    key_service,
    keys,
    log_service,
    publication_service,
    seal_keys,
    status_service,
    sunset_page,
    sunset_queries,
)
from app.certificates.authority import this_authority
from app.certificates.models import StatusList
from app.certificates.sunset_folder import NewFolder, new_folder, require_free
from app.certificates.sunset_page import Kit
from app.core.clock import iso_utc
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _
from credentials import ProofRefused, portable_templates
from credentials.log import verifier_key
from credentials.status import VALID_FOR

# A list that others take for good for years could be played against a service that goes on revoking: only the last
# kit of a service that ends holds such lists. The kit's own page asks for the moment of the export, in both cases.
_VALID_FOR_EVER = timedelta(days=365 * 50)

Progress = Callable[[int, int], None]
"""Is told how many of how many steps have been taken."""


@dataclass(frozen=True)
class Exported:
    """What was written: how many certificates the kit knows, and the digest of its page, to be published."""

    certificates: int
    page_sha256: str


@dataclass(frozen=True)
class _List:
    """A status list and the one beside it, as signed for the kit."""

    public_id: str
    url: str
    revoked: bytes
    replaced: bytes


def export(target: Path, at: datetime, *, final: bool, progress: Progress) -> Exported:
    """Write the kit as of now. `final` says that the service ends: its status lists then stay good for others.

    Raises `Conflict` when the folder is not free, when nothing has been issued, or when the log is not sound
    or tells of a revocation that the certificates do not know.
    """
    require_free(target)
    log_service.sequence(at)
    kit = Kit(this_authority(), at.replace(microsecond=0), final)
    try:
        with new_folder(target) as folder:
            return _fill(folder, kit, progress)
    except ProofRefused as refused:
        raise Conflict(_("발급 기록이 맞지 않아 내보낼 수 없어요. log check로 확인해 주세요.")) from refused


def _fill(folder: NewFolder, kit: Kit, progress: Progress) -> Exported:
    head = sunset_queries.head()
    if head is None:
        raise Conflict(_("아직 발급한 수료증이 없어요."))
    lists = [_sign(row, kit) for row in sunset_queries.lists()]
    db.session.rollback()
    _write_keys(folder, head)
    _write_lists(folder, lists)
    size, work = head.signed.size, _Work(head.signed.size, progress)
    folder.write("log/checkpoint", head.note.encode())
    for path, data in work.log(sunset_queries.log_files(head.signed)):
        folder.write(f"log/{path}", data)
    order = {one.url: number for number, one in enumerate(lists)}
    rows = work.table(sunset_queries.issued(size, order))
    folder.write("verify.html", sunset_page.page(kit, _knowledge(kit, lists), rows))
    # From disk only a neighbour can be named; what is not there may have been asked for at any depth.
    folder.write("index.html", sunset_page.doorway("verify.html"))
    folder.write("404.html", sunset_page.doorway("/verify.html"))
    folder.write("README.txt", sunset_page.readme(kit))
    return Exported(work.certificates, folder.sums["verify.html"])


class _Work:
    """Tells how far the export is: each entry of the log is written twice, into the log and into the page."""

    def __init__(self, size: int, progress: Progress) -> None:
        self._size = size
        self._progress = progress
        self.certificates = 0

    def log(self, written: Iterator[tuple[int, str, bytes]]) -> Iterator[tuple[str, bytes]]:
        for entries, path, data in written:
            self._progress(entries, 2 * self._size)
            yield path, data

    def table(self, rows: Iterator[tuple[int, bytes]]) -> Iterator[bytes]:
        for position, row in rows:
            self.certificates += 1
            self._progress(self._size + position, 2 * self._size)
            yield row
        self._progress(2 * self._size, 2 * self._size)


def _sign(row: StatusList, kit: Kit) -> _List:
    valid_for = _VALID_FOR_EVER if kit.final else VALID_FOR
    beside = sunset_queries.list_beside(row)
    revoked, replaced = (status_service.signed(one, kit.exported, valid_for) for one in (row, beside))
    return _List(row.public_id, row.url, revoked, replaced)


def _write_keys(folder: NewFolder, head: sunset_queries.Head) -> None:
    folder.write(".well-known/did.json", _as_json(publication_service.did_document()))
    folder.write("keys/history.json", _as_json(key_service.history()))
    folder.write("keys/seal-authority.pem", seal_keys.authority_certificates())
    folder.write(
        "log/keys", "".join(f"{verifier_key(head.signed.origin, key)}\n" for key in keys.log_keys()).encode()
    )
    db.session.rollback()


def _write_lists(folder: NewFolder, lists: list[_List]) -> None:
    for one in lists:
        folder.write(f"status/{one.public_id}", one.revoked)
        # A file cannot be a folder too; README.txt tells how a host answers for `status/ID/replaced`.
        folder.write(f"status/{one.public_id}.replaced", one.replaced)


def _knowledge(kit: Kit, lists: list[_List]) -> dict[str, Any]:
    """Answer what the page has to know beside the table of what was issued (`js/verify/knowledge.js`)."""
    return {
        "exported": iso_utc(kit.exported),
        "final": kit.final,
        "templates": portable_templates(),
        "keys": key_service.history(),
        "lists": [
            {"url": one.url, "revoked": one.revoked.decode(), "replaced": one.replaced.decode()} for one in lists
        ],
    }


def _as_json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
