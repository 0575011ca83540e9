"""One parent, a few children: starts them, starts again those that die, leaves no orphan.

A child that dies is started again after one second, then two, four… up to thirty; a minute of good service forgets
the past. Every child holds the reading end of a pipe whose writing end only this process has: when this process ends,
however it ends, the pipe closes and they leave.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from fleuve.config.lifeline import LIFELINE_VARIABLE

__all__ = ["Child", "Supervisor"]

_log = structlog.get_logger("fleuve.supervisor")
_LONGEST_PAUSE = 30.0
_GOOD_SERVICE_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_STOPPING_SECONDS = 15.0
_LARGEST_LOG_BYTES = 10 * 1024 * 1024


@dataclass
class Child:
    """A program to keep running: ``python -m`` and these words."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_after: float = 0.0

    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Keeps ``children`` running until ``stop`` is set."""

    children: Sequence[Child]
    # On a terminal the children write their logs here; otherwise to this process's standard error.
    log_folder: Path | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def start_all(self) -> None:
        """Start every child."""
        for child in self.children:
            self._start(child)

    def watch(self) -> None:
        """Look after the children until told to stop, then stop them."""
        try:
            while not self.stop.wait(_LOOK_SECONDS):
                now = time.monotonic()
                for child in self.children:
                    self._look_after(child, now)
        finally:
            self.stop_all()

    def _look_after(self, child: Child, now: float) -> None:
        if child.is_running():
            if child.failures and now - child.started > _GOOD_SERVICE_SECONDS:
                child.failures = 0
            return
        if child.process is not None:
            code = child.process.returncode
            pause = min(2.0**child.failures, _LONGEST_PAUSE)
            child.process, child.failures, child.start_after = None, child.failures + 1, now + pause
            _log.error("child ended", child=child.name, code=code, again_in_seconds=pause)
        elif now >= child.start_after:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        # A session of its own: Ctrl-C reaches this process only, which then stops the children in order.
        child.process = subprocess.Popen(
            [sys.executable, "-m", *child.words],
            env={**os.environ, LIFELINE_VARIABLE: str(self._reading)},
            pass_fds=(self._reading,),
            stdin=subprocess.DEVNULL,
            stderr=self._log_of(child),
            start_new_session=True,
        )
        _log.info("child started", child=child.name, pid=child.process.pid)

    def _log_of(self, child: Child) -> IO[bytes] | None:
        if self.log_folder is None:
            return None
        path = self.log_folder / f"{child.name.replace(' ', '-')}.log"
        if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def stop_all(self) -> None:
        """SIGTERM to each, and SIGKILL to whoever has not left in time."""
        running = [child.process for child in self.children if child.process is not None and child.is_running()]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _STOPPING_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(self._reading)
        os.close(self._writing)
