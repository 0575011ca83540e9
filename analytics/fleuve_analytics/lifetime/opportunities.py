"""The mathematics of BG/BB: buying or not at each of n opportunities, until leaving before one of them.

Letters: x purchases, the last of them at opportunity t_x, of n; α, β of the Beta of buying chances; γ, δ of the Beta of
leaving chances. A history says how many opportunities τ the person was there for: all n of them, or any number from t_x
on. Each is a term of the likelihood, and every term is positive:

L = Σ B(α+x, β+τ−x)/B(α, β) · (B(γ+1, δ+τ) for τ = t_x … n−1;  B(γ, δ+n) for τ = n) / B(γ, δ)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln, psi

from fleuve_analytics.lifetime.observations import Observations, checked_histories, refuse
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["checked_opportunities", "log_likelihoods", "mean_log_likelihood"]

Letters = tuple[float, float, float, float]
# Terms looked at together: bounds the memory whatever the number of opportunities.
TERMS = 1_000_000


def checked_opportunities(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, opportunities: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The three arrays as floats of one shape, or `InvalidHistory`; codes are those of `checked_histories`, and
    more_than_recency.
    """
    x, last, n = checked_histories(frequency, recency, opportunities)
    faults = {
        "not_whole": ((last != np.floor(last)) | (n != np.floor(n)), "has a number of opportunities that is not whole"),
        "more_than_recency": (x > last, "bought more often than there were opportunities until the last purchase"),
    }
    for code, (wrong, words) in faults.items():
        if wrong.any():
            refuse(code, words, np.flatnonzero(wrong))
    return x, last, n


@dataclass(frozen=True)
class _Tables:
    """Logarithms of the factors of a term, or their derivatives in one parameter, by whole number."""

    by_bought: FloatArray
    by_missed: FloatArray
    by_present: FloatArray
    if_left: FloatArray
    if_stayed: FloatArray

    def of(self, terms: _Terms) -> FloatArray:
        """The sum of the factors for each term."""
        present = terms.present
        last = np.where(terms.stayed, self.if_stayed[present], self.if_left[present])
        return np.asarray(
            self.by_bought[terms.bought] + self.by_missed[present - terms.bought] + self.by_present[present] + last,
            dtype=np.float64,
        )


@dataclass(frozen=True)
class _Terms:
    """Terms of some rows, those of one row side by side from `starts` on; the last of a row is "stayed"."""

    rows: slice
    starts: IntArray
    row: IntArray
    present: IntArray
    bought: IntArray
    stayed: npt.NDArray[np.bool_]


def _terms(x: IntArray, last: IntArray, n: IntArray) -> Iterator[_Terms]:
    counts = n - last + 1
    ends = np.cumsum(counts)
    start = 0
    while start < x.size:
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + TERMS, side="right")))
        rows = slice(start, stop)
        starts = ends[rows] - counts[rows] - done
        row = np.repeat(np.arange(stop - start), counts[rows])
        present = np.arange(row.size) - starts[row] + last[rows][row]
        yield _Terms(rows, starts, row, present, x[rows][row], present == n[rows][row])
        start = stop


def _log_tables(letters: Letters, most: int) -> _Tables:
    alpha, beta, gamma, delta = letters
    i = np.arange(most + 1.0)
    constant = -betaln(alpha, beta) - betaln(gamma, delta)
    return _Tables(
        by_bought=gammaln(alpha + i) + constant,
        by_missed=gammaln(beta + i),
        by_present=-gammaln(alpha + beta + i),
        if_left=np.asarray(betaln(gamma + 1, delta + i), dtype=np.float64),
        if_stayed=np.asarray(betaln(gamma, delta + i), dtype=np.float64),
    )


def _slope_tables(letters: Letters, most: int) -> list[_Tables]:
    """Derivatives of the logarithms in α, β, γ and δ."""
    alpha, beta, gamma, delta = letters
    i = np.arange(most + 1.0)
    none = np.zeros(most + 1)
    together, buying, leaving = -psi(alpha + beta + i), psi(alpha + beta), psi(gamma + delta)
    left, stayed = psi(gamma + delta + 1 + i), psi(gamma + delta + i)
    return [
        _Tables(psi(alpha + i) + (buying - psi(alpha)), none, together, none, none),
        _Tables(none + (buying - psi(beta)), psi(beta + i), together, none, none),
        _Tables(none + (leaving - psi(gamma)), none, none, psi(gamma + 1) - left, psi(gamma) - stayed),
        _Tables(none + (leaving - psi(delta)), none, none, psi(delta + i) - left, psi(delta + i) - stayed),
    ]


def log_likelihoods(letters: Letters, x: FloatArray, last: FloatArray, n: FloatArray) -> FloatArray:
    """ln L of each history, for flat arrays of whole numbers."""
    whole = tuple(part.astype(np.int64) for part in (x, last, n))
    tables = _log_tables(letters, int(n.max(initial=0.0)))
    found = np.empty(x.size)
    for terms in _terms(*whole):
        found[terms.rows] = _added(tables.of(terms), terms)[0]
    return found


def _added(logs: FloatArray, terms: _Terms) -> tuple[FloatArray, FloatArray]:
    """ln of the sum of each row's terms, and the share of each term in it."""
    highest = np.maximum.reduceat(logs, terms.starts)
    heights = np.exp(logs - highest[terms.row])
    sums = np.add.reduceat(heights, terms.starts)
    return highest + np.log(sums), heights / sums[terms.row]


def mean_log_likelihood(log_parameters: FloatArray, seen: Observations) -> tuple[float, FloatArray]:
    """Mean log-likelihood per customer and its gradient in the logarithms of (α, β, γ, δ)."""
    alpha, beta, gamma, delta = np.exp(log_parameters).tolist()
    letters = alpha, beta, gamma, delta
    x = seen.frequency.astype(np.int64)
    last, n = (np.rint(part * seen.scale).astype(np.int64) for part in (seen.recency, seen.age))
    most = int(n.max())
    tables, slopes = _log_tables(letters, most), _slope_tables(letters, most)
    value, gradient = 0.0, np.zeros(4)
    for terms in _terms(x, last, n):
        weight = seen.weight[terms.rows]
        level, share = _added(tables.of(terms), terms)
        value += float(weight @ level)
        share *= weight[terms.row]
        gradient += [float(share @ slope.of(terms)) for slope in slopes]
    return value / seen.total, gradient * np.array(letters) / seen.total
