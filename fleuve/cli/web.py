"""The web process: granian around the WSGI application. Started by the supervisor only."""

from __future__ import annotations

import contextlib
import os
import sys

from fleuve.config.lifeline import follow_lifeline

__all__ = ["run_web"]


def run_web() -> None:
    """Serve pages until SIGTERM."""
    follow_lifeline()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
    from django.conf import settings
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    server = Granian(
        "fleuve.config.wsgi:application",
        address=settings.FLEUVE_HOST,
        port=settings.FLEUVE_PORT,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=settings.FLEUVE_WEB_THREADS,
        # A thread keeps its database connection; letting it go after thirty idle seconds would reopen it all day.
        blocking_threads_idle_timeout=600,
        backlog=256,
        workers_kill_timeout=10,
        respawn_failed_workers=False,
        log_enabled=False,
        process_name=None,
    )
    server.serve()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        run_web()
    sys.exit(0)
