"""Files with people's data in them, handed to the browser to be saved."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from flask import Response, send_file


def download(data: bytes, mimetype: str, name: str) -> Response:
    """Answer a file to be saved under a name, in any alphabet; no cache on the way may keep it."""
    response = send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)
    # `send_file` says `no-cache`, which lets a cache keep the file as long as it asks again.
    response.headers["Cache-Control"] = "no-store"
    return response


def streamed(parts: Iterable[bytes], mimetype: str, name: str) -> Response:
    """Answer a file that is still being made, as `download` answers one that is there."""
    response = download(b"", mimetype, name)
    for measured in ("Content-Length", "ETag"):
        response.headers.pop(measured, None)
    response.response = parts
    response.direct_passthrough = False
    return response
