"""Alarm on a change of rhythm or of basket, at whatever moment it came, with a stated rate of false alarms.

For every moment at which a change may have begun, the evidence is a likelihood ratio: the customer's figures since then
under "scaled by a factor" over the same under "as before", her own past and the population (prior) integrated out of
both. While nothing has changed its mean is one, whatever the past: an e-value. Each moment enters with the time that
passed before it as stake; the sum over moments then grows, on average, no faster than the calendar. By the optional
stopping theorem it reaches 1/rate years before any change with a chance of at most rate × years watched, however often
one looks: no correction for looking every day.

Reference: Shin, Ramdas & Rinaldo (2024), "E-detectors: a nonparametric framework for sequential change detection", New
England Journal of Statistics in Data Science 2 (the sum is their Shiryaev-Roberts e-detector, with stakes in time);
Ville (1939) for the inequality; Pollak (1987) for the estimated past.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.baskets import BasketSummary, FittedBaskets
from fleuve_analytics.churn.gaps import GapTable, Runs, require_rate
from fleuve_analytics.churn.rhythm import FittedRhythm, Summary
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["ChangeAlerts", "basket_change", "rhythm_change"]

# ln of (likelihood with a change at place `begins`, by `factor`) − ln of (without), up to place `ends` included.
Evidence = Callable[[IntArray, IntArray, IntArray, float], FloatArray]


@dataclass(frozen=True, eq=False)
class ChangeAlerts:
    """Alarms on a change.

    As of the end of the table, (n,): is_alarm; evidence: in units of the threshold, 1 and more alarms (0 without enough
    of a past); factor: the likeliest scale of what came after (2: gaps twice as long, or baskets twice as large), NaN
    without evidence; since: how many figures ago it likeliest began. Over the whole history, (m,): past_evidence after
    each figure of the runs, 0 where too early.
    """

    is_alarm: npt.NDArray[np.bool_]
    evidence: FloatArray
    factor: FloatArray
    since: IntArray
    past_evidence: FloatArray

    def first_alarm(self, runs: Runs) -> IntArray:
        """Place, among her own figures, of each customer's first alarm in the whole history; −1 for none."""
        first = np.full(runs.start.size - 1, -1, dtype=np.int64)
        raised = np.flatnonzero(self.past_evidence >= 1)[::-1]
        first[runs.owner[raised]] = runs.place[raised]
        return first


def rhythm_change(
    fitted: FittedRhythm,
    table: GapTable,
    *,
    per_year: float,
    factors: Sequence[float] = (0.5, 2.0),
    least: int = 5,
    reach: int = 12,
) -> ChangeAlerts:
    """Whose gaps have become longer or shorter?

    per_year: false alarms allowed per customer and year. factors: changes looked for, each as likely: 2 means gaps
    twice as long. least: gaps before a change that make a past; reach: how many gaps back a change may lie. Only gaps
    that ended are looked at; `silence_alert` looks at the one that goes on.
    """
    runs = table.gaps
    begin = runs.start[:-1]

    def evidence(begins: IntArray, ends: IntArray, owner: IntArray, factor: float) -> FloatArray:
        from scipy.special import logsumexp

        whole = Summary.between(table, begin[owner], ends + 1)
        after = Summary.between(table, begins, ends + 1)
        total = whole.total + after.total * (1 / factor - 1)
        changed = Summary(whole.count, total, whole.log_total - after.count * np.log(factor))
        ratio = logsumexp(fitted.log_marginal(changed), axis=1) - logsumexp(fitted.log_marginal(whole), axis=1)
        return np.asarray(ratio - after.count * np.log(factor), dtype=np.float64)

    # The time that passed before a gap is the gap before it.
    stake = np.where(runs.place > 0, np.roll(runs.value, 1), 0.0)
    return _alerts(runs, stake, evidence, per_year, factors, least, reach)


def basket_change(
    fitted: FittedBaskets,
    table: GapTable,
    *,
    per_year: float,
    factors: Sequence[float] = (0.6, 1.7),
    least: int = 5,
    reach: int = 12,
) -> ChangeAlerts:
    """Whose baskets have become smaller or larger? Arguments as of `rhythm_change`; 0.6 means 40 % less a purchase.

    Purchase days with nothing spent are passed over.
    """
    paid = fitted.paid(table)
    begin = paid.runs.start[:-1]

    def evidence(begins: IntArray, ends: IntArray, owner: IntArray, factor: float) -> FloatArray:
        shift = float(np.log(factor))
        whole = BasketSummary.between(paid.runs, begin[owner], ends + 1)
        after = BasketSummary.between(paid.runs, begins, ends + 1)
        changed = BasketSummary(
            whole.count,
            whole.total - shift * after.count,
            whole.squares - 2 * shift * after.total + shift**2 * after.count,
        )
        return fitted.log_marginal(changed) - fitted.log_marginal(whole)

    return _alerts(paid.runs, paid.waited, evidence, per_year, factors, least, reach)


def _alerts(
    runs: Runs,
    stake: FloatArray,
    evidence: Evidence,
    per_year: float,
    factors: Sequence[float],
    least: int,
    reach: int,
) -> ChangeAlerts:
    if least < 2 or reach < 1 or not factors or any(not factor > 0 or factor == 1 for factor in factors):
        raise InvalidSetting("Factors are above zero and not 1; least is 2 or more, reach 1 or more.", code="factors")
    threshold = require_rate(per_year)
    size = runs.value.size
    total, best, since = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int64)
    factor_of = np.full(size, np.nan)
    owner, place = runs.owner, runs.place
    for back in range(reach):
        rows = np.flatnonzero(place - back >= least)
        for factor in factors:
            ratio = np.exp(np.minimum(evidence(rows - back, rows, owner[rows], factor), 600.0))
            part = stake[rows - back] * ratio / (threshold * len(factors))
            total[rows] += part
            better = part > best[rows]
            best[rows[better]], factor_of[rows[better]], since[rows[better]] = part[better], factor, back + 1
    last = runs.start[1:] - 1
    has = np.diff(runs.start) > 0
    now = np.where(has, last, 0)
    pick = (
        (lambda values, none: np.where(has, values[now], none))
        if size
        else (lambda values, none: np.full(has.size, none))
    )
    current = np.asarray(pick(total, 0.0), dtype=np.float64)
    return ChangeAlerts(current >= 1, current, pick(factor_of, np.nan), pick(since, 0), total)
