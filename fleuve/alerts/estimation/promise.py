"""The rate at which silence may alarm, set on some customers' past gaps and measured on those of others.

A past gap that ended makes every alarm in it false for certain, so that the rate is counted, not believed. Customers on
whom the rule was set say nothing of how it does on others: wherever there are enough, the count is made on the others.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics.churn import FittedRhythm, GapTable, calibrated_rate, past_silence_alarms
from scipy.special import chdtri

from fleuve.alerts.estimation.classes import CLASSES, class_of
from fleuve.alerts.estimation.visits import Visits

__all__ = ["LEAST_GAPS", "Counted", "Promise", "false_alarms", "keep_promise"]

# Own gaps before a silence is judged; one gap more makes a past one that can be.
LEAST_GAPS: Final = 5
# Below so many customers with a past gap to judge, a half would say too little: set and counted on the same.
_LEAST_TO_SPLIT: Final = 200
# Each half has at most so many: a gap takes six microseconds, and more would hardly narrow the interval.
_MOST_EACH: Final = 50_000
_AT_ONCE: Final = 10_000
_YEAR: Final = 365.25
# In fewer customer-years a kind of rhythm says too little of itself: it is held to the strictest rate of all.
_LEAST_YEARS: Final = 50.0
# The rule that anybody can apply: silent for twice as long as usual.
_NAIVE_FACTOR: Final = 2.0


@dataclass(frozen=True)
class Counted:
    """False alarms in customer-years, and the exact Poisson interval of their rate."""

    alarms: int
    years: float

    @property
    def rate(self) -> float:
        return self.alarms / self.years if self.years else 0.0

    @property
    def low(self) -> float:
        return float(chdtri(2 * self.alarms, 0.975)) / 2 / self.years if self.alarms and self.years else 0.0

    @property
    def high(self) -> float:
        return float(chdtri(2 * self.alarms + 2, 0.025)) / 2 / self.years if self.years else float("inf")

    def to_json(self) -> dict[str, float]:
        """As it is kept."""
        return asdict(self) | {"low": self.low, "high": self.high}


@dataclass(frozen=True)
class Promise:
    """What the rule promises and what past gaps say.

    ``nominal``: for each of ``CLASSES`` the rate to alarm at, so that the promise is kept there.
    """

    per_year: float
    nominal: tuple[float, ...]
    is_held_out: bool
    measured: Counted
    naive: Counted
    by_class: dict[str, Counted]

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "per_year": self.per_year,
            "nominal": dict(zip(CLASSES, self.nominal, strict=True)),
            "is_held_out": self.is_held_out,
            "measured": self.measured.to_json(),
            "naive": self.naive.to_json(),
            "by_class": {name: counted.to_json() for name, counted in self.by_class.items()},
        }


def keep_promise(fitted: FittedRhythm, visits: Visits, per_year: float) -> Promise:
    """Set the rates on one half of the customers and count false alarms on the other. Raises ``NotEnoughData``."""
    rows = np.flatnonzero(visits.count > LEAST_GAPS + 1)
    is_held_out = rows.size >= _LEAST_TO_SPLIT
    halves = (rows[::2], rows[1::2]) if is_held_out else (rows, rows)
    setting, counting = (visits.some(_thinned(half)) for half in halves)
    nominal = _nominal(fitted, setting, per_year)
    return Promise(per_year, nominal, is_held_out, *false_alarms(fitted, counting, nominal))


def false_alarms(
    fitted: FittedRhythm, visits: Visits, nominal: tuple[float, ...]
) -> tuple[Counted, Counted, dict[str, Counted]]:
    """False alarms in past gaps that ended: in all, by the simple rule, and for each kind of rhythm that occurs."""
    tally = _Tally(fitted, nominal)
    able = visits.some(np.flatnonzero(visits.count > LEAST_GAPS + 1))
    for start in range(0, len(able), _AT_ONCE):
        tally.add(able.some(np.arange(start, min(start + _AT_ONCE, len(able)))))
    return tally.found()


def _nominal(fitted: FittedRhythm, visits: Visits, per_year: float) -> tuple[float, ...]:
    """The rate at which each kind alarmed as often as promised.

    Never beyond what the model itself allows: past gaps that were kinder than it promise nothing for the next ones.
    """
    whole = visits.gap_table()
    pooled = calibrated_rate(fitted, whole, per_year=per_year, least=LEAST_GAPS, most=1.0)
    place = class_of(whole)
    own: dict[int, float] = {}
    for one in range(len(CLASSES)):
        rows = np.flatnonzero(place == one)
        table = visits.some(rows).gap_table()
        if rows.size and float(table.gaps.value[table.gaps.place >= LEAST_GAPS].sum()) / _YEAR >= _LEAST_YEARS:
            own[one] = calibrated_rate(fitted, table, per_year=per_year, least=LEAST_GAPS, most=1.0)
    strictest = min([pooled, *own.values()])
    return tuple(own.get(one, strictest) for one in range(len(CLASSES)))


def _thinned(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return rows[:: max(1, -(-rows.size // _MOST_EACH))]


class _Tally:
    """Alarms and days watched for each kind of rhythm, slice by slice."""

    def __init__(self, fitted: FittedRhythm, nominal: tuple[float, ...]) -> None:
        self._fitted, self._nominal = fitted, nominal
        self._alarms, self._days = np.zeros(len(CLASSES)), np.zeros(len(CLASSES))
        self._naive = 0

    def add(self, visits: Visits) -> None:
        """Count one slice of customers who all have a past gap to judge."""
        place = class_of(visits.gap_table())
        for one in np.unique(place).tolist():
            self._add_class(one, visits.some(np.flatnonzero(place == one)).gap_table())

    def _add_class(self, one: int, table: GapTable) -> None:
        runs = table.gaps
        judged = np.flatnonzero(runs.place >= LEAST_GAPS)
        found = past_silence_alarms(self._fitted, table, per_year=self._nominal[one], least=LEAST_GAPS)
        self._alarms[one] += found.alarms
        self._days[one] += runs.value[judged].sum()
        total = runs.running(runs.value)
        before = (total[judged] - total[runs.start[:-1][runs.owner[judged]]]) / runs.place[judged]
        self._naive += int((runs.value[judged] > _NAIVE_FACTOR * before).sum())

    def found(self) -> tuple[Counted, Counted, dict[str, Counted]]:
        """In all, by the simple rule, and for each kind that occurs."""
        years = self._days / _YEAR
        kinds = zip(CLASSES, self._alarms, years, strict=True)
        by_class = {name: Counted(int(alarms), float(time)) for name, alarms, time in kinds if time}
        whole = float(years.sum())
        return Counted(int(self._alarms.sum()), whole), Counted(self._naive, whole), by_class
