"""The first lines on the terminal: the address once it answers, and the owner's link at first start."""

from __future__ import annotations

import http.client
import threading
import time

__all__ = ["owner_link", "wait_until_it_answers"]


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(reachable, port, timeout=2)
    try:
        connection.request("GET", "/health/live", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_it_answers(host: str, port: int, stop: threading.Event, patience_seconds: float) -> bool:
    """Whether ``/health/live`` answered before the patience ended or a stop was asked."""
    deadline = time.monotonic() + patience_seconds
    while not stop.is_set() and time.monotonic() < deadline:
        if _answers(host, port):
            return True
        stop.wait(0.05)
    return False


def owner_link(url: str) -> str | None:
    """The one-time link to create the owner, while there is none."""
    return None
