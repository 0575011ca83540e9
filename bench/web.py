"""How fast pages answer over HTTP, against the budget: ``bin/bench web --customers 100000``.

A made-up business (``fleuve demo --size``) is served as in life, on the loopback; one visitor asks each kind of
question up to 200 times over a kept connection, then three ask together. A line fails when it is over its budget
alone, by the time that the server says it took: a page 100 ms in the median and 250 ms for 19 of 20, a live count
300 ms, HTML 60 kB compressed. What the client waited stands beside. No line runs
longer than its share of time, so that the whole is bounded. ``--queries`` also counts the database's questions per
page, in process: two sizes must give the same numbers.

``--home FOLDER`` asks a business that was made before, or keeps the one it makes, ``--minutes`` bounds the asking: each
line has its share. ``--growth`` measures 10,000, 100,000 and 1,000,000 customers one after the other (``FOLDER/10000``
and so on), in one report and one picture, with what each job took when the business was made.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from _browser import Answer, Visitor
from _growth import draw_growth
from _pages import Line, lines

_ROOT = Path(__file__).resolve().parent.parent
_PICTURES = _ROOT / "docs" / "images"
_UNTIL = "2026-10-31"
_WARM, _TOGETHER = 5, 3
_SHARES = 2.3  # of a line's seconds: warming up, alone, together, and what an answer under way takes beyond
_GROWTH = (10_000, 100_000, 1_000_000)
_STARTING_SECONDS = 120
_LARGEST_HTML = 60_000
_FINE = {200, 204, 302}


def main() -> int:
    """Measure, print a table or JSON; 1 when a budget is missed."""
    told = _arguments()
    sizes = _GROWTH if told.growth else (told.customers,)
    found = [_asked(argparse.Namespace(**vars(told) | {"customers": size})) for size in sizes]
    _report(told, found)
    if told.growth:
        draw_growth(found, _PICTURES / f"growth-{told.database}.png")
    return 1 if any(row["over"] for figures in found for row in figures["lines"]) else 0


def _asked(told: argparse.Namespace) -> dict[str, Any]:
    """One business: made or found, served, asked line by line."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleuve-bench-")))
        folder.chmod(0o711)  # PostgreSQL may run as another
        kept = told.home / str(told.customers) if told.home and told.growth else told.home
        home = (kept or folder / "home").absolute()
        environment = {**os.environ, "FLEUVE_HOME": str(home)}
        if told.database == "postgresql":
            sys.path.insert(0, str(_ROOT))
            from tests.postgres import cluster

            environment["FLEUVE_DATABASE_URL"] = stack.enter_context(
                cluster(kept=home.with_name(f"{home.name}-postgresql"))
            )
        made = _made(told, environment)
        with _served(told, environment, folder / "log") as greeting:
            visitor = Visitor(greeting["url"])
            visitor.come_in(greeting["entry_link"])
            asked = [line for line in lines(visitor) if told.only in line.name]
            seconds = told.minutes * 60 / max(1, len(asked)) / _SHARES
            rows = [_measured(line, visitor, told.requests, seconds) for line in asked]
        known = _known(rows, environment, with_queries=told.queries)
    return {"customers": told.customers, "database": told.database, "made": made, "lines": rows, "jobs": known["jobs"]}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--home", type=Path, help="ask the business in this data folder, made if it is not")
    parser.add_argument("--requests", type=int, default=200, help="questions a line, at most (default: 200)")
    parser.add_argument("--minutes", type=float, default=6.0, help="longest time of asking (default: 6)")
    parser.add_argument("--growth", action="store_true", help="10,000, 100,000 and 1,000,000 customers in one report")
    parser.add_argument("--only", default="", help="only lines with this in their name")
    parser.add_argument("--queries", action="store_true", help="count the database's questions too")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    return parser.parse_args()


