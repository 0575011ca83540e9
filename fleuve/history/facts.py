"""What pages ask before they open a file: read once from the derived tables and kept with the generation."""

from __future__ import annotations

import calendar
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from fleuve.history.store import engine, quoted

__all__ = ["is_partial", "read_facts"]


def read_facts(folder: Path) -> dict[str, Any]:
    """Period, basis and counts of a generation, as plain JSON."""
    with engine() as duck:
        for name in ("lines", "totals", "months", "basis", "party_days"):
            duck.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(folder / (name + '.parquet'))})")
        lines, first_day, last_day = duck.execute("SELECT count(*), min(day), max(day) FROM lines").fetchall()[0]
        months = [row[0] for row in duck.execute("SELECT DISTINCT month FROM months ORDER BY 1").fetchall()]
        has_margin = duck.execute("SELECT has_margin FROM basis").fetchall()[0][0]
        open_days = [row[0] for row in duck.execute("SELECT DISTINCT day FROM party_days ORDER BY 1").fetchall()]
    return {
        "lines": lines,
        "first_day": first_day.isoformat() if first_day else None,
        "last_day": last_day.isoformat() if last_day else None,
        "months": months,
        "has_margin": bool(has_margin),
        "last_month_is_partial": bool(last_day) and is_partial(last_day, open_days),
    }


def is_partial(last_day: date, open_days: list[date]) -> bool:
    """Whether a file that ends on ``last_day`` stops before its month did.

    A shop closed on Sundays ends its month on the last Saturday: days at the end of the month on which a shop with this
    longest usual closing would not have sold do not make the month partial.
    """
    left = calendar.monthrange(last_day.year, last_day.month)[1] - last_day.day
    recent = open_days[-60:]
    closings = sorted((after - before).days - 1 for before, after in pairwise(recent))
    usual = closings[int(0.9 * (len(closings) - 1))] if closings else 0
    return left > usual
