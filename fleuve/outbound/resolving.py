"""A name looked up once: all of its addresses are public, or none is used."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from fleuve.outbound.addresses import Address, why_not_public
from fleuve.outbound.errors import OutboundFailed, OutboundRefused

__all__ = ["public_addresses"]

Found = list[str] | OSError | UnicodeError


def public_addresses(host: str, port: int, timeout_seconds: float) -> tuple[Address, ...]:
    """The addresses of ``host`` in the order of preference. Raises when one of them is not public.

    One closed answer refuses them all: a name that answers both ways is a trap, not a mistake.
    """
    addresses = resolved(host, port, timeout_seconds)
    if any(why_not_public(address) for address in addresses):
        raise OutboundRefused("outbound_address")
    return addresses


def resolved(host: str, port: int, timeout_seconds: float) -> tuple[Address, ...]:
    """Ask the resolver once. It has no deadline of its own, so a thread asks and is left behind when it is late."""
    answers: SimpleQueue[Found] = SimpleQueue()
    Thread(target=lambda: answers.put(_ask(host, port)), daemon=True, name="outbound-resolver").start()
    try:
        found = answers.get(timeout=timeout_seconds)
    except Empty as late:
        raise OutboundFailed("outbound_timeout") from late
    if isinstance(found, Exception) or not found:
        raise OutboundFailed("outbound_name_unknown")
    if any("%" in text for text in found):  # a zone: reachable from one network card only
        raise OutboundRefused("outbound_address")
    return tuple(dict.fromkeys(ip_address(text) for text in found))


def _ask(host: str, port: int) -> Found:
    try:
        return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as fault:
        return fault
