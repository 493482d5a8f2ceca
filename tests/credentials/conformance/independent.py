"""Another implementation of JSON-LD, canonicalisation and the proof, to compare with: pyoxigraph, written in Rust."""

from __future__ import annotations

import copy
import hashlib
import json
from importlib.resources import files
from typing import Any

import pyoxigraph

from credentials import base58
from credentials.conformance import OWN_CONTEXTS, DidKey
from tests.credentials.conformance.documents import Document

_PUBLISHED = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://w3id.org/security/data-integrity/v2": "security-data-integrity-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
}


def canonical(document: Any) -> str:
    """Canonicalise a document without our worker and without PyLD."""
    quads = pyoxigraph.parse(json.dumps(_with_contexts(document)), format=pyoxigraph.RdfFormat.JSON_LD)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def sign(document: Document, key: DidKey, **options: Any) -> Document:
    """Sign a document as another issuer would; options set to None are left out, others are taken as they are."""
    given = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-10-01T09:00:00Z",
        "verificationMethod": key.method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    given = {name: value for name, value in given.items() if value is not None}
    signed = copy.deepcopy(document)
    others = signed.pop("proof", None)
    if "previousProof" in given:
        signed["proof"] = others
    message = b"".join(
        hashlib.sha256(canonical(part).encode()).digest()
        for part in ({"@context": signed["@context"], **given}, signed)
    )
    proof = {**given, "proofValue": "z" + base58.encode(key.sign(message))}
    signed["proof"] = proof if others is None else [*(others if isinstance(others, list) else [others]), proof]
    return signed


def _with_contexts(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_contexts(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        name: [_context(item) for item in (value if isinstance(value, list) else [value])]
        if name == "@context"
        else _with_contexts(value)
        for name, value in node.items()
    }


def _context(context: Any) -> Any:
    if not isinstance(context, str):
        return context
    if context in OWN_CONTEXTS:
        return OWN_CONTEXTS[context]["@context"]
    text = files("openbadgeslib.ob3.contexts").joinpath(_PUBLISHED[context]).read_text(encoding="utf-8")
    return json.loads(text)["@context"]
