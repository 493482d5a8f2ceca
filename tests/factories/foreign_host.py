"""A host of somebody else's, played on loopback: real TLS with a certificate of its own, and whatever it answers."""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.foreign_fetch import Fetcher, Resolver

HOST = "issuer.example"
PUBLIC = "93.184.215.14"

Behaviour = Callable[[ssl.SSLSocket], None]


@functools.cache
def certificate() -> tuple[bytes, bytes]:
    """Answer a key and a certificate for `HOST` and its names, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(f"*.{HOST}")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, made.public_bytes(serialization.Encoding.PEM)


def trust() -> ssl.SSLContext:
    """Answer what a client trusts that knows our certificate alone."""
    return ssl.create_default_context(cadata=certificate()[1].decode())


def document(body: bytes, *headers: str, status: str = "200 OK") -> Behaviour:
    """Answer with a body, as any host does."""

    def behave(connection: ssl.SSLSocket) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        connection.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body)

    return behave


def drip(parts: Iterator[bytes], pause: float) -> Behaviour:
    """Send one part after another, with a pause between them, for as long as the other side listens."""

    def behave(connection: ssl.SSLSocket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return behave


class ForeignHost:
    """A TLS server on loopback. `pages` is what stands at which path; `asked` what was asked for, `hits` how many
    connections came at all, `sent` head and body of every POST."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Behaviour] = {}
        self.asked: list[str] = []
        self.sent: list[tuple[dict[str, str], bytes]] = []
        self.hits = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "host.pem"
            file.write_bytes(b"".join(certificate()))
            self._context.load_cert_chain(file)
        threading.Thread(target=self._accept, daemon=True).start()

    def fetcher(self, resolver: Resolver | None = None, *, seconds: float = 3.0, most_bytes: int = 4096) -> Fetcher:
        """Answer a fetcher for which every public address is this host: the connector alone knows the way."""
        return Fetcher(
            resolver=resolver or (lambda host, port: [PUBLIC]),
            connector=lambda address, port, timeout: socket.create_connection(("127.0.0.1", self.port), timeout),
            trust=trust(),
            seconds=seconds,
            most_bytes=most_bytes,
        )

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                plain, _address = self._listening.accept()
            except OSError:
                return
            self.hits += 1
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
            asked = b""
            while b"\r\n\r\n" not in asked and (part := connection.recv(4096)):
                asked += part
            path = asked.split(b" ", 2)[1].decode() if b" " in asked else ""
            self.asked.append(path)
            if asked.startswith(b"POST "):
                self._take_in(connection, asked)
            page = self.pages.get(path, document(b"", status="404 Not Found"))
            (document(page) if isinstance(page, bytes) else page)(connection)

    def _take_in(self, connection: ssl.SSLSocket, asked: bytes) -> None:
        head, _gap, body = asked.partition(b"\r\n\r\n")
        pairs = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        headers = {name.lower(): value for name, value in pairs}
        while len(body) < int(headers.get("content-length", 0)) and (part := connection.recv(4096)):
            body += part
        self.sent.append((headers, body))
