"""The contact plan beside general solvers: ``dev.py bench allocation [--people N] [--peers] [--growth]``.

Ten options, a budget, three capacities. Each task runs in a process of its own on the same file; seconds are by the
clock, without importing packages, and memory is the largest that the process ever held. Ours is whole contacts, checked
again from scratch; solvers are given the easier programme in which a contact may be divided. Figures are printed as a
table and kept as JSON under ``build/bench``.
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

from _contacts import values_of
from _measure import Measured, measure, told
from peers import peer_python

FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)
SOLVERS = ("PDLP", "HiGHS interior point", "HiGHS simplex", "GLOP")


def main() -> int:
    """Measure, print as it comes, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--peers", action="store_true", help="OR-tools and HiGHS on the same people")
    parser.add_argument("--growth", action="store_true", help="ours from ten thousand to ten million people")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a solver is given up")
    asked = parser.parse_args()
    kept = []
    for people in GROWTH if asked.growth else (asked.people,):
        path = values_of(people, FOLDER)
        print(f"{people:,} people, ten options", flush=True)
        for measured in _all(path, asked.peers and people == asked.people, asked.limit):
            print(f"  {told(measured)}{_claims(measured)}", flush=True)
            kept.append({"people": people, **asdict(measured)})
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    name = "allocation-growth" if asked.growth else "allocation"
    (FOLDER / f"{name}.json").write_text(json.dumps({"machine": machine, "measured": kept}, indent=1))
    return 0


def _all(path: Path, with_peers: bool, limit: float) -> Iterator[Measured]:
    yield measure(sys.executable, "_plan", "plan", path, limit=600)
    if with_peers:
        for task in SOLVERS:
            # A solver stops itself at the limit; reading the file and building rows are not counted against it.
            yield measure(peer_python("allocation"), "_solvers", task, path, limit, limit=3 * limit + 60)


def _claims(measured: Measured) -> str:
    found = measured.found
    took = f"  {found['processor_seconds']:.2f} s of processor" if found else ""
    if "gap" in found:
        return f"{took}  value {found['value']:,.2f}  certified gap {found['gap']:.1e}  whole, checked"
    return f"{took}  value {found['value']:,.2f}  {found['divided']:,} contacts divided" if found else ""


if __name__ == "__main__":
    sys.exit(main())
