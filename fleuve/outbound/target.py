"""A web address taken apart: what may be asked at all, before any name is looked up."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from fleuve.outbound.addresses import why_not_public
from fleuve.outbound.errors import OutboundRefused

__all__ = ["Target", "target_of"]

# Above 1023 a port is free to be used for the web, but for those at which databases and control planes listen.
_WEB_PORTS: Final = frozenset({80, 443})
_LOWEST_FREE_PORT: Final = 1024
_KEPT_PORTS: Final = frozenset(
    {1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6379, 6443, 6667}
    | {8500, 9042, 9092, 9200, 9300, 10250, 11211, 27017, 50070}
)
_LONGEST_URL: Final = 2000
_KEPT_LETTERS: Final = "/%:@!$&'()*+,;=~-._?"
_DEFAULT_PORT: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Target:
    """Where a request goes: ``host`` as it is looked up and certified, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_encrypted(self) -> bool:
        """Whether it speaks TLS."""
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        """What the ``Host`` header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORT[self.scheme] else f"{name}:{self.port}"


def target_of(url: str, *, allows_http: bool = False) -> Target:
    """Take ``url`` apart. Raises ``OutboundRefused`` for what no lookup can make right."""
    if len(url) > _LONGEST_URL or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise OutboundRefused("outbound_host")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as fault:  # brackets that do not close, a port that is no number
        raise OutboundRefused("outbound_host") from fault
    scheme = parts.scheme.lower()
    if scheme != "https" and not (scheme == "http" and allows_http):
        raise OutboundRefused("outbound_scheme")
    if "@" in parts.netloc:
        raise OutboundRefused("outbound_user")
    name = _host(host, is_bracketed="[" in parts.netloc)
    path = quote(parts.path or "/", safe=_KEPT_LETTERS)
    query = f"?{quote(parts.query, safe=_KEPT_LETTERS)}" if parts.query else ""
    return Target(scheme, name, _port(port, scheme), path + query)


def _port(port: int | None, scheme: str) -> int:
    found = _DEFAULT_PORT[scheme] if port is None else port
    if found not in _WEB_PORTS and (found < _LOWEST_FREE_PORT or found in _KEPT_PORTS):
        raise OutboundRefused("outbound_port")
    return found


def _host(host: str, *, is_bracketed: bool) -> str:
    if is_bracketed:
        return _literal(host)
    try:
        name = host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError as fault:
        raise OutboundRefused("outbound_host") from fault
    if not name or not all(letter.isalnum() or letter in "-._" for letter in name):
        raise OutboundRefused("outbound_host")
    numeric = _as_number(name)
    if numeric is not None:
        return _literal(numeric)
    if name == "localhost" or name.endswith(".localhost"):
        raise OutboundRefused("outbound_address")
    return name


def _as_number(name: str) -> str | None:
    """``0x7f.1``, ``2130706433`` and ``0177.1`` are addresses to every C library; they are written out and judged."""
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return None


def _literal(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError as fault:
        raise OutboundRefused("outbound_host") from fault
    has_zone = isinstance(address, IPv6Address) and address.scope_id is not None
    if has_zone or why_not_public(address):
        raise OutboundRefused("outbound_address")
    return str(address)
