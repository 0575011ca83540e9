"""Alarm on a silence that is long for this very customer, with a stated rate of false alarms.

Each gap may be alarmed once: when the chance of a longer one, given her own past gaps, falls below a level a. If a is
`per_year` × (expected length of the gap, in years), the levels of the gaps that follow one another add up to per_year ×
(time expected to pass): false alarms per customer and year equal the stated rate exactly when the rhythms are as the
model says, whatever the pace (Wald's identity). Two cautions err on the quiet side: gaps beyond a year count as a year,
and the chance is the largest under any regularity that the customer's own gaps leave plausible, so that the rate holds
for regular, random and clumpy buyers each and not only on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.gaps import GapTable, require_rate
from fleuve_analytics.churn.rhythm import FittedRhythm, Summary
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["PastAlarms", "SilenceAlerts", "calibrated_rate", "past_silence_alarms", "silence_alert"]

YEAR = 365.25
# Fewer gaps of her own would say more about the others than about her (and means need four).
LEAST_GAPS = 5
# Above this chance a silence is no news, whatever rate of false alarms is allowed.
LARGEST_LEVEL = 0.2


@dataclass(frozen=True, eq=False)
class SilenceAlerts:
    """Alarms as of the end of the table; arrays of shape (n,).

    is_alarm: the silence is too long for her. chance: of a longer silence, were she still a customer (NaN with fewer
    gaps than `least`: no alarm is possible). level: below which it alarms. fires_at: days of silence at which it does.
    For the chance that she still is a customer, which takes leaving into account, ask a model of `lifetime`.
    """

    is_alarm: npt.NDArray[np.bool_]
    chance: FloatArray
    level: FloatArray
    fires_at: FloatArray


@dataclass(frozen=True, eq=False)
class PastAlarms:
    """What the rule would have done to gaps that ended: each such alarm was false, as the customer came back.

    gap: places of the alarmed gaps in the table's list. alarms: how many; years: customer-years watched. rate: alarms
    per customer-year with its exact Poisson interval (low, high).
    """

    gap: IntArray
    alarms: int
    years: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        return self.alarms / self.years


def silence_alert(fitted: FittedRhythm, table: GapTable, *, per_year: float, least: int = LEAST_GAPS) -> SilenceAlerts:
    """Who has been silent for longer than her own rhythm explains?

    per_year: false alarms allowed per customer and year (0.1: one in ten years); pass what `calibrated_rate` returns to
    keep a promise that does not rest on the model. least: own gaps needed, 4 or more.

    >>> from fleuve_analytics.churn.gaps import GapTable
    >>> from fleuve_analytics.churn.rhythm import FittedRhythm
    >>> fitted = FittedRhythm(customers=1.0, shapes=(1.0, 8.0), shares=(0.5, 0.5), r=2.0, beta=40.0, leaving=0.05,
    ...                       log_likelihood=0.0)
    >>> steady, chancy = [7.0, 8, 6, 7, 9, 7, 6, 7], [1.0, 20, 2, 3, 15, 1, 12, 3]
    >>> table = GapTable.of(["steady", "chancy"], steady + chancy, [8, 8], [25.0, 25.0])
    >>> silence_alert(fitted, table, per_year=0.2).is_alarm.tolist()
    [True, False]
    """
    seen = Summary.of(table)
    rows = np.flatnonzero(seen.count >= _checked(least))
    count = len(table)
    chance, level, fires = (np.full(count, np.nan) for _ in range(3))
    own = _some(seen, rows)
    chance[rows] = fitted.cautious_tail(table.silence[rows], own)
    level[rows] = _levels(fitted, own, per_year)
    fires[rows] = _fires_at(fitted, own, level[rows])
    raised = np.zeros(count, dtype=np.bool_)
    raised[rows] = chance[rows] < level[rows]
    return SilenceAlerts(raised, chance, level, fires)


def past_silence_alarms(
    fitted: FittedRhythm, table: GapTable, *, per_year: float, least: int = LEAST_GAPS
) -> PastAlarms:
    """The rule applied to every past gap, knowing only the gaps before it.

    Customers who left made no alarm here: their last silence never ended. What remains are false alarms, so the rate is
    a measurement, whatever the truth about rhythms.
    """
    from scipy.special import chdtri

    ends, score, days = _past(fitted, table, least)
    raised = ends[score < per_year]
    years, alarms = float(days.sum()) / YEAR, int(raised.size)
    low = float(chdtri(2 * alarms, 0.975)) / 2 if alarms else 0.0
    return PastAlarms(raised, alarms, years, low / years, float(chdtri(2 * alarms + 2, 0.025)) / 2 / years)


def calibrated_rate(
    fitted: FittedRhythm, table: GapTable, *, per_year: float, least: int = LEAST_GAPS, most: float = 2.0
) -> float:
    """The nominal rate that made at most `per_year` false alarms per customer-year on this table's past gaps.

    Split the promise from the model: whatever rhythms are like, a rule that kept the rate on past gaps keeps it on the
    next ones as long as they are like the past (exchangeable, as in conformal prediction). Between 0 and `most` ×
    per_year. Reference: Vovk, Gammerman & Shafer (2005).
    """
    _, score, days = _past(fitted, table, least)
    allowed = int(np.floor(per_year * float(days.sum()) / YEAR))
    ordered = np.sort(score)
    # Strictly below the score of the first alarm too many.
    return float(min(most * per_year, ordered[allowed])) if allowed < ordered.size else most * per_year


def _past(fitted: FittedRhythm, table: GapTable, least: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Places of the past gaps that could be judged, the rate at which each would be alarmed, and their days."""
    runs = table.gaps
    ends = np.flatnonzero(runs.place >= _checked(least))
    if not ends.size:
        raise NotEnoughData(f"Nobody has more than {least} gaps: nothing past can be judged.", code="few_repeat_buyers")
    own = Summary.between(table, runs.start[:-1][runs.owner[ends]], ends)
    tail = fitted.cautious_tail(runs.value[ends], own)
    score = np.where(tail < LARGEST_LEVEL, tail * YEAR / fitted.mean_gap_up_to(YEAR, own), np.inf)
    return ends, score, runs.value[ends]


def _levels(fitted: FittedRhythm, own: Summary, per_year: float) -> FloatArray:
    return np.minimum(fitted.mean_gap_up_to(YEAR, own) / require_rate(per_year), LARGEST_LEVEL)


def _fires_at(fitted: FittedRhythm, own: Summary, level: FloatArray) -> FloatArray:
    """Days of silence at which the chance of more falls to the level, by bisection of its logarithm."""
    low, high = np.full(level.size, -7.0), np.full(level.size, 16.0)
    for _ in range(30):
        middle = (low + high) / 2
        longer = fitted.cautious_tail(np.exp(middle), own) > level
        low, high = np.where(longer, middle, low), np.where(longer, high, middle)
    return np.asarray(np.exp(high), dtype=np.float64)


def _some(seen: Summary, rows: IntArray) -> Summary:
    return Summary(seen.count[rows], seen.total[rows], seen.log_total[rows])


def _checked(least: int) -> int:
    if least < 4:
        raise InvalidSetting("Four gaps of her own are the least that a customer is judged by.", code="least")
    return least
