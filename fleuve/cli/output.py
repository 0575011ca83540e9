"""What a command says: a report for people or one JSON object, and one progress line that never reaches a pipe."""

from __future__ import annotations

import json
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, TextIO

__all__ = ["ProgressLine", "report", "say"]


def say(sentence: str) -> None:
    """A remark on the way; standard output is kept for the report."""
    print(sentence, file=sys.stderr, flush=True)


def report(arguments: Namespace, facts: Mapping[str, Any], *lines: str) -> None:
    """Print ``facts`` as JSON under ``--json``, else the lines."""
    if arguments.json:
        print(json.dumps(facts, ensure_ascii=False, default=str), flush=True)
        return
    for line in lines:
        print(line, flush=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


class ProgressLine:
    """``Reading rows  120,000 / 541,909  48,210/s  9 s left``, rewritten in place on a terminal."""

    _PAUSE_SECONDS = 0.2

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._step = ""
        self._began = self._shown = 0.0
        self._began_with = 0

    def tell(self, step: str, done: int, total: int | None) -> None:
        """Show how far the step is; on a pipe, one line a step."""
        now = time.monotonic()
        if step != self._step:
            self._step, self._began, self._began_with, self._shown = step, now, done, 0.0
            if not self._is_terminal:
                self._stream.write(f"{step}\n")
        if self._is_terminal and (now - self._shown >= self._PAUSE_SECONDS or done == total):
            self._shown = now
            self._write(self._text(done, total or 0, now))

    def _text(self, done: int, total: int, now: float) -> str:
        rate = (done - self._began_with) / max(now - self._began, 1e-3)
        parts = [self._step]
        if total:
            parts.append(f"{done:,} / {total:,}")
        elif done:
            parts.append(f"{done:,}")
        if rate >= 1:
            parts.append(f"{rate:,.0f}/s")
        if rate > 0 and total > done:
            parts.append(f"{_duration((total - done) / rate)} left")
        return "  ".join(parts)

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write("\r\033[K" + text[:width])
        self._stream.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self._is_terminal:
            self._stream.write("\r\033[K")
            self._stream.flush()
