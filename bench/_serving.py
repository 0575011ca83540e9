"""Programs that answer on the loopback while something is measured."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["free_port", "running", "wait_for"]

_ROOT = Path(__file__).parent.parent
_STARTING_SECONDS = 60


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path, folder: Path = _ROOT
) -> Iterator[subprocess.Popen[str]]:
    """A program in a folder, with what it says wrong in a file, ended as Ctrl-C does."""
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=stream, text=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, log: Path) -> None:
    """Until somebody listens there; ends with what the program said when nobody does."""
    ends = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"No answer on {port}:\n{log.read_text()[-2000:]}")
