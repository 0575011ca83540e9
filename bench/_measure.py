"""Run one measured task in a process of its own, within a limit of time, and read what it says."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Measured", "measure", "told"]

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measured:
    """What a task took: seconds by the clock, megabytes at most, and what it found; or why it did not end."""

    who: str
    task: str
    seconds: float | None
    peak_mb: float | None
    found: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


def measure(python: Path | str, script: str, task: str, *words: object, limit: float) -> Measured:
    """Run ``bench/<script>.py TASK WORDS…``, which prints one JSON object as its last line."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    command = [str(python), str(HERE / f"{script}.py"), task, *map(str, words)]
    who = script.removeprefix("_")
    started = time.perf_counter()
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=limit, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return Measured(who, task, None, None, fault=f"not finished after {limit:g} s")
    lines = ran.stdout.strip().splitlines()
    if ran.returncode or not lines:
        reason = (ran.stderr.strip().splitlines() or ["no word"])[-1]
        return Measured(who, task, None, None, fault=f"failed after {time.perf_counter() - started:.0f} s: {reason}")
    answer = json.loads(lines[-1])
    return Measured(who, task, answer.pop("seconds"), answer.pop("peak_mb"), answer)


def told(measured: Measured) -> str:
    """One line for people."""
    if measured.seconds is None:
        return f"{measured.task:<18} {measured.who:<10} {measured.fault}"
    return f"{measured.task:<18} {measured.who:<10} {measured.seconds:9.3f} s {measured.peak_mb:8.0f} MB"
