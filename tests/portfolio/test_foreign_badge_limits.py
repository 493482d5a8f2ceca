"""Attacks on time and memory, in the limited process, as they would arrive."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.portfolio import foreign_badge_check
from app.portfolio.foreign_badge_check import check
from tests.factories.foreign_badges import png
from tests.factories.foreign_host import HOST, ForeignHost, drip
from tests.portfolio.checking import KEY_ISSUER, WEB_ISSUER, fetch_of, judge, outcome


def poison(nodes: int) -> bytes:
    """Blank nodes that nothing tells apart."""
    badge = json.loads(KEY_ISSUER.as_json())
    badge["evidence"] = [
        {"type": ["Evidence"], "name": "x", "genre": "y", "description": "z"} for _number in range(nodes)
    ]
    return json.dumps(badge).encode()


def linked(nodes: int) -> bytes:
    """The same, each pointing at all others: seven of them take openbadgeslib's processor alone twelve seconds."""
    badge = json.loads(KEY_ISSUER.as_json())
    names = [f"_:b{number}" for number in range(nodes)]
    badge["credentialSubject"]["source"] = {
        "id": "urn:uuid:0b6f8b6c-2f3d-4f6e-9d5a-1c1f1f6f0aff",
        "type": ["Profile"],
        "parentOrg": [
            {"id": name, "type": ["Profile"], "parentOrg": [{"id": other} for other in names if other != name]}
            for name in names
        ],
    }
    return json.dumps(badge).encode()


def inflating_png() -> bytes:
    data = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{" * 60_000_000, 9)
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    return png()[:33] + chunk + png()[33:]


def entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY e0 "ha">{levels}]><svg>&e11;</svg>'.encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "blank nodes": lambda: poison(200),
    "linked blank nodes": lambda: linked(9),
    "an iTXt chunk that inflates": inflating_png,
    "entities": entities,
    "an outside entity": lambda: b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "deep JSON": lambda: b'{"credentialSubject":' * 40_000,
    "deep XML": lambda: b"<svg>" + b"<g>" * 60_000 + b"</g>" * 60_000 + b"</svg>",
    "a long number": lambda: b'{"credentialSubject": ' + b"9" * 900_000 + b"}",
    "a long token": lambda: b"a" * 400_000 + b"." + b"a" * 400_000 + b".a",
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_bomb_ends_in_bounded_time(host: ForeignHost, kind: str) -> None:
    begun = time.monotonic()
    verdict = check(BOMBS[kind](), datetime.now(UTC), fetch_of(host))
    assert verdict.state in ("invalid", "unknown")
    assert time.monotonic() - begun < 12
    assert host.asked == []


def start(body: str) -> str:
    return (
        "import sys, types; app = types.ModuleType('app'); app.__path__ = [sys.argv[1]]; sys.modules['app'] = app; "
        "import app.portfolio.foreign_badge_worker as worker; "
        f"worker.MAX_SECONDS = 1; worker.verify = lambda *_: {body}; worker.main()"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sum(iter(int, 1))", "limits"),
        ("bytes(2_000_000_000)", "limits"),
        ("__import__('time').sleep(60)", "limits"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "limits"),
        ("__import__('socket').create_connection(('127.0.0.1', 1))", "internal"),
        ("__import__('socket').getaddrinfo('localhost', 1)", "internal"),
        ("__import__('subprocess').run(['true'])", "internal"),
        ("__import__('os').system('true')", "internal"),
        ("open('/tmp/left-behind', 'w').write('x' * 9999)", "internal"),
        ("open('/etc/passwd').read()", "internal"),
        ("open(sys.prefix + '/../../../../../../../../etc/passwd').read()", "internal"),
        ("1 / len(set(__import__('os').environ) - {'LC_CTYPE'})", "internal"),
    ],
    ids=[
        "processor",
        "memory",
        "wall clock",
        "killed",
        "connect",
        "resolve",
        "run",
        "shell",
        "write",
        "read",
        "climb",
        "environment",
    ],
)
def test_the_process_has_limits(monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    monkeypatch.setattr(foreign_badge_check, "_START", start(body))
    begun = time.monotonic()
    most = 3 if "sleep" in body else 20
    verdict = check(b"{}", datetime.now(UTC), seconds=most)
    assert outcome(verdict) == ("unknown", reason)
    assert time.monotonic() - begun < (5 if "sleep" in body else 15)


def test_a_badge_may_ask_for_so_many_documents_and_no_more(
    host: ForeignHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        foreign_badge_check, "_START", start(f"[_[1].any('https://{HOST}/' + str(n)) for n in range(100)]")
    )
    host.pages.update({f"/{number}": b"{}" for number in range(100)})
    assert outcome(check(b"{}", datetime.now(UTC), fetch_of(host))) == ("unknown", "too_many")
    assert len(host.asked) == foreign_badge_check.MAX_FETCHES


def test_hosts_that_drip_cannot_add_up(host: ForeignHost) -> None:
    host.pages["/.well-known/did.json"] = drip(iter([b"HTTP/1.1 200 OK\r\n\r\n"] + [b" "] * 100), 0.1)
    begun = time.monotonic()
    verdict = check(WEB_ISSUER.as_json(), datetime.now(UTC), host.fetcher(seconds=1))
    assert outcome(verdict) == ("unknown", "fetch_failed")
    assert time.monotonic() - begun < 4


def test_a_poisoned_graph_is_not_called_a_wrong_signature(host: ForeignHost) -> None:
    begun = time.process_time()
    assert outcome(judge(linked(9), host)) == ("unknown", "limits")
    assert time.process_time() - begun < 5
