"""The likelihood of Gamma-Gamma, arranged so that millions of customers cost one pass over them.

With S = x·z what a person spent in all, ln L (equation 1a) is a function of x alone, of which there are few, plus terms
in ln(1 + γ/S) and ln(1 + S/γ), whose sums a few points of ln S give as well as everybody does (`cells`).

Reference: Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi

from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.spend.buyers import RepeatBuyers
from fleuve_analytics.spend.cells import Moments, exact_terms

__all__ = ["STARTS", "Spends", "mean_log_likelihood", "spends_of"]

# Spend is in units of its geometric mean, so plain parameters are never far off; the others are for unusual crowds.
STARTS = (np.log([1.0, 4.0, 3.0]), np.zeros(3), np.log([10.0, 2.0, 0.2]), np.log([0.5, 20.0, 40.0]))


@dataclass(frozen=True, eq=False)
class Spends:
    """What repeat buyers spent, to the last digit the same whatever the order of the caller.

    Money is divided by its geometric mean, which brings gamma near one in any currency. frequencies and counts: how
    many people made how many repeat purchases. log_spent: logarithms of totals that stand for those of everybody;
    weight: people there; weighted: people times purchases. log_unit: logarithm of the geometric mean.
    """

    frequencies: FloatArray
    counts: FloatArray
    log_spent: FloatArray
    weight: FloatArray
    weighted: FloatArray
    log_unit: float

    @property
    def total(self) -> float:
        return float(self.counts.sum())


def spends_of(buyers: RepeatBuyers) -> Spends:
    """Arrange the spends of repeat buyers."""
    totals = buyers.totals()
    moments = Moments(*totals)
    counted = [(np.empty(0), np.empty(0))]
    for x, mean_spend, weight in buyers:
        moments.add(x, mean_spend, weight)
        counted.append(_counted(x, exact_terms(weight, totals[0])))
    frequencies, counts = _counted(*(np.concatenate(parts) for parts in zip(*counted, strict=True)))
    log_spent, weights, weighted = moments.points()
    log_unit = float((weights @ log_spent - counts @ np.log(frequencies)) / counts.sum()) if counts.size else 0.0
    return Spends(frequencies, counts, log_spent - log_unit, weights, weighted, log_unit)


def _counted(x: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distinct frequencies with their weights; those below a million, nearly all, without sorting."""
    if x.size and x.max() < 1e6 and (x == np.floor(x)).all():
        counts = np.asarray(np.bincount(x.astype(np.int64), weights=weight), dtype=np.float64)
        found = np.flatnonzero(counts)
        return found.astype(np.float64), counts[found]
    frequencies, group = np.unique(x, return_inverse=True)
    return frequencies, np.bincount(group, weights=weight, minlength=frequencies.size).astype(np.float64)


def mean_log_likelihood(log_parameters: FloatArray, seen: Spends) -> tuple[float, FloatArray]:
    """Mean log of equation 1a per customer and its gradient in the logarithms of (p, q, γ).

    x·ln(S/(γ + S)) = −x·ln(1 + γ/S) and ln(γ/(γ + S)) = −ln(1 + S/γ): nothing cancels, however large p and q. The mean
    of ln z, in units of the geometric mean, is nought.
    """
    p, q, _ = np.exp(log_parameters).tolist()
    x, many, total = seen.frequencies, seen.counts, seen.total
    spent_below, spent_share, gamma_below, gamma_share = _sums(log_parameters[2] - seen.log_spent, seen)
    both = p * x + q
    head = gammaln(both) - gammaln(p * x) - gammaln(q)
    slope = psi(both)
    gradient = np.array(
        [
            p * ((many * x) @ (slope - psi(p * x)) - gamma_below),
            q * (many @ (slope - psi(q)) - spent_below),
            q * spent_share - p * gamma_share,
        ]
    )
    return float((many @ head - q * spent_below - p * gamma_below) / total), gradient / total


def _sums(log_odds: FloatArray, seen: Spends) -> tuple[float, float, float, float]:
    """Over people, ln(1 + S/γ) and S/(γ + S); over people times purchases, ln(1 + γ/S) and γ/(γ + S); from ln(γ/S)."""
    small = np.exp(-np.abs(log_odds))
    rest = np.log1p(small)
    larger, smaller = 1 / (1 + small), small / (1 + small)
    above = log_odds > 0
    return (
        float(seen.weight @ (np.maximum(-log_odds, 0.0) + rest)),
        float(seen.weight @ np.where(above, smaller, larger)),
        float(seen.weighted @ (np.maximum(log_odds, 0.0) + rest)),
        float(seen.weighted @ np.where(above, larger, smaller)),
    )
