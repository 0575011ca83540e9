"""Five everyday acts beside BottleCRM (``django-crm`` of PyPI): ``bin/bench peers_crm --customers 100000``.

Both programs on one PostgreSQL with the same settings, one process with four threads each, the same people (made up by
``fleuve demo --size``; every fifth lives in one town, which is what is filtered and exported), one client on a kept
connection, questions in turn. Fleuve is asked as a program asks (its API) and as a person at the screen does: whole
pages with the parts that follow them. BottleCRM has an API alone, for a separate web client. What the figures do not
say: its list carries less of each person (no value, no rhythm), and its export more columns.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from _bearer import Bearer
from _browser import Answer
from _crm_acts import ACTS, EXPORT, SAVE, Act
from _crm_ours import Fleuve
from _crm_theirs import Bottle
from peers import peer_python

_ROOT = Path(__file__).resolve().parent.parent
_TOWN = "Benchford"
_EXPORTS = 3  # theirs takes the better part of a minute


def main() -> int:
    """Print a table, and the figures of all sides as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=100)
    told = parser.parse_args()
    sys.path.insert(0, str(_ROOT))
    from tests.postgres import cluster

    python, began = peer_python("crm"), time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleuve-bench-")))
        url = stack.enter_context(cluster())
        bottle, fleuve = Bottle(python, url, folder), Fleuve(told.customers, url, folder)
        people = fleuve.fill(_TOWN)
        bottle.fill(people)
        fleuve.value()
        _tidy(bottle.url, fleuve.url)
        crm = stack.enter_context(bottle.serving(folder / "crm.log"))
        visitor = stack.enter_context(fleuve.serving(folder / "fleuve.log"))
        program = Bearer(visitor.url, fleuve.key())
        sides = {
            "BottleCRM": bottle.acts(crm, _TOWN),
            "Fleuve, API": fleuve.api(program, _TOWN),
            "Fleuve, page": fleuve.pages(visitor, _TOWN),
        }
        rows = [
            _compared(act, {side: acts[act] for side, acts in sides.items() if act in acts}, told.requests)
            for act in ACTS
        ]
        _check(rows, told.customers // 5, bottle.notes() + fleuve.notes())
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    facts = {"customers": told.customers, "contacts": bottle.given["count"], "machine": machine}
    facts |= {"filled_seconds": {"bottlecrm": bottle.seconds, "fleuve": fleuve.seconds}}
    facts |= {"seconds": round(time.monotonic() - began)}
    print(_table(rows), file=sys.stderr, flush=True)
    print(json.dumps(facts | {"acts": rows}, indent=1))
    return 0


def _tidy(*urls: str) -> None:
    """Both databases as a running server would have them: without dead rows, with fresh statistics."""
    for url in urls:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("VACUUM ANALYZE")


def _compared(act: str, sides: Mapping[str, Act], requests: int) -> dict[str, Any]:
    """All sides in turn, so that none has the quieter minute; the first question of each is not counted."""
    count = _EXPORTS if act == EXPORT else requests
    for ask in sides.values():
        ask()
    answers: dict[str, list[Answer]] = {side: [] for side in sides}
    for _turn in range(count):
        for side, ask in sides.items():
            answers[side].append(ask())
    row: dict[str, Any] = {"act": act, "asked": count}
    row |= {side: _figures(act, given) for side, given in answers.items()}
    print(json.dumps(row), file=sys.stderr, flush=True)
    return row


def _figures(act: str, answers: list[Answer]) -> dict[str, Any]:
    taken = sorted(answer.milliseconds for answer in answers)
    found = {
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[max(0, -(-len(taken) * 19 // 20) - 1)], 1),
        "bytes": len(answers[0].body),
        "statuses": sorted({answer.status for answer in answers}),
    }
    if act == EXPORT:
        found["rows"] = sum(1 for _row in csv.reader(answers[0].text.splitlines())) - 1
    return found


def _check(rows: list[dict[str, Any]], fifth: int, notes: int) -> None:
    """Figures of refusals, of half an answer, or of what was not stored, are worth nothing."""
    for row in rows:
        figures = _sides(row)
        assert all(set(told["statuses"]) <= {200, 201, 302} for told in figures.values()), row
        if row["act"] == EXPORT:
            assert {told["rows"] for told in figures.values()} == {fifth}, row
        if row["act"] == SAVE:
            assert notes == len(figures) * (row["asked"] + 1), (row, notes)


def _sides(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {side: told for side, told in row.items() if isinstance(told, dict)}


def _table(rows: list[dict[str, Any]]) -> str:
    """As it stands in RESULTS.md: median, and what 19 of 20 keep, in milliseconds."""
    sides = list(_sides(rows[0]))
    lines = [f"| act | {' | '.join(f'{side}, ms' for side in sides)} |", "|---" * (len(sides) + 1) + "|"]
    for row in rows:
        told = [row.get(side) for side in sides]
        cells = [f"{one['median_ms']:,.1f} ({one['p95_ms']:,.1f})" if one else "–" for one in told]
        lines.append(f"| {row['act']} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
