"""Our templates as plain data, for verifiers written in other languages: the one source of what is signed.

A reader fills the format strings (`Formats`) with the texts that it took from a document, and has both the exact
bytes of the document and its canonical form, without JSON-LD and without a second description to keep in step.
"""

from typing import Any

from credentials.certificate import JWT_TEMPLATES, TEMPLATES
from credentials.proof import OPTIONS
from credentials.status import LIST_TEMPLATE
from credentials.template import Template


def portable_templates() -> dict[str, Any]:
    """Answer the templates of certificates, of their JWTs, of status lists, and of the options of a proof."""
    return {
        "certificate": [_portable(template) for template in TEMPLATES],
        "jwt": [_portable(template) for template in JWT_TEMPLATES],
        "status_list": [_portable(LIST_TEMPLATE)],
        "proof": (OPTIONS % (b"%(proof.created)s", b"%(proof.method)s")).decode(),
    }


def _portable(template: Template) -> dict[str, Any]:
    formats = template.formats
    return {
        "json": formats.json,
        "named": list(formats.named),
        "blank": [{"link": link, "quads": quads} for link, quads in formats.blank],
        "numbers": list(formats.numbers),
    }
