"""Other spellings of the same document: refused as bytes of a file, accepted where the caller permits formatting."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from credentials import Code, Outcome, Step, base58, certificate, proof
from credentials.writer import escape
from tests.credentials.examples import CLAIMS, CLAIMS_WITH_END, ISSUED, KEY, changed, dump, issue, look


def reversed_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: reversed_keys(node[key]) for key in reversed(node)}
    return [reversed_keys(item) for item in node] if isinstance(node, list) else node


FORMATTINGS: dict[str, Callable[[bytes], bytes]] = {
    "indented": lambda data: json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode(),
    "space after separators": lambda data: json.dumps(json.loads(data), ensure_ascii=False).encode(),
    "ASCII with escapes": lambda data: json.dumps(json.loads(data), separators=(",", ":")).encode(),
    "keys sorted": lambda data: json.dumps(json.loads(data), sort_keys=True, ensure_ascii=False).encode(),
    "keys reversed": lambda data: dump(reversed_keys(json.loads(data))),
    "one key escaped": lambda data: data.replace(b'"issuer"', b'"\\u0069ssuer"'),
    "newline at the end": lambda data: data + b"\n",
    "slashes escaped": lambda data: data.replace(b"/", b"\\/"),
}
OTHER_SPELLINGS = {
    "40.0": (b'"creditsEarned":40,', b'"creditsEarned":40.0,'),
    "4e1": (b'"creditsEarned":40,', b'"creditsEarned":4e1,'),
    "4E+1": (b'"creditsEarned":40,', b'"creditsEarned":4E+1,'),
    "hours as text": (b'"creditsEarned":40,', b'"creditsEarned":"40",'),
    "62.50": (b":62.5,", b":62.50,"),
    "true hours": (b'"creditsEarned":40,', b'"creditsEarned":true,'),
    "false as text": (b'"hashed":false', b'"hashed":"false"'),
    "false as 0": (b'"hashed":false', b'"hashed":0'),
    "rate as number": (b'"value":"97.5"', b'"value":97.5'),
    "rate with a zero": (b'"value":"97.5"', b'"value":"97.50"'),
    "index with a zero": (b'"statusListIndex":"70001"', b'"statusListIndex":"070001"'),
    "index as number": (b'"statusListIndex":"70001"', b'"statusListIndex":70001'),
    "offset for Z": (b'"validFrom":"2026-03-20T00:00:00Z"', b'"validFrom":"2026-03-20T00:00:00+00:00"'),
    "same moment elsewhere": (b"2026-03-09T09:00:00+09:00", b"2026-03-09T00:00:00Z"),
    "fraction of a second": (b"2026-03-20T00:00:00Z", b"2026-03-20T00:00:00.0Z"),
    "one type as text": (b'"type":["Achievement"]', b'"type":"Achievement"'),
    "one tag as text": (b'"tag":["\xec\x96\x91\xec\x84\xb1\xea\xb5\x90\xec\x9c\xa1"]', '"tag":"양성교육"'.encode()),
}


@pytest.mark.parametrize("name", FORMATTINGS)
def test_other_formatting_is_refused_as_a_file_and_accepted_where_permitted(name: str) -> None:
    data = FORMATTINGS[name](issue(CLAIMS_WITH_END))
    examination = look(data)
    assert examination.deciding is not None
    assert (examination.deciding.step, examination.deciding.code) == (Step.FORM, Code.NOT_EXACT_BYTES)
    relaxed = look(data, exact=False)
    assert relaxed.outcome is Outcome.VALID
    assert relaxed.certificate is not None
    assert relaxed.certificate.claims == CLAIMS_WITH_END


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", OTHER_SPELLINGS)
def test_another_spelling_of_a_value_is_never_accepted(name: str, exact: bool) -> None:
    old, new = OTHER_SPELLINGS[name]
    data = issue(CLAIMS_WITH_END)
    assert old in data
    assert look(data.replace(old, new), exact=exact).outcome is Outcome.NOT_VALID


def test_a_reformatted_document_is_still_checked_for_its_signature() -> None:
    data = FORMATTINGS["indented"](issue()).replace("홍길동".encode(), "홍길순".encode())
    deciding = look(data, exact=False).deciding
    assert deciding is not None
    assert deciding.code is Code.SIGNATURE_MISMATCH


def test_order_within_lists_is_part_of_the_form() -> None:
    data = changed(issue(), lambda document: document["credentialSubject"]["identifier"].reverse())
    assert look(data, exact=False).outcome is Outcome.NOT_VALID


STRICT = {
    "larger than 64 KB": (b'{"a":"' + b"x" * 65_536 + b'"}', Step.PARSE, Code.TOO_LARGE),
    "not UTF-8": (b'{"a":"\xff"}', Step.PARSE, Code.NOT_UTF8),
    "UTF-16": ("{}".encode("utf-16"), Step.PARSE, Code.NOT_UTF8),
    "byte-order mark": (b"\xef\xbb\xbf{}", Step.PARSE, Code.NOT_JSON),
    "nothing": (b"", Step.PARSE, Code.NOT_JSON),
    "two documents": (b"{}{}", Step.PARSE, Code.NOT_JSON),
    "single quotes": (b"{'a':1}", Step.PARSE, Code.NOT_JSON),
    "comment": (b"{}//", Step.PARSE, Code.NOT_JSON),
    "leading zero": (b'{"a":01}', Step.PARSE, Code.NOT_JSON),
    "control character": (b'{"a":"\n"}', Step.PARSE, Code.NOT_JSON),
    "33 levels": (b"[" * 33 + b"]" * 33, Step.PARSE, Code.TOO_DEEP),
    "30,000 levels": (b"[" * 30_000 + b"]" * 30_000, Step.PARSE, Code.TOO_DEEP),
    "30,000 objects": (b'{"":' * 12_000 + b"1" + b"}" * 12_000, Step.PARSE, Code.TOO_DEEP),
    "same key twice": (b'{"id":"a","id":"a"}', Step.PARSE, Code.DUPLICATE_KEY),
    "same key escaped": (b'{"id":"a","\\u0069d":"b"}', Step.PARSE, Code.DUPLICATE_KEY),
    "NaN": (b'{"a":NaN}', Step.PARSE, Code.NOT_A_NUMBER),
    "Infinity": (b'{"a":-Infinity}', Step.PARSE, Code.NOT_A_NUMBER),
    "half a surrogate pair": (b'{"a":"\\ud800"}', Step.PARSE, Code.LONE_SURROGATE),
    "half a pair as key": (b'{"\\udfff":1}', Step.PARSE, Code.LONE_SURROGATE),
    "a huge number": (b'{"a":1' + b"0" * 60_000 + b"}", Step.STRUCTURE, Code.UNKNOWN_TERM),
    "a list": (b"[]", Step.STRUCTURE, Code.UNEXPECTED_VALUE),
    "null": (b"null", Step.STRUCTURE, Code.UNEXPECTED_VALUE),
    "32 levels": (b"[" * 32 + b"]" * 32, Step.STRUCTURE, Code.UNEXPECTED_VALUE),
}


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", STRICT)
def test_what_is_not_strict_json_is_refused_with_its_reason(name: str, exact: bool) -> None:
    data, step, code = STRICT[name]
    deciding = look(data, exact=exact).deciding
    assert deciding is not None
    assert deciding.step is step
    assert deciding.code in (code, Code.MISSING_TERM)
    assert (deciding.code is Code.MISSING_TERM) == (name == "a huge number")


DECOMPOSED = unicodedata.normalize("NFD", "홍길동")
SIGNED_SPELLINGS = {
    "name not in NFC": {"name": DECOMPOSED},
    "year with a zero": {"birth_year": "01990"},
    "index with a zero": {"status.index": "070001"},
    "status under another id": {"status.id": "https://certificates.example/status/1#70002"},
    "offset for Z": {"valid_from": "2026-03-20T00:00:00+00:00"},
    "control character": {"name": "홍\u202e길동"},
    "date that does not exist": {"started": "2026-02-30T09:00:00+09:00"},
    "hours with a zero": {"hours_earned": "40.0"},
}


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", SIGNED_SPELLINGS)
def test_another_spelling_is_refused_even_if_the_issuer_signed_it(name: str, exact: bool) -> None:
    texts = {**certificate.spell(CLAIMS), **SIGNED_SPELLINGS[name]}
    data = proof.sign(certificate.WITHOUT_END, texts, KEY, ISSUED)
    deciding = look(data, exact=exact).deciding
    assert deciding is not None
    assert (deciding.step, deciding.code) == (Step.STRUCTURE, Code.VALUE_REFUSED)


def test_another_spelling_of_the_proofs_time_is_refused_even_if_the_issuer_signed_it() -> None:
    texts = certificate.spell(CLAIMS)
    created = "2026-03-20T01:02:03+00:00"
    quads = certificate.WITHOUT_END.quads(escape(texts))
    message = proof.signed_bytes(created.encode(), KEY.public.id.encode(), quads)
    value = "z" + base58.encode(KEY.sign(message))
    filled = {**texts, "proof.created": created, "proof.method": KEY.public.id, "proof.value": value}
    deciding = look(certificate.WITHOUT_END.json(escape(filled))).deciding
    assert deciding is not None
    assert (deciding.step, deciding.where) == (Step.STRUCTURE, "proof.created")
