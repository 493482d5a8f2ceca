"""The compiled templates against complete JSON-LD processing with the published contexts, by two libraries."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.contexts import document_loader
from pyld import jsonld

from credentials import (
    CertificateClaims,
    ClaimRefused,
    StatusEntry,
    base58,
    certificate,
    proof,
    status,
    strict_json,
    values,
)
from credentials.frame import Frame, read_claims
from credentials.template import Template
from credentials.writer import escape
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    COURSE,
    KEY,
    LIST_KEY,
    LIST_URL,
    NOW,
    UNTIL,
    canonical,
    issue,
)


def without_proof(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    document = json.loads(data)
    return document, document.pop("proof")


def canonical_by_oxigraph(document: dict[str, Any]) -> str:
    nquads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": document_loader()})
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(nquads, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def printable(text: str) -> bool:
    try:
        values.text("text", text)
    except ClaimRefused:
        return False
    return True


texts = st.text(min_size=1, max_size=30).filter(printable)
quoting = st.text(alphabet='"\\%()s{}<>_:a 가é𠮷', min_size=1).filter(printable)
hours = st.integers(0, 999_900).map(lambda cents: Decimal(cents) / 100) | st.sampled_from(
    [Decimal("40.0"), Decimal("4E+1"), Decimal("-0"), Decimal("62.50")]
)


def whole_minutes(moment: datetime) -> bool:
    offset = moment.utcoffset()
    return offset is not None and offset.seconds % 60 == 0


moments = st.datetimes(
    UNTIL.replace(year=1950, tzinfo=None), UNTIL.replace(year=2900, tzinfo=None), timezones=st.timezones()
).filter(whole_minutes)
certificates = st.builds(
    lambda text, until, span, **fields: replace(
        CLAIMS,
        course=replace(COURSE, name=text[0], kind=text[1], criteria=text[2], credits_available=fields.pop("of")),
        valid_until=until,
        started=min(span),
        ended=max(span),
        **fields,
    ),
    text=st.tuples(texts | quoting, texts, texts | quoting),
    of=hours,
    until=st.none() | st.just(UNTIL),
    span=st.tuples(moments, moments),
    name=texts | quoting,
    term=texts,
    serial=texts,
    birth_year=st.integers(1900, 2025),
    hours_earned=hours,
    attendance_rate=st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100),
    credential_id=st.uuids().map(lambda uuid: f"urn:uuid:{uuid}"),
    subject_id=st.uuids().map(lambda uuid: f"urn:uuid:{uuid}"),
    status=st.builds(StatusEntry, st.just(LIST_URL), st.integers(0, 2**31 - 1)),
)


@pytest.mark.parametrize("claims", [CLAIMS, CLAIMS_WITH_END], ids=["without end", "with end"])
def test_certificate_quads_are_those_of_two_json_ld_processors(claims: CertificateClaims) -> None:
    document, _ = without_proof(issue(claims))
    ours = certificate.template_of(claims).quads(escape(certificate.spell(claims))).decode()
    assert ours == canonical(document)
    assert ours == canonical_by_oxigraph(document)


def test_status_list_quads_are_those_of_two_json_ld_processors() -> None:
    document, _ = without_proof(status.sign_status_list(LIST_URL, "revocation", [1, 70_001], LIST_KEY, NOW))
    template: Template = status.LIST_TEMPLATE
    texts, mismatches = template.read({**document, "proof": _})
    ours = template.quads(escape(texts)).decode()
    assert ours == canonical(document)
    assert ours == canonical_by_oxigraph(document)
    assert {mismatch.path for mismatch in mismatches} == {("credentialSubject", "ttl")}  # read without our parser


def test_proof_options_are_those_of_a_json_ld_processor() -> None:
    document, options = without_proof(issue())
    signature = base58.decode(options.pop("proofValue")[1:], 64)
    quads = canonical({**options, "@context": document["@context"]})
    created, method = options["created"].encode(), options["verificationMethod"].encode()
    assert proof.OPTIONS % (created, method) == quads.encode()
    message = proof.signed_bytes(created, method, canonical(document).encode())
    assert KEY.public.signed(signature, message)


def test_blank_nodes_are_labelled_in_the_order_of_their_hashes() -> None:
    orders = set()
    for year in range(1960, 1980):
        claims = replace(CLAIMS, birth_year=year)
        document, _ = without_proof(issue(claims))
        ours = certificate.template_of(claims).quads(escape(certificate.spell(claims))).decode()
        assert ours == canonical(document)
        orders.add(f'_:c14n0 <https://purl.imsglobal.org/spec/vc/ob/vocab.html#identityHash> "{year}"' in ours)
    assert orders == {True, False}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(claims=certificates)
def test_any_certificate_has_the_quads_of_two_json_ld_processors(claims: CertificateClaims) -> None:
    filled = escape({**certificate.spell(claims), "proof.created": "x", "proof.method": "y", "proof.value": "z"})
    template = certificate.template_of(claims)
    document, _ = without_proof(template.json(filled))
    expected = canonical(document)
    assert expected == canonical_by_oxigraph(document)
    assert template.quads(filled).decode() == expected
    own = {name: filled[name] for name in certificate.spell_own(claims)}
    assert Frame(template, claims).writer.quads(own).decode() == expected


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(claims=certificates)
def test_any_certificate_reads_back_as_itself_by_both_readers(claims: CertificateClaims) -> None:
    template = certificate.template_of(claims)
    texts = {**certificate.spell(claims), "proof.created": "x", "proof.method": "y", "proof.value": "z"}
    data = template.json(escape(texts))
    found = template.match(data)
    if any('"' in text for text in texts.values()):
        assert found is None
    else:
        assert found is not None
        assert dict(zip(template.names, found, strict=True)) == escape(texts)
    assert read_claims(texts) == claims
    parsed, mismatches = template.read(strict_json.parse(data))
    assert (parsed, mismatches) == (texts, [])


@pytest.mark.parametrize(
    ("spelled", "canonical_spelling"),
    [
        ("40", "40"),
        ("0", "0"),
        ("40.5", "4.05E1"),
        ("62.5", "6.25E1"),
        ("0.5", "5.0E-1"),
        ("0.07", "7.000000000000001E-2"),
        ("9998.99", "9.99899E3"),
    ],
)
def test_numbers_have_the_lexical_form_of_json_ld(spelled: str, canonical_spelling: str) -> None:
    assert values.canonical_float(spelled) == canonical_spelling
    claims = replace(CLAIMS, hours_earned=Decimal(spelled))
    document, _ = without_proof(issue(claims))
    assert f'creditsEarned> "{canonical_spelling}"^^' in canonical(document)
