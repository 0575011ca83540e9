"""``fleuve serve``: pages, jobs and schedules under one supervisor."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from fleuve.cli.output import report, say
from fleuve.cli.startup import start
from fleuve.cli.welcome import Links, owner_link, wait_until_it_answers
from fleuve.config.home import Home

__all__ = ["add_address_arguments", "add_arguments", "choose_address", "run", "serve"]

_PATIENCE_SECONDS = 60.0
_INTRODUCTIONS = {
    "owner_link": "Nobody can sign in yet. Create the owner here, once, within a day:",
    "entry_link": "Come into the example here, once, within the hour:",
}


def add_address_arguments(parser: ArgumentParser) -> None:
    """``--host`` and ``--port``."""
    parser.add_argument("--host", help="address to listen on (default: FLEUVE_HOST or 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: FLEUVE_PORT or 8000)")


def add_arguments(parser: ArgumentParser) -> None:
    """Where to listen, and what to run here."""
    add_address_arguments(parser)
    parser.add_argument("--only", choices=("web", "workers"), help="run a part: the rest runs on other machines")


def run(arguments: Namespace) -> int:
    """Prepare, then serve until stopped."""
    choose_address(arguments)
    home = start(arguments)
    return serve(home, arguments, only=arguments.only)


def choose_address(arguments: Namespace) -> None:
    """Fix the address for this process and its children before the settings are read."""
    if arguments.host:
        os.environ["FLEUVE_HOST"] = arguments.host
    if arguments.port:
        os.environ["FLEUVE_PORT"] = str(arguments.port)


def serve(home: Home, arguments: Namespace, *, only: str | None = None, links: Links = owner_link) -> int:
    """Supervise the children; print the address and the one-time ``links`` when it answers."""
    from fleuve.cli.supervisor import Child, Supervisor
    from fleuve.config.locks import hold_shared

    web = [Child("web", ("fleuve.cli.web",))]
    workers = [Child(f"worker {queue}", ("fleuve.cli", "worker", "--queue", queue)) for queue in ("quick", "heavy")]
    chosen = {"web": web, "workers": workers}.get(only or "", web + workers)
    supervisor = Supervisor(chosen, log_folder=home.logs if sys.stderr.isatty() else None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop.set())
    with hold_shared(home.in_use), _serving_alone(home, only):
        if only != "workers":
            _refuse_taken_port()
        supervisor.start_all()
        if only != "workers":
            _announce(supervisor.stop, arguments, links)
        supervisor.watch()
    say("Stopped.")
    return 0


@contextmanager
def _serving_alone(home: Home, only: str | None) -> Iterator[None]:
    """The embedded database is served once: two schedules would do everything twice. A server has many machines."""
    from django.db import connection

    from fleuve.config.locks import hold_exclusively

    with ExitStack() as held:
        for part in (only,) if only else ("web", "workers"):
            if connection.vendor == "sqlite":
                held.enter_context(hold_exclusively(home.serving(part)))
        yield


def _refuse_taken_port() -> None:
    from django.conf import settings

    from fleuve.cli.errors import PortTaken

    family = socket.AF_INET6 if ":" in settings.FLEUVE_HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.FLEUVE_HOST, settings.FLEUVE_PORT))
        except OSError as error:
            raise PortTaken(settings.FLEUVE_HOST, settings.FLEUVE_PORT) from error


def _announce(stop: threading.Event, arguments: Namespace, links: Links) -> None:
    from django.conf import settings

    if not wait_until_it_answers(settings.FLEUVE_HOST, settings.FLEUVE_PORT, stop, _PATIENCE_SECONDS):
        return
    found = links()
    lines = [f"Fleuve answers on {settings.FLEUVE_URL}/"]
    lines += [f"{_INTRODUCTIONS[name]}\n  {link}" for name, link in found.items()]
    report(arguments, {"url": settings.FLEUVE_URL, **found}, *lines, "Ctrl-C stops it.")
