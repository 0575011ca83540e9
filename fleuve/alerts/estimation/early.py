"""Which new customers will be among the best, told after weeks of knowing them, and how well that can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from fleuve_analytics.churn import EARLY_FEATURES, ChurnLogistic, EarlyAccuracy, EarlyTable, early_table, early_value
from fleuve_analytics.errors import AnalyticsError

from fleuve.alerts.estimation.findings import Finding
from fleuve.alerts.estimation.visits import EPOCH, Visits, date_of
from fleuve.touchpoints.rules import weeks_of_median

__all__ = ["EarlyFound", "early_customers"]

BEST: Final = 0.2
_WEEKS: Final = (2, 4, 8, 13, 26)
# A year of what became of them, or half of one where the history is too short for enough of them to have had a year.
_HORIZONS: Final = (52, 26)
_LEAST_TO_LEARN: Final = 200
_MOST_TO_LEARN: Final = 20_000
_FOLDS: Final = 5


@dataclass(frozen=True)
class EarlyFound:
    """The promising among the new, and how well each number of weeks tells them; empty when nothing can be told."""

    findings: tuple[Finding, ...] = ()
    accuracy: tuple[EarlyAccuracy, ...] = ()
    horizon_weeks: int = 0

    def to_json(self) -> dict[str, Any]:
        """As it is kept: of each triple the model's figure first, then spend so far, then the first order."""
        rows = [
            {
                "weeks": one.weeks,
                "customers": one.customers,
                "best": one.best,
                "area": list(one.area_under_curve),
                "precision": list(one.precision),
                "lift": list(one.lift),
            }
            for one in self.accuracy
        ]
        return {"horizon_weeks": self.horizon_weeks, "share": BEST, "weeks": rows}


def early_customers(visits: Visits, start: date) -> EarlyFound:
    """Customers of the last half year who resemble those who became the best fifth.

    ``start``: the first day of the history. Whoever is seen in its first weeks was there before and teaches nothing
    about beginnings.
    """
    known = _newcomers(visits, start)
    for horizon in _HORIZONS:
        try:
            found = _found(visits, known, horizon)
        except AnalyticsError:
            continue
        if found is not None:
            return found
    return EarlyFound()


def _newcomers(visits: Visits, start: date) -> date:
    """The day from which a first purchase tells of a newcomer."""
    many = visits.some(np.flatnonzero(visits.count > 1))
    gaps = (many.last_day - many.day[many.first]) / np.maximum(many.count - 1, 1)
    return start + timedelta(weeks=weeks_of_median(float(np.median(gaps)) if gaps.size else 0.0, gaps.size))


def _found(visits: Visits, since: date, horizon: int) -> EarlyFound | None:
    as_of = date_of(visits.as_of)
    young = as_of - timedelta(weeks=max(_WEEKS))
    table = _table(_thinned(visits, since, as_of - timedelta(weeks=horizon)), since, horizon)
    if table is None or np.isfinite(table.value).sum() < _LEAST_TO_LEARN:
        return None
    accuracy = early_value(table, best=BEST, folds=_FOLDS, rng=np.random.default_rng(1))
    new = _table(visits.some(np.flatnonzero(visits.day[visits.first] >= (young - EPOCH).days)), young, horizon)
    findings = _promising(table, new, accuracy) if new is not None else []
    return EarlyFound(tuple(findings), accuracy, horizon)


def _thinned(visits: Visits, since: date, until: date) -> Visits:
    """Those who began in a time, at most as many as are learned from."""
    first = visits.day[visits.first]
    begins, ends = ((day - EPOCH).days for day in (since, until))
    rows = np.flatnonzero((first >= begins) & (first <= ends))
    return visits.some(rows[:: max(1, -(-rows.size // _MOST_TO_LEARN))])


def _table(visits: Visits, since: date, horizon: int) -> EarlyTable | None:
    if not len(visits):
        return None
    places = visits.places()
    rows = pa.table(
        {
            "party": np.repeat(visits.party, visits.count),
            "day": pa.array(visits.day[places].astype(np.int32), type=pa.int32()).cast(pa.date32()),
            "money": visits.money[places].astype(np.float64),
        }
    )
    weeks = [week for week in _WEEKS if week < horizon]
    return early_table(
        rows,
        customer="party",
        at="day",
        spend="money",
        weeks=weeks,
        horizon_weeks=horizon,
        until=date_of(visits.as_of),
        since=since,
    )


def _promising(table: EarlyTable, new: EarlyTable, accuracy: tuple[EarlyAccuracy, ...]) -> list[Finding]:
    """New customers who stand as high as the best fifth of those who are learned from, after as many weeks."""
    rows = np.flatnonzero(np.isfinite(table.value))
    border = np.quantile(table.value[rows], 1 - BEST, method="higher")
    reaches = (table.value[rows] >= border).astype(np.float64)
    weeks_known, told = new.observed_days / 7, sorted(table.features)
    findings: list[Finding] = []
    for weeks, most in zip(told, [*told[1:], np.inf], strict=True):
        here = np.flatnonzero((weeks_known >= weeks) & (weeks_known < most))
        if not here.size:
            continue
        judged = next(one for one in accuracy if one.weeks == weeks)
        score = _score(judged, table.features[weeks][rows], reaches)
        enough = float(np.quantile(score(table.features[weeks][rows]), 1 - BEST))
        findings += _raised(new, here[score(new.features[weeks][here]) >= enough], judged)
    return findings


def _score(
    judged: EarlyAccuracy, learned: npt.NDArray[np.float64], reaches: npt.NDArray[np.float64]
) -> Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """The model where it tells the unseen better than "spent so far"; else that simple rule."""
    if not _is_model_better(judged):
        return lambda features: features[:, EARLY_FEATURES.index("log_spend")]
    fitted = ChurnLogistic(EARLY_FEATURES).fit(learned, reaches, groups=np.arange(reaches.size))
    return fitted.probabilities


def _is_model_better(judged: EarlyAccuracy) -> bool:
    return judged.area_under_curve[0] > judged.area_under_curve[1]


def _raised(new: EarlyTable, rows: npt.NDArray[np.intp], judged: EarlyAccuracy) -> list[Finding]:
    precision = judged.precision[0] if _is_model_better(judged) else judged.precision[1]
    said = {"weeks": judged.weeks, "precision": round(precision, 3), "share": BEST}
    return [
        Finding(
            int(new.customer[row]),
            "early",
            new.first_day[row].astype(object),
            said | {"spent": _spent(new, row, judged.weeks)},
            0,
        )
        for row in rows.tolist()
    ]


def _spent(new: EarlyTable, row: int, weeks: int) -> int:
    """Spent in those weeks: the feature is its logarithm."""
    return round(float(np.expm1(new.features[weeks][row, EARLY_FEATURES.index("log_spend")])))
