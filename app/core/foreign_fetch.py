"""Fetches what somebody else's document names, and nothing else: no inner address, no redirect, no waiting.

In order, all within one deadline:

1. The address is read strictly (`public_addresses`): https, a public host name, port 443.
2. The name is resolved once. Every address of it has to be public; the connection goes to one of those very
   addresses, so that a second answer of the name server changes nothing.
3. TLS, verified against the name.
4. One GET without cookies, user or proxy. Only 200 is an answer: a redirect is none.
5. The body comes as it is (nothing is inflated) and ends at the limit.

`post` sends a message of ours the same way, to an address that somebody registered; of the answer it reads the
status alone.

The resolver, the connector and the certificates to trust are arguments, so that a test can play a public host.
"""

from __future__ import annotations

import http.client
import io
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, TypeVar

from app.core.public_addresses import PORT, NotPublic, Target, require_public_address, target_of

MAX_SECONDS = 3.0
MAX_BYTES = 256 * 1024
_MAX_HEAD = 32 * 1024
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_VALUE = re.compile(r"[ -~]*")

T = TypeVar("T")

Resolver = Callable[[str, int], list[str]]
Connector = Callable[[str, int, float], socket.socket]
Fetch = Callable[[str], bytes]


class FetchError(Exception):
    """Nothing came back. `code` says why in one word; it never quotes the address or the answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FetchRefused(FetchError):
    """We do not go there, or do not take what it answers; asking again would change nothing."""


class FetchFailed(FetchError):
    """It could not be reached, or not in time; another time it may be."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """Connect to an address; it is numeric, so nothing is resolved again."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Fetcher:
    """Fetches public addresses within the limits."""

    resolver: Resolver = resolve
    connector: Connector = connect
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = MAX_SECONDS
    most_bytes: int = MAX_BYTES

    def __call__(self, url: str) -> bytes:
        """Answer the body at this address. Raises `FetchRefused` or `FetchFailed`, within `seconds`."""
        return self._ask(url, self._get)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body; answer the status, whatever it is but a redirect. Raises as above.

        `headers` are our own: letters, digits and marks of ASCII, never a line break.
        """
        return self._ask(
            url, lambda connection, target, deadline: self._post(connection, target, deadline, body, headers)
        )

    def _ask(self, url: str, talk: Callable[[ssl.SSLSocket, Target, float], T]) -> T:
        deadline = time.monotonic() + self.seconds
        try:
            target = target_of(url)
            addresses = self._addresses(target.host, deadline)
        except NotPublic as error:
            raise FetchRefused("address") from error
        try:
            with self._connect(target.host, addresses, deadline) as connection:
                return talk(connection, target, deadline)
        except TimeoutError as error:
            raise FetchFailed("slow") from error
        except ssl.SSLError as error:
            raise FetchFailed("tls") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailed("unreachable") from error

    def _addresses(self, host: str, deadline: float) -> list[str]:
        """Resolve the name once; one inner address among the answers is one too many."""
        addresses = _in_time(lambda: self.resolver(host, PORT), deadline)
        for address in addresses:
            require_public_address(address)
        if not addresses:
            raise FetchFailed("unreachable")
        # One of each family: where only one of them leads out, the other must not use up the time.
        return list({ip_address(address).version: address for address in reversed(addresses)}.values())[::-1]

    def _connect(self, host: str, addresses: list[str], deadline: float) -> ssl.SSLSocket:
        for address in addresses[:-1]:
            try:
                return self._secured(host, address, deadline, share=2)
            except OSError:
                continue
        return self._secured(host, addresses[-1], deadline)

    def _secured(self, host: str, address: str, deadline: float, share: int = 1) -> ssl.SSLSocket:
        plain = self.connector(address, PORT, _left(deadline) / share)
        try:
            plain.settimeout(_left(deadline) / share)
            return self.trust.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _get(self, connection: ssl.SSLSocket, target: Target, deadline: float) -> bytes:
        response = self._exchange(connection, _request(target), "GET", deadline)
        if response.status != 200:
            raise FetchFailed("status")
        if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
            raise FetchRefused("encoded")
        body = response.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise FetchRefused("large")
        if response.length:
            raise FetchFailed("unreachable")  # It ended before it had sent what it had promised.
        return body

    def _post(
        self, connection: ssl.SSLSocket, target: Target, deadline: float, body: bytes, headers: Mapping[str, str]
    ) -> int:
        return self._exchange(connection, _message(target, body, headers), "POST", deadline).status

    def _exchange(
        self, connection: ssl.SSLSocket, request: bytes, method: str, deadline: float
    ) -> http.client.HTTPResponse:
        connection.settimeout(_left(deadline))
        connection.sendall(request)
        incoming: Any = _Incoming(connection, deadline, self.most_bytes + _MAX_HEAD)
        response = http.client.HTTPResponse(incoming, method=method)
        response.begin()
        if 300 <= response.status < 400:
            raise FetchRefused("redirect")
        return response


def _message(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError("a header that would not be one line")
    lines = (
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
        "User-Agent: Ieum",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


def _request(target: Target) -> bytes:
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.host}",
        "Accept: application/vc, application/did, application/ld+json, application/json, application/jwt, */*;q=0.1",
        "Accept-Encoding: identity",
        "User-Agent: Ieum",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_time(ask: Callable[[], list[str]], deadline: float) -> list[str]:
    """Ask in a thread of its own: the system's resolver takes the time it likes, and we go on without it."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=run, daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=_left(deadline))
    except (queue.Empty, TimeoutError) as error:
        raise FetchFailed("slow") from error
    if isinstance(answer, Exception):
        raise FetchFailed("unreachable") from answer
    return answer


class _Incoming(io.RawIOBase):
    """What arrives on a connection, up to a number of bytes and a deadline, whatever the pace."""

    def __init__(self, connection: ssl.SSLSocket, deadline: float, most_bytes: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self._bytes_left = most_bytes

    def makefile(self, mode: str) -> io.BufferedReader:
        """Be what `HTTPResponse` takes for a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._bytes_left <= 0:
            raise FetchRefused("large")
        self._connection.settimeout(_left(self._deadline))
        try:
            count = self._connection.recv_into(memoryview(buffer)[: self._bytes_left])
        except ssl.SSLEOFError:
            return 0  # Ended without a farewell; whether everything has come, the length says.
        self._bytes_left -= count
        return count