def _made(told: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    """The business, made up or found; what making it took."""
    command = [*_demo(told), "--no-serve"]
    done = subprocess.run(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    # The largest of the processes that have ended so far: of this one, when each size is larger than the one before.
    return made | {"peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)}


def _demo(told: argparse.Namespace) -> list[str]:
    words = ["demo", "--size", str(told.customers), "--until", _UNTIL, "--json"]
    return [sys.executable, "-W", "ignore", "-m", "fleuve.cli", *words]


@contextmanager
def _served(told: argparse.Namespace, environment: dict[str, str], log: Path) -> Iterator[dict[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*_demo(told), "--port", str(port)],
            cwd=_ROOT,
            env=environment | {"FLEUVE_LOG_LEVEL": "ERROR"},
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
        )
    patience = threading.Timer(_STARTING_SECONDS, process.terminate)
    patience.start()
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        patience.cancel()
        if not greeting:
            raise SystemExit(f"fleuve did not answer:\n{log.read_text()[-2000:]}")
        yield json.loads(greeting)
    finally:
        patience.cancel()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _measured(line: Line, visitor: Visitor, requests: int, seconds: float) -> dict[str, Any]:
    """A line has its seconds alone, as many with others, and a fifth to warm up."""
    count = min(requests, line.most)
    _ask(line, visitor, min(_WARM, count), seconds / 5)
    alone = _ask(line, visitor, count, seconds)
    together = _together(line, visitor, count // _TOGETHER or 1, seconds)
    taken = [answer.milliseconds for answer in alone]
    server = [
        answer.milliseconds if answer.server_milliseconds is None else answer.server_milliseconds for answer in alone
    ]
    faults = sorted({answer.status for answer in alone + together} - _FINE)
    row = {
        "line": line.name,
        "asked": len(alone),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(_p95(taken), 1),
        "server_median_ms": round(statistics.median(server), 1),
        "server_p95_ms": round(_p95(server), 1),
        "together_median_ms": round(statistics.median(answer.milliseconds for answer in together), 1),
        "together_p95_ms": round(_p95([answer.milliseconds for answer in together]), 1),
        "bytes": len(alone[0].body),
        "packed_bytes": alone[0].packed_bytes,
        "faults": faults,
        "path": next(line.paths),
    }
    row["over"] = _over(line, row)
    print(_as_text(row), file=sys.stderr, flush=True)
    return row


def _ask(line: Line, visitor: Visitor, count: int, seconds: float) -> list[Answer]:
    ends = time.monotonic() + seconds
    answers = [line.ask(visitor)]
    while len(answers) < count and time.monotonic() < ends:
        answers.append(line.ask(visitor))
    return answers


def _together(line: Line, visitor: Visitor, count: int, seconds: float) -> list[Answer]:
    answers: list[Answer] = []
    lock, paths = threading.Lock(), line.paths

    def ask() -> None:
        own = visitor.twin()
        ends = time.monotonic() + seconds
        for _turn in range(count):
            with lock:
                path = next(paths)
            answers.append(own.post(path, line.form) if line.form else own.get(path, is_fragment=line.is_fragment))
            if time.monotonic() > ends:
                return

    threads = [threading.Thread(target=ask) for _ in range(_TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, -(-len(values) * 19 // 20) - 1)]


def _over(line: Line, row: dict[str, Any]) -> list[str]:
    """Which promises the line broke."""
    median, slow = line.budget
    broken = []
    if median is not None and row["server_median_ms"] > median:
        broken.append(f"median over {median} ms")
    if slow is not None and row["server_p95_ms"] > slow:
        broken.append(f"p95 over {slow} ms")
    if median is not None and row["packed_bytes"] > _LARGEST_HTML:
        broken.append("more than 60 kB")
    return broken + [f"status {status}" for status in row["faults"]]


def _known(rows: list[dict[str, Any]], environment: dict[str, str], *, with_queries: bool) -> dict[str, Any]:
    """What a process on the database itself can tell: the questions of each page, and what the jobs took."""
    paths = json.dumps([row["path"] for row in rows] if with_queries else [])
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("_queries.py"))]
    done = subprocess.run(
        command,
        input=paths,
        env=environment | {"FLEUVE_LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    known: dict[str, Any] = json.loads(done.stdout)
    for row, count in zip(rows, known["queries"], strict=False):
        row["queries"] = count
    return known


def _report(told: argparse.Namespace, found: list[dict[str, Any]]) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    figures = {"machine": machine, "load": round(os.getloadavg()[0], 1), "sizes": found}
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    if told.json:
        told.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def _as_text(row: dict[str, Any]) -> str:
    over = "  OVER: " + ", ".join(row["over"]) if row["over"] else ""
    return (
        f"{row['line']:<34} {row['median_ms']:8.1f} {row['p95_ms']:8.1f} ms"
        f"   server {row['server_median_ms']:8.1f} {row['server_p95_ms']:8.1f} ms"
        f"   together {row['together_median_ms']:8.1f} {row['together_p95_ms']:8.1f} ms"
        f"   {row['packed_bytes'] / 1000:7.1f} kB{over}"
    )


if __name__ == "__main__":
    sys.exit(main())
