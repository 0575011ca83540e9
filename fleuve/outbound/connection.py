"""A connection to an address that was judged, under the name that was typed."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from ipaddress import IPv6Address
from typing import Final

from fleuve.outbound.addresses import Address
from fleuve.outbound.target import Target

__all__ = ["PinnedConnection"]

_LONGEST_HANDSHAKE_SECONDS: Final = 5.0


class PinnedConnection(http.client.HTTPConnection):
    """A connection to addresses that were judged; the name is used for the certificate and the ``Host`` header only.

    ``http.client`` asks no proxy of the environment and follows no redirect: that is the reason to stand on it.
    """

    def __init__(self, target: Target, addresses: tuple[Address, ...], deadline: float) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._addresses = addresses
        self._deadline = deadline
        self._raw: socket.socket | None = None
        self._is_cut = False

    def connect(self) -> None:
        """Try each address in turn; the first that answers is used."""
        self._raw = self._first_that_answers()
        if self._is_cut:
            raise TimeoutError
        self._raw.settimeout(max(0.01, self._deadline - time.monotonic()))
        self.sock = self._encrypted(self._raw) if self._target.is_encrypted else self._raw
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()  # after the watch can see the socket: a handshake may drip as well

    def close(self) -> None:
        """Let go of the socket, also of one that came to nothing."""
        super().close()
        if self._raw is not None:
            self._raw.close()

    def cut(self) -> None:
        """End it now, whatever it waits for; called by the watch."""
        self._is_cut = True
        if self._raw is not None:
            _shut(self._raw)
        if isinstance(self.sock, socket.socket):
            _shut(self.sock)

    def _first_that_answers(self) -> socket.socket:
        refused: OSError = TimeoutError()
        for address in self._addresses:
            family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
            made = socket.socket(family, socket.SOCK_STREAM)
            made.settimeout(min(_LONGEST_HANDSHAKE_SECONDS, max(0.01, self._deadline - time.monotonic())))
            try:
                made.connect((str(address), self._target.port))
            except OSError as fault:
                made.close()
                refused = fault
            else:
                return made
        raise refused

    def _encrypted(self, raw: socket.socket) -> ssl.SSLSocket:
        made = certificates().wrap_socket(raw, server_hostname=self._target.host, do_handshake_on_connect=False)
        return made


def _shut(open_socket: socket.socket) -> None:
    try:
        # On the plain socket below TLS: a polite goodbye would wait for the other side.
        socket.socket.shutdown(open_socket, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def certificates() -> ssl.SSLContext:
    """Those that this machine trusts."""
    return ssl.create_default_context()
