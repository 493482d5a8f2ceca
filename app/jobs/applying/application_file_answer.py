"""The one way in which an uploaded file leaves the service: to be saved, never to be shown."""

from __future__ import annotations

from flask import Response

from app.certificates.downloads import download
from app.core.errors import Conflict
from app.core.i18n import _l
from app.jobs.application_models import ApplicationFile
from app.jobs.applying.application_file_check import MIMETYPES


def as_attachment(file: ApplicationFile) -> Response:
    """Answer a file as an attachment under a name of ours, in a sandbox that lets nothing of it run.

    Raises `Conflict` while a scanner has not answered yet, and when it has found something.
    """
    if not file.is_served:
        raise Conflict(_l("악성코드 검사가 끝나지 않았거나 문제가 발견된 파일이에요. 잠시 뒤에 다시 확인해 주세요."))
    response = download(file.content, MIMETYPES[file.kind], f"ieum-{file.public_id[:12]}.{file.kind}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
