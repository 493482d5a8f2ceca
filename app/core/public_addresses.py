"""Which addresses the server may fetch from when somebody else's document names them: hosts of the public internet.

Pure rules, no network. An address is read strictly, and whatever is not plainly a public one is refused: it is far
better to be unable to check a document than to be sent to a machine of one's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

MAX_URL = 2048
PORT = 443

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label has letters alone: every spelling of an IP address (decimal, octal, hexadecimal) ends otherwise.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])")
_PLAIN = re.compile(r"[!-~]+")
# Names that mean something only inside a network, or nothing at all (RFC 6761, 6762, 7686, 8375, 9476).
_INNER = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa"}
    | {"onion", "alt", "invalid", "test"}
)
_PUBLIC_V6 = ip_network("2000::/3")
# Addresses that Python calls global, and that lead elsewhere: through NAT64, 6to4 or Teredo into IPv4.
_LEADING_ELSEWHERE = tuple(
    ip_network(block)
    for block in ("192.88.99.0/24", "2001::/23", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16")
)


class NotPublic(Exception):
    """An address that must not be fetched; the argument is what is wrong with it."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: the host's name as it stands in the certificate, and path and query."""

    host: str
    path: str


def target_of(url: str) -> Target:
    """Read an https address of a public host. Raises `NotPublic` for anything else.

    No IP address, no user, no port but 443, no name of an inner network, and ASCII alone (a Korean host name is
    written with `xn--`): there is then one way to read it.
    """
    if len(url) > MAX_URL or not _PLAIN.fullmatch(url) or "\\" in url:
        raise NotPublic("characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotPublic("not an address") from error
    if parts.scheme != "https" or not url.lower().startswith("https://"):
        raise NotPublic("not https")
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc or port not in (None, PORT) or parts.netloc.lower() not in (host, f"{host}:{PORT}"):
        raise NotPublic("a user or a port")
    require_public_name(host)
    return Target(host, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def require_public_name(host: str) -> None:
    """Raise `NotPublic` unless this is the name of a host that may be public."""
    if len(host) > 253 or not _HOST.fullmatch(host) or host.rsplit(".", 1)[-1] in _INNER:
        raise NotPublic("not the name of a public host")


def require_public_address(address: str) -> None:
    """Raise `NotPublic` unless this IP address belongs to a machine on the public internet."""
    try:
        ip = ip_address(address)
    except ValueError as error:
        raise NotPublic("not an IP address") from error
    if not _is_public(ip):
        raise NotPublic("an address of an inner network")


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, IPv6Address) and (ip not in _PUBLIC_V6 or ip.scope_id is not None):
        return False  # IPv4 in IPv6 (`::ffff:127.0.0.1`) and NAT64 (`64:ff9b::`) stand outside of this block, too.
    return not any(ip.version == block.version and ip in block for block in _LEADING_ELSEWHERE)
