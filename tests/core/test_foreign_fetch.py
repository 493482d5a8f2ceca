"""Nothing that somebody else's document names leads the server to an inner address, elsewhere, or into waiting."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.core import foreign_fetch
from app.core.foreign_fetch import Fetcher, FetchError, FetchFailed, FetchRefused, connect
from app.core.public_addresses import NotPublic, Target, require_public_address, target_of
from tests.factories.foreign_host import HOST, PUBLIC, Behaviour, ForeignHost, document, drip, trust

GOOD = f"https://{HOST}/did.json"
# Each would be a way to a machine of ours, to a port of it, or past the reader of addresses.
HOSTILE_URLS = (
    "http://issuer.example/",
    "HTTP://issuer.example/",
    "file:///etc/passwd",
    "ftp://issuer.example/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "data:application/json,{}",
    "//issuer.example/",
    "https:issuer.example/",
    "https:/issuer.example/",
    "https:///did.json",
    "https://",
    "",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://localhost.localdomain/",
    "https://printer.local/",
    "https://db.internal/",
    "https://metadata.google.internal/",
    "https://router.lan/",
    "https://wiki.corp/",
    "https://router.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://postgres/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://127.0.0.0x1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1.:443/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://93.184.215.14/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[v1.x]/",
    "https://[::1/",
    "https://user@issuer.example/",
    "https://user:word@issuer.example/",
    "https://issuer.example@127.0.0.1/",
    "https://127.0.0.1#@issuer.example/",
    "https://127.0.0.1\\@issuer.example/",
    "https://issuer.example\\@127.0.0.1/",
    "https://issuer.example:22/",
    "https://issuer.example:8443/",
    "https://issuer.example:0443/",
    "https://issuer.example:/",
    "https://issuer.example:99999/",
    "https://issuer.example:-1/",
    "https://issuer.example:４４３/",
    "https://issuer.example./",
    "https://issuer..example/",
    "https://-issuer.example/",
    "https://issuer_.example/",
    "https://%6cocalhost/",
    "https://127.0.0.1%00.issuer.example/",
    "https://issuer.example%2f.local/",
    "https://ⓛocalhost.example/",
    "https://발급기관.example/",
    "https://①②⑦.0.0.1/",
    "https://issuer。example/",
    "https://issuer.example/\r\nHost: localhost",
    "https://issuer.example/ HTTP/1.1",
    "https://issuer.example\t/",
    "\thttps://issuer.example/",
    "https://issuer.example/\x00",
    "https://" + "a." * 200 + "example/",
    "https://issuer.example/" + "a" * 3000,
)
INNER_ADDRESSES = (
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::1111%eth0",
    "0177.0.0.1",
    "2130706433",
    "not an address",
    "",
)


@pytest.fixture(scope="module")
def host() -> Iterator[ForeignHost]:
    host = ForeignHost()
    yield host
    host.close()


def refusal(fetcher: Fetcher, url: str = GOOD) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher(url)
    return caught.value


def test_it_fetches_a_document(host: ForeignHost) -> None:
    host.pages["/a/did.json?x=1"] = b'{"id": "did:web:issuer.example"}'
    assert host.fetcher()(f"https://{HOST}:443/a/did.json?x=1#key") == b'{"id": "did:web:issuer.example"}'


@pytest.mark.parametrize("url", HOSTILE_URLS, ids=[ascii(u)[:40] for u in HOSTILE_URLS])
def test_a_hostile_address_reaches_nobody(host: ForeignHost, url: str) -> None:
    before = host.hits
    assert isinstance(refusal(host.fetcher(), url), FetchRefused)
    assert host.hits == before


def test_there_are_hostile_addresses_enough() -> None:
    assert len(set(HOSTILE_URLS)) == len(HOSTILE_URLS) >= 40


@pytest.mark.parametrize("address", INNER_ADDRESSES)
def test_a_name_that_leads_inside_reaches_nobody(host: ForeignHost, address: str) -> None:
    before = host.hits
    for answers in ([address], [PUBLIC, address], [address, PUBLIC]):
        assert isinstance(refusal(host.fetcher(lambda _host, _port, found=answers: found)), FetchRefused)  # type: ignore[misc]
    assert host.hits == before


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "2a00:1450:4001:830::200e"])
def test_public_addresses_are_public(address: str) -> None:
    require_public_address(address)


def test_without_the_guard_the_real_loopback_is_reached(host: ForeignHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same request, with the real connector and the guard taken out, arrives."""
    host.pages["/did.json"] = b"inside"
    inner = Fetcher(resolver=lambda _host, _port: ["127.0.0.1"], trust=trust())
    monkeypatch.setattr(foreign_fetch, "PORT", host.port)
    before = host.hits
    assert isinstance(refusal(inner), FetchRefused)
    assert host.hits == before
    monkeypatch.setattr(foreign_fetch, "require_public_address", lambda _address: None)
    assert inner(GOOD) == b"inside"
    assert host.hits == before + 1


