"""The first lines on the terminal: the address once it answers, and the owner's link at first start."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable

from fleuve.cli.startup import COMMAND_LINE, now

__all__ = ["Links", "link_to", "owner_link", "wait_until_it_answers"]

# One-time links to print, by name; asked for only when the address answers.
Links = Callable[[], dict[str, str]]


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


def link_to(view: str, token: str) -> str:
    """The whole address of a one-time link of accounts."""
    from django.conf import settings
    from django.urls import reverse

    return f"{settings.FLEUVE_URL}{reverse(f'accounts:{view}', args=[token])}"


def owner_link() -> dict[str, str]:
    """The one-time link to create the owner, while there has been none."""
    from fleuve.accounts.actions.issue_first_owner_link import issue_first_owner_link
    from fleuve.accounts.queries import has_owner

    if has_owner():
        return {}
    return {"owner_link": link_to("first_owner", issue_first_owner_link(by=COMMAND_LINE, at=now()).token)}
