"""What may be spent on reading a list of purchases."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

__all__ = ["Engine"]

# With two threads DuckDB cuts a grouping into so few parts that they leave the processor's cache: ten million
# purchases took 3.3 s of processor with two threads and 2.7 s with three, and a tenth less memory (two cores, 2026-11).
FEWEST_THREADS = 3


@dataclass(frozen=True)
class Engine:
    """Limits for the column engine: number of threads, memory ("2GB") and the folder for what does not fit in it.

    Left alone, it takes every processor, four fifths of the machine's memory and the system's temporary folder. Beyond
    the memory it goes on in that folder. Spark has limits of its own and does not look at these.
    """

    threads: int | None = None
    memory_limit: str | None = None
    temp_directory: str | PathLike[str] | None = None

    def settings(self) -> dict[str, str]:
        """The limits, as the engine wants them."""
        # The engine's own default would be a folder `.tmp` wherever the program was started.
        folder = self.temp_directory or Path(tempfile.gettempdir()) / f"fleuve-analytics-{os.getpid()}"
        threads = self.threads or max(FEWEST_THREADS, os.cpu_count() or 1)
        chosen = {"threads": threads, "memory_limit": self.memory_limit, "temp_directory": folder}
        return {name: str(value) for name, value in chosen.items() if value is not None}
