"""A real worker process on the database of a test: ``python -m fleuve.jobs.tests.worker_process quick,heavy 1.5``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

__all__ = ["database_url", "start_worker"]


def database_url() -> str:
    """The address of the database that the present test uses."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name.lstrip('/')}"
    parts = urlsplit(os.environ["FLEUVE_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def start_worker(queues: str, lease_seconds: float, log: Path) -> subprocess.Popen[bytes]:
    """Start a worker that writes its log to a file: a full pipe would stop it."""
    command = [sys.executable, "-m", __name__, queues, str(lease_seconds)]
    environment = {**os.environ, "FLEUVE_DATABASE_URL": database_url()}
    with log.open("wb") as stream:
        return subprocess.Popen(command, env=environment, stderr=stream)


def main() -> None:
    """Work until SIGTERM."""
    import django

    django.setup()
    from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
    from fleuve.jobs.worker import Worker

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Worker(sys.argv[1].split(","), stop, lease_seconds=float(sys.argv[2]), grace_seconds=0.2).run()


if __name__ == "__main__":
    main()
