"""Which addresses are on the public internet. Pure: plain addresses in, a word out.

The tables are ours and not ``ipaddress.is_global``: that calls multicast groups, translated and tunnelled addresses
global, and changes from one Python to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

__all__ = ["why_not_public"]

Address = IPv4Address | IPv6Address

_CLOSED_V4: Final = tuple(
    (IPv4Network(net), word)
    for net, word in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmark"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_CLOSED_V6: Final = tuple(
    (IPv6Network(net), word)
    for net, word in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "translated here"),
        ("100::/64", "discard"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
# Addresses of version 4 that travel inside those of version 6: by how many bits they stand from the right.
_CARRIERS: Final = tuple(
    (IPv6Network(net), shift)
    for net, shift in (
        ("::ffff:0:0/96", 0),  # mapped
        ("::ffff:0:0:0/96", 0),  # translated
        ("::/96", 0),  # compatible
        ("64:ff9b::/96", 0),  # NAT64
        ("2002::/16", 80),  # 6to4
    )
)
_TEREDO: Final = IPv6Network("2001::/32")
_PROTOCOL: Final = IPv6Network("2001::/23")
_UNICAST: Final = IPv6Network("2000::/3")
_LOW_32: Final = 0xFFFF_FFFF
# The second half of an ISATAP address: 0000:5efe or 0200:5efe, then the address of version 4.
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


def why_not_public(address: Address) -> str:
    """The word for what keeps an address off the public internet; empty when nothing does."""
    if isinstance(address, IPv4Address):
        return next((word for net, word in _CLOSED_V4 if address in net), "")
    closed = next((word for net, word in _CLOSED_V6 if address in net), "")
    if closed:
        return closed
    carried = list(_carried(address))
    inside = next((word for one in carried if (word := why_not_public(one))), "")
    if inside or carried:
        return inside
    if address in _PROTOCOL:
        return "protocol"
    return "" if address in _UNICAST else "reserved"


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """Every address of version 4 that packets to this one may end at."""
    number = int(address)
    if address in _TEREDO:  # the server in the clear, the client with its bits turned over
        yield IPv4Address((number >> 64) & _LOW_32)
        yield IPv4Address(~number & _LOW_32)
        return
    for net, shift in _CARRIERS:
        if address in net:
            yield IPv4Address((number >> shift) & _LOW_32)
            return
    if (number >> 32) & _LOW_32 in _ISATAP:
        yield IPv4Address(number & _LOW_32)
