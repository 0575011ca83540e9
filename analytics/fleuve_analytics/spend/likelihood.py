"""The likelihood of Gamma-Gamma, arranged so that a million customers cost little.

With S = x·z what a person spent in all, ln L (equation 1a) is a function of x alone, of which there are few, plus terms
in ln S and ln(1 + γ/S) only: one logarithm and one division a person, however many parameters are tried.

Reference: Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from fleuve_analytics.maxima import Maximum, climb_with, maximise
from fleuve_analytics.numerics import FloatArray

__all__ = ["STARTS", "Spends", "climb", "mean_log_likelihood", "spends_of"]

# Spend is in units of its mean, so plain parameters are never far off; the others are for unusual crowds.
STARTS = (np.log([1.0, 4.0, 3.0]), np.zeros(3), np.log([10.0, 2.0, 0.2]), np.log([0.5, 20.0, 40.0]))
# From so many people on, a sixteenth of them lead the search.
MANY = 20_000
CHUNK = 16_384


@dataclass(frozen=True, eq=False)
class Spends:
    """What repeat buyers spent, in an order that does not depend on that of the caller.

    Money is divided by `unit`, its mean, which brings gamma near one in any currency. spent: total of a person's repeat
    purchases; weight: people; weighted: people times purchases. frequencies and counts: how many people made how many
    repeat purchases. log_spent, log_mean: weighted sums of ln S and of ln z.
    """

    spent: FloatArray
    weight: FloatArray
    weighted: FloatArray
    frequencies: FloatArray
    counts: FloatArray
    log_spent: float
    log_mean: float
    unit: float

    @property
    def total(self) -> float:
        return float(self.counts.sum())


def spends_of(x: FloatArray, mean_spend: FloatArray, weight: FloatArray) -> Spends:
    """Arrange the spends of repeat buyers."""
    order = _order(x, mean_spend)
    x, mean_spend, weight = x[order], mean_spend[order], weight[order]
    unit = float(weight @ mean_spend / weight.sum()) if x.size else 1.0
    return _arranged(x, x * (mean_spend / unit), weight, unit)


def _order(x: FloatArray, mean_spend: FloatArray) -> npt.NDArray[np.intp]:
    """An order that only the values decide.

    Sorting by one column takes a seventh of the time of two. Different people with the same sum are so rare that all
    are then sorted anew.
    """
    key = mean_spend * 1.618033988749895 + x
    order = np.argsort(key)
    same = np.flatnonzero(np.diff(key[order]) == 0)
    if (x[order[same]] != x[order[same + 1]]).any() or (mean_spend[order[same]] != mean_spend[order[same + 1]]).any():
        return np.lexsort((mean_spend, x))
    return order


def _arranged(x: FloatArray, spent: FloatArray, weight: FloatArray, unit: float) -> Spends:
    frequencies, counts = _counted(x, weight)
    log_spent = np.log(spent)
    sums = float(weight @ log_spent), float(weight @ log_spent - counts @ np.log(frequencies))
    return Spends(spent, weight, weight * x, frequencies, counts, *sums, unit)


def _counted(x: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distinct frequencies with their weights; those below a million, nearly all, without sorting."""
    if x.size and x.max() < 1e6 and (x == np.floor(x)).all():
        counts = np.asarray(np.bincount(x.astype(np.int64), weights=weight), dtype=np.float64)
        found = np.flatnonzero(counts)
        return found.astype(np.float64), counts[found]
    frequencies, group = np.unique(x, return_inverse=True)
    return frequencies, np.bincount(group, weights=weight, minlength=frequencies.size).astype(np.float64)


def climb(seen: Spends, starts: Sequence[FloatArray] = STARTS) -> Maximum:
    """The maximum over everybody; when they are many, reached from the maximum over a sixteenth of them."""
    if seen.spent.size > MANY:
        x = seen.weighted[::16] / seen.weight[::16]
        guide = climb(_arranged(x, seen.spent[::16], seen.weight[::16], seen.unit), starts)
        top = climb_with(lambda at: mean_log_likelihood(at, seen), guide)
        if top is not None:
            return top
    return maximise(lambda at: mean_log_likelihood(at, seen), starts)


def mean_log_likelihood(log_parameters: FloatArray, seen: Spends) -> tuple[float, FloatArray]:
    """Mean log of equation 1a per customer and its gradient in the logarithms of (p, q, γ)."""
    p, q, gamma = np.exp(log_parameters)
    x, many, total = seen.frequencies, seen.counts, seen.total
    share, weighted_share, pull, weighted_pull = _sums(gamma, seen)
    # ln(γ + S) = ln S + ln(1 + γ/S); x·ln(S/(γ + S)) = −x·ln(1 + γ/S): nothing cancels, however large p.
    log_below = seen.log_spent + share
    head = gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
    value = many @ head + q * (total * np.log(gamma) - log_below) - p * weighted_share - seen.log_mean
    both = psi(p * x + q)
    gradient = np.array(
        [
            (many * x) @ (both - psi(p * x)) - weighted_share,
            many @ (both - psi(q)) + total * np.log(gamma) - log_below,
            total * q / gamma - p * weighted_pull - q * pull,
        ]
    )
    return float(value / total), gradient * np.array([p, q, gamma]) / total


def _sums(gamma: float, seen: Spends) -> FloatArray:
    """Sums of ln(1 + γ/S) and of 1/(γ + S) over people, and over people times purchases."""
    sums = np.zeros(4)
    for start in range(0, seen.spent.size, CHUNK):
        rows = slice(start, start + CHUNK)
        spent, weight, weighted = seen.spent[rows], seen.weight[rows], seen.weighted[rows]
        share, pull = np.log1p(gamma / spent), 1 / (gamma + spent)
        sums += weight @ share, weighted @ share, weight @ pull, weighted @ pull
    return sums
