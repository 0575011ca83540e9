"""``dev.py test``: the whole suite, on the embedded database, on a real PostgreSQL, and in a browser.

Where there are two processors, two parts run at a time, the longest first, so that both stay busy to the end; what a
part says is shown when it is done, the first one's as it comes. ``--full`` adds the checks and the tests marked
``full``. Anything after ``--`` goes to pytest, once, on the embedded database: ``dev.py test -- fleuve/jobs -k lease``.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import cluster
from tools import checks
from tools.chromium import find_chromium
from tools.translations import compile_catalogues

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_LAST_LINE = re.compile(r"\d+ (?:passed|failed|errors?|skipped).* in [\d.]+s")
_NOTHING_COLLECTED = 5


@dataclass
class Run:
    """One run of pytest: which tests, on which database."""

    name: str
    words: list[str]
    database_url: str = ""
    code: int = 0
    output: list[str] = field(default_factory=list)

    def execute(self, *, is_shown: bool) -> None:
        """Run; show the lines as they come, or keep them."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "FLEUVE_DATABASE_URL": self.database_url}
        command = [sys.executable, "-m", "pytest", "-q", *self.words]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            if is_shown:
                print(line, end="", flush=True)
        self.code = process.wait()
        if self.code == _NOTHING_COLLECTED:
            self.code = 0

    @property
    def counts(self) -> Counter[str]:
        """What pytest counted in its last line."""
        last = next((line for line in reversed(self.output) if _LAST_LINE.search(line)), "")
        return Counter(
            {word.rstrip("s") if word.startswith("error") else word: int(n) for n, word in _COUNT.findall(last)}
        )


def _heading(text: str) -> None:
    print(f"\n=== {text} " + "=" * max(0, 96 - len(text)), flush=True)


def _parts(marks: str, url: str) -> list[Run]:
    """The longest first. The library and the rules have no database, and a browser is the same on both: once each."""
    parts = [
        Run("SQLite", ["-m", f"({marks}) and not browser", "fleuve"]),
        Run("PostgreSQL", ["-m", f"({marks}) and not browser", "--database-only", "fleuve", "tests"], url),
        Run("SQLite, whole programs", ["-m", f"({marks}) and not browser", "tests"]),
    ]
    chromium = find_chromium()
    if chromium:
        os.environ["FLEUVE_TEST_CHROMIUM"] = chromium
        parts.append(Run("Browser", ["-m", f"({marks}) and browser"]))
    return [*parts, Run("Library", ["-m", f"({marks}) and not browser", "analytics/tests"])]


def _execute(runs: list[Run]) -> None:
    """Two at a time; shown in their order."""
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        _heading(runs[0].name)
        done = [pool.submit(run.execute, is_shown=run is runs[0]) for run in runs]
        for run, future in zip(runs, done, strict=True):
            future.result()
            if run is not runs[0]:
                _heading(run.name)
                print("".join(run.output), end="", flush=True)


def _summary(runs: list[Run], are_checks_good: bool, seconds: float) -> int:
    total = sum((run.counts for run in runs), Counter())
    always = ("passed", "failed", "skipped")
    words = [
        f"{total[word]} {word}"
        for word in ("passed", "failed", "skipped", "error", "xfailed", "xpassed")
        if word in always or total[word]
    ]
    is_good = are_checks_good and all(run.code == 0 for run in runs)
    if not are_checks_good:
        words.insert(0, "checks failed")
    _heading("Summary")
    for run in runs:
        print(f"{run.name}: {', '.join(f'{n} {word}' for word, n in run.counts.items()) or 'nothing'}")
    print(f"{'=' * 20} {', '.join(words)} in {seconds:.1f}s {'=' * 20}", flush=True)
    return 0 if is_good else 1


def main(words: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="dev.py test", description=__doc__)
    parser.add_argument("--full", action="store_true", help="add the checks and the tests marked full")
    parser.add_argument("rest", nargs="*", help="for pytest, after --")
    given = parser.parse_args(words)
    started = time.monotonic()
    # Whoever is started in the background inherits that Ctrl-C is ignored; tests of Ctrl-C start programs that heed it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    compile_catalogues()
    os.environ["FLEUVE_HOME"] = tempfile.mkdtemp(prefix="fleuve-test-home-")
    if given.rest:
        run = Run("SQLite", given.rest)
        run.execute(is_shown=True)
        return run.code
    are_checks_good = True
    if given.full:
        _heading("Checks")
        are_checks_good = checks.main([]) == 0
    with cluster() as url:
        runs = _parts("full or not full" if given.full else "not full", url)
        _execute(runs)
    if find_chromium() is None:
        print("\n!!! NO CHROMIUM: the tests of pages in a browser cannot run. Install chromium and run again. !!!\n")
        runs.append(Run("Browser", [], code=1 if os.environ.get("CI") == "true" else 0))
    return _summary(runs, are_checks_good, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
