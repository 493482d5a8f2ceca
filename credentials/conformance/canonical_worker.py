"""Canonicalises JSON-LD documents from standard input in a process of its own (W3C RDF Dataset Canonicalization 1.0).

Foreign documents can make JSON-LD processing and canonicalisation take for ever, so they are done where memory and
time have an end. The process is started by the path of this file and imports nothing of ours. The rules, in order:

1. Contexts come from the package data of `openbadgeslib`, read at the start, and from the caller.
2. Then memory (address space) and processor time have an end, and nothing more can be opened: no file, no connection.
3. Whatever the processor would drop is an error: terms that no context defines, and names that are no absolute IRIs.
4. Blank nodes and statements are counted before they are canonicalised, whose cost can grow with their factorial.

Input: `{"contexts": {url: document}, "documents": [...]}`. Output: `{"canonical": [N-Quads, ...]}`, or
`{"problem": code, "detail": text}` with the codes `context`, `lossy`, `invalid` and `complex`.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from importlib.resources import files
from typing import Any

if __name__ == "__main__":
    # Without them the processor has no loader of its own: nothing in this process can ask the network for a context.
    for _client in ("aiohttp", "requests"):
        sys.modules[_client] = None  # type: ignore[assignment]

from pyld import jsonld

MAX_MEMORY = 512 * 1024 * 1024
MAX_SECONDS = 2
MAX_BLANK_NODES = 32
MAX_STATEMENTS = 2_000
PACKAGED = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "ob-v3p0-context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "ob-v3p0-context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "clr_context_2.0.1.json",
    "https://w3id.org/security/data-integrity/v2": "security-data-integrity-v2.json",
    "https://w3id.org/security/multikey/v1": "security-multikey-v1.json",
}
_BASE = "https://relative.invalid/"
_IRI = re.compile(r'_:[^\s]+|[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\x00-\x20]*')
_BLANK = re.compile(r"_:[A-Za-z0-9]+")


_PUBLISHED = {
    url: json.loads(files("openbadgeslib.ob3.contexts").joinpath(name).read_text(encoding="utf-8"))
    for url, name in PACKAGED.items()
}


class Refused(Exception):
    """The document is not canonicalised; the arguments are the code of the reason and what was found."""


def limit_process() -> None:
    """Give this process an end to its memory and its processor time, and let it open nothing more."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def canonical(document: Any, contexts: dict[str, Any]) -> str:
    """Answer the canonical N-Quads of a document. Raises Refused."""

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        found = _PUBLISHED.get(url, contexts.get(url))
        if found is None:
            raise Refused("context", f"{url} is none of the contexts that are known here")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": found}

    def dropped(name: Any) -> None:
        raise Refused("lossy", f"a term that no context defines: {name}")

    options = {"documentLoader": load, "base": _BASE, "processingMode": "json-ld-1.1"}
    expanded = jsonld.expand(document, options, on_property_dropped=dropped)
    _check_names(expanded)
    # What `@direction` says is signed, too, in the way that other implementations of the suites do it.
    quads = jsonld.to_rdf(expanded, {**options, "format": "application/n-quads", "rdfDirection": "i18n-datatype"})
    if len(set(_BLANK.findall(quads))) > MAX_BLANK_NODES or quads.count("\n") > MAX_STATEMENTS:
        raise Refused("complex", f"more than {MAX_BLANK_NODES} nodes without id, or {MAX_STATEMENTS} statements")
    normal = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    return str(jsonld.normalize(quads, normal))


def _check_names(expanded: Any) -> None:
    """Refuse names that are not absolute IRIs: the conversion to RDF would drop their statements without a word."""
    waiting = [expanded]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            literal = "@value" in node
            for key, value in node.items():
                if key in ("@id", "@type") or not key.startswith("@"):
                    names = [key] if key[0] != "@" else value if isinstance(value, list) else [value]
                    for name in names:
                        if not (literal and name == "@json") and _is_dropped(str(name), key):
                            raise Refused("lossy", f"no absolute IRI: {str(name).removeprefix(_BASE)}")
                if not literal and key not in ("@id", "@type"):
                    waiting.append(value)


def _is_dropped(name: str, key: str) -> bool:
    # RDF has no blank nodes as properties.
    return not _IRI.fullmatch(name) or name.startswith(_BASE) or (name is key and name.startswith("_:"))


def answer(data: bytes) -> dict[str, Any]:
    """Answer a request, both in JSON as the top of this file says."""
    asked = json.loads(data)
    try:
        return {"canonical": [canonical(document, asked["contexts"]) for document in asked["documents"]]}
    except Refused as refused:
        return {"problem": refused.args[0], "detail": refused.args[1]}
    except jsonld.JsonLdError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, Refused):
            cause = cause.__cause__ or getattr(cause, "cause", None)
        if cause is not None:
            return {"problem": cause.args[0], "detail": cause.args[1]}
        return {"problem": "invalid", "detail": str(error.args[0])}
    except RecursionError:
        return {"problem": "complex", "detail": "nested too deeply"}
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        # The processor stumbles over some malformed contexts instead of naming what is wrong with them.
        return {"problem": "invalid", "detail": f"it cannot be processed as JSON-LD ({type(error).__name__})"}


def load_everything() -> None:
    """Canonicalise something small, so that the processor has loaded what it would otherwise load too late."""
    context = {"name": "https://schema.org/name", "all": {"@id": "https://schema.org/all", "@container": "@list"}}
    words = [{"@value": "x", "@language": "en", "@direction": "ltr"}, 1.5, True, {"name": "y"}]
    canonical({"@context": [next(iter(PACKAGED)), context], "all": [1, {"name": "z"}], "name": words}, {})


if __name__ == "__main__":
    load_everything()
    limit_process()
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))
