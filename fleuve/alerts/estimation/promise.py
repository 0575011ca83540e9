"""The rate at which silence may alarm, set on some customers' past gaps and measured on those of others.

A past gap that ended makes every alarm in it false for certain, so that the rate is counted, not believed. Customers on
whom the rule was set say nothing of how it does on others: wherever there are enough, the count is made on the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics.churn import FittedRhythm, GapTable, calibrated_rate, past_silence_alarms
from fleuve_analytics.churn.rhythm import Summary
from scipy.special import chdtri

from fleuve.alerts.estimation.visits import Visits

__all__ = ["CLASSES", "LEAST_GAPS", "Counted", "Promise", "keep_promise", "rhythm_class"]

# Own gaps before a silence is judged; one gap more makes a past one that can be.
LEAST_GAPS: Final = 5
# Below so many customers with a past gap to judge, a half would say too little: set and counted on the same.
_LEAST_TO_SPLIT: Final = 200
# Each half has at most so many: a gap takes six microseconds, and more would hardly narrow the interval.
_MOST_EACH: Final = 50_000
_AT_ONCE: Final = 10_000
_YEAR: Final = 365.25
CLASSES: Final = ("regular", "random", "clumpy")
_REGULAR, _CLUMPY = 1.7, 0.85
_PACES: Final = ((14.0, "14"), (45.0, "45"), (float("inf"), "more"))
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
    """What the rule promises and what past gaps say. ``nominal``: the rate to alarm at, so that the promise is kept."""

    per_year: float
    nominal: float
    is_held_out: bool
    measured: Counted
    naive: Counted
    by_class: dict[str, Counted]

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "per_year": self.per_year,
            "nominal": self.nominal,
            "is_held_out": self.is_held_out,
            "measured": self.measured.to_json(),
            "naive": self.naive.to_json(),
            "by_class": {name: counted.to_json() for name, counted in self.by_class.items()},
        }


def keep_promise(fitted: FittedRhythm, visits: Visits, per_year: float) -> Promise:
    """Set the rate on one half of the customers and count false alarms on the other. Raises ``NotEnoughData``."""
    rows = np.flatnonzero(visits.count > LEAST_GAPS + 1)
    halves = (rows[::2], rows[1::2]) if rows.size >= _LEAST_TO_SPLIT else (rows, rows)
    setting, counting = (visits.some(_thinned(half)) for half in halves)
    # Never beyond what the model itself allows: past gaps that were kinder than it promise nothing for the next ones.
    nominal = calibrated_rate(fitted, setting.gap_table(), per_year=per_year, least=LEAST_GAPS, most=1.0)
    tally = _Tally()
    for table in _slices(counting):
        tally.add(fitted, table, nominal)
    return Promise(per_year, nominal, rows.size >= _LEAST_TO_SPLIT, *tally.found())


def rhythm_class(fitted: FittedRhythm, table: GapTable) -> npt.NDArray[np.intp]:
    """The likeliest regularity of each customer's gaps, as a place in ``CLASSES``."""
    mean = fitted.shape_chances(Summary.of(table)) @ np.log(np.array(fitted.shapes))
    return np.digitize(-mean, [-np.log(_REGULAR), -np.log(_CLUMPY)], right=True)


def _thinned(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return rows[:: max(1, -(-rows.size // _MOST_EACH))]


def _slices(visits: Visits) -> Iterator[GapTable]:
    for start in range(0, len(visits), _AT_ONCE):
        yield visits.some(np.arange(start, min(start + _AT_ONCE, len(visits)))).gap_table()


class _Tally:
    """Alarms and days watched, in all and for each class of rhythm, slice by slice."""

    def __init__(self) -> None:
        self._names = [f"{shape}_{pace}" for shape in CLASSES for _most, pace in _PACES]
        self._alarms, self._days = np.zeros(len(self._names)), np.zeros(len(self._names))
        self._naive = 0

    def add(self, fitted: FittedRhythm, table: GapTable, nominal: float) -> None:
        """Count one slice."""
        runs = table.gaps
        judged = np.flatnonzero(runs.place >= LEAST_GAPS)
        if not judged.size:
            return
        place = self._class_of(fitted, table)[runs.owner]
        raised = past_silence_alarms(fitted, table, per_year=nominal, least=LEAST_GAPS).gap
        size = len(self._names)
        self._alarms += np.bincount(place[raised], minlength=size)
        self._days += np.bincount(place[judged], weights=runs.value[judged], minlength=size)
        total = runs.running(runs.value)
        before = (total[judged] - total[runs.start[:-1][runs.owner[judged]]]) / runs.place[judged]
        self._naive += int((runs.value[judged] > _NAIVE_FACTOR * before).sum())

    def found(self) -> tuple[Counted, Counted, dict[str, Counted]]:
        """In all, by the naive rule, and for each class that occurs."""
        years = self._days / _YEAR
        kinds = zip(self._names, self._alarms, years, strict=True)
        by_class = {name: Counted(int(alarms), float(time)) for name, alarms, time in kinds if time}
        whole = float(years.sum())
        return Counted(int(self._alarms.sum()), whole), Counted(self._naive, whole), by_class

    def _class_of(self, fitted: FittedRhythm, table: GapTable) -> npt.NDArray[np.intp]:
        counts = np.diff(table.gaps.start)
        mean = np.add.reduceat(table.gaps.value, table.gaps.start[:-1]) / counts  # everybody here has gaps
        pace = np.digitize(mean, [most for most, _name in _PACES[:-1]], right=True)
        return np.asarray(rhythm_class(fitted, table) * len(_PACES) + pace, dtype=np.intp)
