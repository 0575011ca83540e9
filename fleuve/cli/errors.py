"""Refusals of the command line itself."""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["PortTaken"]


class PortTaken(FleuveError):
    """Another program listens where Fleuve would."""

    code = "port_taken"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Another program already listens on {host}:{port}. Stop it, or choose another port: --port {port + 1}.",
            host=host,
            port=port,
        )
