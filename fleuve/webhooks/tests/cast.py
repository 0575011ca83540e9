"""An endpoint, a receiver that listens on this machine, and somebody who configures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fleuve.kernel.principal import SYSTEM
from fleuve.outbound import allow_for_tests
from fleuve.webhooks.actions import add_endpoint, claim_deliveries, settle_deliveries
from fleuve.webhooks.models import Endpoint
from fleuve.webhooks.sending import Attempt, Outcome, send

__all__ = ["FACT", "NOW", "Receiver", "an_endpoint", "receiver", "round_at", "settle"]

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
FACT = "value.revalued"


@dataclass
class Receiver:
    """Listens, answers the statuses that it was told in turn, and keeps what came."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)


@contextmanager
def receiver(*statuses: int) -> Iterator[Receiver]:
    """A receiver at a name that tests may reach; 200 once it has no more to say."""
    kept = Receiver(statuses=list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    kept.url = f"http://receiver.example:{server.server_address[1]}/hook"
    try:
        with allow_for_tests("receiver.example"):
            yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)


def an_endpoint(url: str = "https://receiver.example/hook", at: datetime = NOW) -> tuple[Endpoint, str]:
    """An endpoint that wants valuations, and its secret."""
    return add_endpoint(label="Shop", url=url, facts=[FACT], by=SYSTEM, at=at)


def settle(attempts: list[Attempt], status: int | None, at: datetime, error: str = "") -> None:
    """Each attempt ended so, exactly on schedule."""
    outcomes = [Outcome(one, status, error, 12) for one in attempts]
    settle_deliveries(outcomes=outcomes, draw=lambda: 0.5, by=SYSTEM, at=at)


def round_at(at: datetime, sent_at: datetime | None = None) -> list[Attempt]:
    """One round of the sending job, without its threads; ``sent_at`` is the time signed."""
    attempts = claim_deliveries(at)
    outcomes = [send(one, sent_at or at) for one in attempts]
    settle_deliveries(outcomes=outcomes, draw=lambda: 0.5, by=SYSTEM, at=at)
    return attempts
