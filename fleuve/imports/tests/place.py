"""Where the files of plans come from in tests: a host of their own that gives a file, and a folder to put one into."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.utils import timezone

from fleuve.imports.actions import add_plan, run_plan_now
from fleuve.imports.models import Plan
from fleuve.imports.places import inbox_path
from fleuve.imports.plan_wish import PlanWish
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.outbound import allow_for_tests

__all__ = ["DAILY", "Host", "a_plan", "a_url_plan", "host", "put", "run"]

DAILY = "0 6 * * *"


@dataclass
class Host:
    """Gives ``body`` with ``status``, and keeps the headers of whoever asked."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def host() -> Iterator[Host]:
    """A host at a name that tests may reach."""
    kept = Host()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(kept.status)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.send_header("Content-Length", str(len(kept.body)))
            self.end_headers()
            self.wfile.write(kept.body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    kept.url = f"http://files.example:{server.server_address[1]}/exports/customers.csv?key=hush"
    try:
        with allow_for_tests("files.example"):
            yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)


def a_plan(folder: str = "shop", by: Principal = SYSTEM, **wished: str) -> Plan:
    """A plan of a folder for the shop's lists."""
    wish = PlanWish(**{"name": "Shop", "source": "Shop", "cron": DAILY, "folder": folder, **wished})
    return add_plan(wish=wish, by=by, at=timezone.now())


def a_url_plan(url: str, **wished: str) -> Plan:
    """A plan of an address for the shop's lists."""
    wish = PlanWish(**{"name": "Shop", "source": "Shop", "cron": DAILY, "url": url, **wished})
    return add_plan(wish=wish, allows_http=True, by=SYSTEM, at=timezone.now())


def put(name: str, text: str, folder: str = "shop", *, age: float = 60) -> Path:
    """Put a file into a folder of the inbox, last written ``age`` seconds ago."""
    path = inbox_path(folder) / name
    path.write_text(text, encoding="utf-8")
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def run(plan: Plan, by: Principal = SYSTEM, *, at_most: int = 50) -> Plan:
    """Run it now, to the end of what it brings and of what follows."""
    run_plan_now(plan=plan, by=by, at=timezone.now())
    run_until_idle(queues=("heavy",), at_most=at_most)
    plan.refresh_from_db()
    return plan
