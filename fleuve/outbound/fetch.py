"""One request to one pinned address, bounded in bytes and in time."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Final

import structlog
from django.conf import settings

from fleuve.outbound.addresses import Address
from fleuve.outbound.connection import PinnedConnection
from fleuve.outbound.errors import OutboundError, OutboundFailed
from fleuve.outbound.resolving import public_addresses, resolved
from fleuve.outbound.target import Target, target_of

__all__ = ["Answer", "allow_for_tests", "fetch"]

_log = structlog.get_logger(__name__)
_USER_AGENT: Final = "Fleuve"
_open_to_tests: dict[str, str] = {}


@dataclass(frozen=True)
class Answer:
    """What came back; ``is_cut`` when there was more than was asked for. A redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    milliseconds: int


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    most_bytes: int,
    timeout_seconds: float,
    by_purpose: str,
) -> Answer:
    """Send one request and answer what came back within ``timeout_seconds``, name lookup included.

    Raises ``OutboundRefused`` before anything is sent to an address that is not public, and ``OutboundFailed`` when
    there was no answer. ``by_purpose`` is for the log, which holds no address: one may carry a secret.
    """
    began = time.monotonic()
    try:
        answer = _fetch(url, method, dict(headers or {}), body, most_bytes, began + timeout_seconds)
    except OutboundError as fault:
        _log.info("outbound request failed", purpose=by_purpose, code=fault.code, milliseconds=_since(began))
        raise
    _log.info("outbound request answered", purpose=by_purpose, status=answer.status, milliseconds=answer.milliseconds)
    return answer


@contextmanager
def allow_for_tests(host: str, address: str = "127.0.0.1") -> Iterator[None]:
    """Let tests reach a server of their own: ``host`` is taken to be at ``address``, over plain HTTP too."""
    _open_to_tests[host] = address
    try:
        yield
    finally:
        del _open_to_tests[host]


def _fetch(
    url: str, method: str, headers: dict[str, str], body: bytes | None, most_bytes: int, deadline: float
) -> Answer:
    began = time.monotonic()
    target, addresses = _way_to(url, deadline)
    connection = PinnedConnection(target, addresses, deadline)
    # The socket's own timeout begins anew with every byte: a host that drips would hold us for ever.
    watch = Timer(max(0.0, deadline - time.monotonic()), connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request(
            method, target.path, body, {"User-Agent": _USER_AGENT, **headers, "Host": target.host_header}
        )
        with connection.getresponse() as response:
            content = response.read(most_bytes + 1)
            if response.length and len(content) <= most_bytes:
                raise http.client.IncompleteRead(content)  # it closed before the end that it had announced
            found = {name.lower(): value for name, value in response.getheaders()}
    except ssl.SSLCertVerificationError as fault:
        raise OutboundFailed("outbound_certificate") from fault
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise OutboundFailed(_code_of(fault, deadline)) from fault
    finally:
        watch.cancel()
        connection.close()
    if time.monotonic() >= deadline:  # cut while it read: what is there may be half of it
        raise OutboundFailed("outbound_timeout")
    return Answer(response.status, found, content[:most_bytes], len(content) > most_bytes, _since(began))


def _way_to(url: str, deadline: float) -> tuple[Target, tuple[Address, ...]]:
    left = max(0.0, deadline - time.monotonic())
    for host, address in _open_to_tests.items():
        if url.startswith((f"http://{host}:", f"https://{host}:")):
            scheme, _, rest = url.partition("://")
            port, _, path = rest.removeprefix(f"{host}:").partition("/")
            return Target(scheme, host, int(port), f"/{path}"), resolved(address, int(port), left)
    target = target_of(url, allows_http=settings.FLEUVE_OUTBOUND_HTTP)
    return target, public_addresses(target.host, target.port, left)


def _code_of(fault: Exception, deadline: float) -> str:
    if isinstance(fault, TimeoutError) or time.monotonic() >= deadline:
        return "outbound_timeout"
    return "outbound_unreachable" if isinstance(fault, OSError) else "outbound_answer"


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
