"""The library beside its peers on the same customers in the same run: ``dev.py bench analytics [--peers] [--growth]``.

Each task runs in a process of its own; seconds are by the clock, without importing packages, and memory is the largest
that the process ever held. Figures are printed as a table and kept as JSON under ``build/bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _measure import Measured, measure, told
from _purchases import purchases_of
from peers import peer_python

FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
OURS = ("import", "table", "duckdb alone", "BG/NBD", "MBG/NBD", "Pareto/NBD", "Gamma-Gamma")
THEIRS = ("table", "BG/NBD", "Gamma-Gamma", "MBG/NBD", "Pareto/NBD")
DRAWN = ["table", "BG/NBD", "MBG/NBD", "Pareto/NBD", "Gamma-Gamma"]
PICTURE = FOLDER.parent.parent / "docs" / "images" / "growth.png"
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)


def main() -> int:
    """Measure, print as it comes, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peers", action="store_true", help="lifetimes and pymc-marketing on the same data")
    parser.add_argument("--growth", action="store_true", help="ours from ten thousand to ten million customers")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which a task is given up")
    asked = parser.parse_args()
    sizes = GROWTH if asked.growth else (asked.customers,)
    kept = []
    for customers in sizes:
        path = purchases_of(customers, FOLDER)
        print(f"{customers:,} customers", flush=True)
        _warm(path)
        for measured in _all(path, asked.peers and customers == asked.customers, asked.limit):
            print("  " + told(measured), flush=True)
            kept.append({"customers": customers, **asdict(measured)})
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    name = "growth" if asked.growth else "analytics"
    (FOLDER / f"{name}.json").write_text(json.dumps({"machine": machine, "measured": kept}, indent=1))
    if asked.growth:
        _draw(kept)
    return 0


def _warm(path: Path) -> None:
    """Read the file once: the first task would else be charged the disk, which no other task meets."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def _draw(kept: list[dict[str, Any]]) -> None:
    """Seconds against customers, both in powers of ten: a line no steeper than the dotted one is linear or better."""
    import altair as alt

    rows = [row for row in kept if row["seconds"] and row["task"] in DRAWN]
    lines = (
        alt.Chart(alt.Data(values=[{name: row[name] for name in ("customers", "task", "seconds")} for row in rows]))
        .mark_line(point=True)
        .encode(
            x=alt.X("customers:Q", scale=alt.Scale(type="log"), title="Customers", axis=alt.Axis(format="~s")),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="Seconds"),
            color=alt.Color("task:N", sort=DRAWN, title=None),
        )
    )
    largest = max(row["seconds"] for row in rows)
    straight = [{"customers": size, "seconds": largest * size / GROWTH[-1]} for size in (GROWTH[0], GROWTH[-1])]
    linear = alt.Chart(alt.Data(values=straight)).mark_line(strokeDash=[2, 4], color="grey")
    linear = linear.encode(x="customers:Q", y="seconds:Q")
    title = alt.Title("How does time grow with customers?", subtitle="Dotted: exactly in proportion.", anchor="start")
    (linear + lines).properties(width=480, height=320, title=title).save(str(PICTURE), scale_factor=1.5)


def _all(path: Path, with_peers: bool, limit: float) -> Iterator[Measured]:
    for task in OURS:
        yield measure(sys.executable, "_ours", task, path, limit=limit)
    if with_peers:
        for task in THEIRS:
            for peer in ("lifetimes", "pymc"):
                yield measure(peer_python(peer), f"_{peer}", task, path, limit=limit)


if __name__ == "__main__":
    sys.exit(main())