def test_without_the_reader_of_addresses_loopback_by_number_is_reached(
    host: ForeignHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.pages["/"] = b"inside"
    monkeypatch.setattr(foreign_fetch, "target_of", lambda _url: Target(HOST, "/"))
    assert host.fetcher()("https://127.0.0.1/") == b"inside"


def test_a_second_answer_of_the_name_server_changes_nothing(host: ForeignHost) -> None:
    """Rebinding: the first answer is public, every later one is loopback. It is asked once, and what it answered is
    where the connection goes."""
    host.pages["/did.json"] = b"{}"
    answers = itertools.chain([[PUBLIC]], itertools.repeat(["127.0.0.1"]))
    asked: list[str] = []
    went: list[str] = []

    def resolver(name: str, _port: int) -> list[str]:
        asked.append(name)
        return next(answers)

    def connector(address: str, port: int, timeout: float) -> socket.socket:
        went.append(address)
        return host.fetcher().connector(address, port, timeout)

    fetcher = Fetcher(resolver=resolver, connector=connector, trust=trust())
    assert fetcher(GOOD) == b"{}"
    assert (asked, went) == ([HOST], [PUBLIC])
    before = host.hits
    assert isinstance(refusal(fetcher), FetchRefused)
    assert host.hits == before


def test_the_connector_resolves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    real = socket.getaddrinfo

    def watched(host: str, *rest: Any, **named: Any) -> Any:
        names.append(host)
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connect("127.0.0.1", listening.getsockname()[1], 1).close()
    assert names == ["127.0.0.1"]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_leads_nowhere(host: ForeignHost, status: str) -> None:
    host.pages["/did.json"] = document(b"", "Location: https://127.0.0.1/", status=status)
    host.pages["/there"] = b"inside"
    before = host.hits
    assert refusal(host.fetcher()).code == "redirect"
    host.pages["/did.json"] = document(b"", f"Location: https://{HOST}/there", status=status)
    assert refusal(host.fetcher()).code == "redirect"
    assert host.hits == before + 2


def test_the_certificate_has_to_fit_the_name(host: ForeignHost) -> None:
    host.pages["/did.json"] = b"{}"
    assert refusal(host.fetcher(), "https://other.example/did.json").code == "tls"
    unknown = Fetcher(host.fetcher().resolver, host.fetcher().connector, ssl.create_default_context())
    assert refusal(unknown).code == "tls"


def test_a_gzip_bomb_stays_as_small_as_it_comes(host: ForeignHost) -> None:
    bomb = gzip.compress(bytes(50_000_000))[:4000]
    host.pages["/did.json"] = document(bomb, "Content-Encoding: gzip")
    assert refusal(host.fetcher()).code == "encoded"
    host.pages["/did.json"] = document(bomb)
    assert host.fetcher()(GOOD) == bomb


def test_the_limit_is_exact(host: ForeignHost) -> None:
    host.pages["/did.json"] = b"x" * 4096
    assert len(host.fetcher(most_bytes=4096)(GOOD)) == 4096
    host.pages["/did.json"] = b"x" * 4097
    assert refusal(host.fetcher(most_bytes=4096)).code == "large"


ENDLESS = {
    "body": drip(itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x" * 4096)), 0),
    "chunks": drip(
        itertools.chain(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
            itertools.repeat(b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        ),
        0,
    ),
    "headers": drip(itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X-A: " + b"x" * 999 + b"\r\n")), 0),
    "one header": drip(itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"x" * 4096)), 0),
    "continue": drip(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0),
}


@pytest.mark.parametrize("kind", sorted(ENDLESS))
def test_what_never_ends_is_ended(host: ForeignHost, kind: str) -> None:
    host.pages["/did.json"] = ENDLESS[kind]
    begun = time.monotonic()
    refusal(host.fetcher(seconds=2))
    assert time.monotonic() - begun < 2.5


SLOW = {
    "headers": drip(iter(b"HTTP/1.1 200 OK\r\n".split(b"?") * 100), 0.05),
    "body, byte by byte": drip(itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x")), 0.05),
    "nothing": drip(iter(()), 0),
    "silence": drip(iter([b"", b""]), 3),
    "half of what it promised": drip(iter([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"]), 3),
}


@pytest.mark.parametrize("kind", sorted(SLOW))
def test_a_slow_host_keeps_nobody_waiting(host: ForeignHost, kind: str) -> None:
    host.pages["/did.json"] = SLOW[kind]
    begun = time.monotonic()
    assert isinstance(refusal(host.fetcher(seconds=0.5)), FetchFailed)
    assert time.monotonic() - begun < 0.9


def test_a_slow_name_server_keeps_nobody_waiting(host: ForeignHost) -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return [PUBLIC]

    begun, before = time.monotonic(), host.hits
    assert refusal(host.fetcher(resolver, seconds=0.3)).code == "slow"
    assert time.monotonic() - begun < 0.6
    assert host.hits == before


def test_a_host_that_accepts_and_says_nothing_keeps_nobody_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        fetcher = Fetcher(
            lambda _host, _port: [PUBLIC],
            lambda _address, _port, timeout: socket.create_connection(("127.0.0.1", port), timeout),
            trust(),
            seconds=0.4,
        )
        begun = time.monotonic()
        assert refusal(fetcher).code == "slow"
        assert time.monotonic() - begun < 0.8


@pytest.mark.parametrize(
    ("resolved", "tried"),
    [
        (["2606:4700::1111", "2606:4700::1112", "1.1.1.1", PUBLIC], ["2606:4700::1111", "1.1.1.1"]),
        (["1.1.1.1", PUBLIC, "2606:4700::1111"], ["1.1.1.1", "2606:4700::1111"]),
    ],
)
def test_when_one_family_leads_nowhere_the_other_is_tried(
    host: ForeignHost, resolved: list[str], tried: list[str]
) -> None:
    host.pages["/did.json"] = b"{}"
    way, went = host.fetcher().connector, []

    def connector(address: str, port: int, timeout: float) -> socket.socket:
        went.append(address)
        if address == tried[0]:
            raise ConnectionRefusedError
        return way(address, port, timeout)

    assert Fetcher(lambda _host, _port: resolved, connector, trust())(GOOD) == b"{}"
    assert went == tried


@pytest.mark.parametrize(
    "behaviour",
    [
        document(b"{}", status="404 Not Found"),
        document(b"{}", status="500 Oh"),
        drip(iter([b"not HTTP at all\r\n\r\n"]), 0),
        drip(iter([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"]), 0),
        drip(iter([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]), 0),
    ],
)
def test_what_is_no_whole_document_is_none(host: ForeignHost, behaviour: Behaviour) -> None:
    host.pages["/did.json"] = behaviour
    assert isinstance(refusal(host.fetcher()), FetchFailed)


def test_an_address_is_read_in_one_way() -> None:
    assert target_of("https://ISSUER.example:443") == Target("issuer.example", "/")
    assert target_of("https://xn--hq1bm8jm9l.example/a?b=c#d") == Target("xn--hq1bm8jm9l.example", "/a?b=c")
    with pytest.raises(NotPublic):
        target_of("https://issuer.example:8443/")
