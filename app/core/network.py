"""Where a visitor comes from, as all limits and records count it."""

from __future__ import annotations

import ipaddress

from flask import request


def network_of(address: str | None) -> str:
    """Answer what stands for one visitor's network: an IPv4 address, or the /64 that one IPv6 customer commands."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def visitor_network() -> str:
    """Answer the network that this request comes from. Views only."""
    return network_of(request.remote_addr)
