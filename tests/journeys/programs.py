"""Starting Fleuve as a person does, and asking it things."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

__all__ = ["Served", "command", "descendants", "free_port", "lives", "served"]

_PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(home: Path, url: str) -> dict[str, str]:
    return {**os.environ, "FLEUVE_HOME": str(home), "FLEUVE_DATABASE_URL": url}


def command(
    words: Sequence[str], *, home: Path, url: str = "", python: str | Path = sys.executable, cwd: Path | None = None
) -> dict[str, Any]:
    """Run ``fleuve WORDS --json`` and answer its report."""
    done = subprocess.run(
        [python, "-m", "fleuve.cli", *words, "--json"],
        env=_environment(home, url),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclass
class Served:
    """A running ``fleuve serve``."""

    process: subprocess.Popen[str]
    port: int
    greeting: dict[str, Any]
    seconds_to_answer: float

    def get(self, path: str, language: str = "en") -> tuple[int, str]:
        """Status and text of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Accept-Language": language})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


def descendants(process_id: int) -> list[int]:
    """Children and their children."""
    return [child.pid for child in psutil.Process(process_id).children(recursive=True)]


def lives(process_id: int) -> bool:
    """Whether the process runs; one that waits to be buried does not."""
    try:
        return bool(psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def served(
    home: Path,
    *,
    url: str = "",
    python: str | Path = sys.executable,
    words: Sequence[str] = ("serve",),
    cwd: Path | None = None,
) -> Iterator[Served]:
    """Start, wait for the printed address, stop as Ctrl-C does."""
    port = free_port()
    started = time.monotonic()
    with (home.parent / f"{home.name}.log").open("w") as log:
        process = subprocess.Popen(
            [python, "-m", "fleuve.cli", *words, "--port", str(port), "--json"],
            env=_environment(home, url),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (home.parent / f"{home.name}.log").read_text()[-4000:]
        yield Served(process, port, json.loads(line), time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=_PATIENCE_SECONDS)
        if process.stdout is not None:
            process.stdout.close()
