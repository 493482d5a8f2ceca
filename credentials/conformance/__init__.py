"""Credentials of anybody, processed as W3C's test suites ask: data model 2.0 and 1.1, eddsa-rdfc-2022, did:key.

Apart from the rest of this package on purpose. Our own certificates are verified in a closed profile, which refuses
what must be accepted here, such as contexts inside of a document. Nothing that is accepted here becomes trusted.

JSON-LD is processed by `canonical_worker`, in a process that the caller starts and limits.
"""

from pathlib import Path

from credentials.conformance.contexts import OWN as OWN_CONTEXTS
from credentials.conformance.did_key import DidKey, VerificationMethod
from credentials.conformance.problems import Faulty, Problem, ProblemType
from credentials.conformance.processing import Outcome, Verifier, issue, verify_credential, verify_presentation

CANONICAL_WORKER = Path(__file__).with_name("canonical_worker.py")
"""The program that canonicalises: JSON on its standard input, JSON on its standard output; its limits are its own."""

__all__ = [
    "CANONICAL_WORKER",
    "OWN_CONTEXTS",
    "DidKey",
    "Faulty",
    "Outcome",
    "Problem",
    "ProblemType",
    "VerificationMethod",
    "Verifier",
    "issue",
    "verify_credential",
    "verify_presentation",
]
