"""How regularly does each customer buy? A population of rhythms, and each customer's place in it.

A customer's gaps are Gamma with a mean μ and a shape k of her own: k above 1 is regular (a habit), 1 is at random,
below 1 is clumpy (bursts and pauses). Across customers 1/μ is Gamma(r, β) and k one of a few values with unknown
shares. After each purchase a share p has left for good. Given k, all is in closed form: with n gaps of sum S and
logarithms summing to P, λ = k/μ is Gamma(r, β/k) and

    ln L_k = ln Γ(r+nk) − ln Γ(r) − n ln Γ(k) + r ln(β/k) + (k−1) P − (r+nk) ln(β/k + S)
    P(gap > t | n, S, k) = I_{1/(1+z)}(r+nk, k),  z = t / (β/k + S)

(the gap over β/k + S is a ratio of two independent Gammas; I is the regularised incomplete beta function).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fleuve_analytics.churn.gaps import GapTable
from fleuve_analytics.errors import DidNotConverge, InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.records import Record

__all__ = ["FittedRhythm", "RhythmModel", "Summary"]

# The population is learned from that many customers drawn at equal steps; each is then judged by her own gaps.
SAMPLE = 1_000
# Shapes rarer than this are left out of what is kept: they would cost time and change nothing.
RAREST = 1e-5
# A shape at least this likely, compared with the likeliest, may be hers.
PLAUSIBLE = 0.1
LEAST_CUSTOMERS = 20


@dataclass(frozen=True, eq=False)
class Summary:
    """All that the model needs of gaps: how many, their sum, the sum of their logarithms; arrays of one shape."""

    count: FloatArray
    total: FloatArray
    log_total: FloatArray

    @classmethod
    def of(cls, table: GapTable) -> Summary:
        """Of each customer's gaps."""
        return cls.between(table, table.gaps.start[:-1], table.gaps.start[1:])

    @classmethod
    def between(cls, table: GapTable, first: IntArray, end: IntArray) -> Summary:
        """Of the gaps from place `first` to place `end` − 1 in the list of all gaps."""
        total, logs = table.gaps.running(table.gaps.value), table.gaps.running(np.log(table.gaps.value))
        return cls((end - first).astype(np.float64), total[end] - total[first], logs[end] - logs[first])


@dataclass(frozen=True, kw_only=True)
class FittedRhythm(Record):
    """A population of rhythms, in days.

    shapes: the shapes k looked at, shares: of customers with each; r, beta: of 1/μ across customers; leaving: chance of
    leaving for good after a purchase, which keeps those who left from passing for slow buyers; hardly told apart from
    them in a short history, so no forecast.
    """

    model = "RhythmModel"

    shapes: tuple[float, ...]
    shares: tuple[float, ...]
    r: float
    beta: float
    leaving: float
    log_likelihood: float

    def log_marginal(self, seen: Summary) -> FloatArray:
        """ln of share × likelihood of the gaps under each shape, (n, shapes)."""
        each = _log_marginal(seen, np.array(self.shapes), self.r, self.beta)
        return np.asarray(np.log(self.shares) + each, dtype=np.float64)

    def shape_chances(self, seen: Summary) -> FloatArray:
        """Chance of each shape given a customer's gaps, (n, shapes)."""
        from scipy.special import softmax

        return np.asarray(softmax(self.log_marginal(seen), axis=1), dtype=np.float64)

    def tail(self, silence: FloatArray, seen: Summary) -> FloatArray:
        """Chance that a customer who is still one stays silent for longer than `silence`, given her gaps, (n,)."""
        each = _tail(silence, seen, np.array(self.shapes), self.r, self.beta)
        return np.asarray((self.shape_chances(seen) * each).sum(axis=1), dtype=np.float64)

    def cautious_tail(self, silence: FloatArray, seen: Summary) -> FloatArray:
        """The largest chance of a longer silence under any regularity that her gaps leave plausible, (n,).

        `tail` averages over regularities, which is right over all customers but quick to alarm the clumpiest, whose few
        gaps may look like chance. A shape counts as plausible when at least a tenth as likely as the likeliest.
        """
        chances = self.shape_chances(seen)
        each = _tail(silence, seen, np.array(self.shapes), self.r, self.beta)
        plausible = chances >= PLAUSIBLE * chances.max(axis=1, keepdims=True)
        largest = np.where(plausible, each, 0.0).max(axis=1)
        return np.asarray(np.maximum(largest, (chances * each).sum(axis=1)), dtype=np.float64)

    def mean_gap_up_to(self, most: float, seen: Summary) -> FloatArray:
        """Mean of the next gap, longer ones counted as `most`, (n,); needs r + n·k > 1 for every shape."""
        from scipy.special import betainc, betaincc

        k, (count, total) = np.array(self.shapes), (part[:, np.newaxis] for part in (seen.count, seen.total))
        scale, rest = self.beta / k + total, self.r + count * k
        reach = most / (scale + most)
        each = scale * k / (rest - 1) * betainc(k + 1, rest - 1, reach) + most * betaincc(k, rest, reach)
        return np.asarray((self.shape_chances(seen) * each).sum(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class RhythmModel:
    """Which rhythms of buying are there? (Gamma gaps with shapes that differ by customer)

    Assumptions: a customer's gaps are independent of one another, with one mean and one regularity for as long as she
    is a customer; no season. shapes: the regularities looked at, below 1 clumpy, 1 random, above 1 regular.

    Reference: Wheat & Morrison (1990), "Estimating Purchase Regularity with Two Interpurchase Times", Journal of
    Marketing Research 27, and Platzer & Reutterer (2016), "Ticking Away the Moments", Marketing Science 35, for Gamma
    gaps; the finite set of shapes is a nonparametric mixture over them.
    """

    shapes: tuple[float, ...] = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0)

    def fit(self, table: GapTable) -> FittedRhythm:
        """Find the population by maximum likelihood, the present silence of each customer included.

        Raises `InvalidSetting`, `NotEnoughData` below 20 customers with two gaps, `DidNotConverge`.
        """
        shapes = np.array(sorted(set(self.shapes)), dtype=np.float64)
        if shapes.size == 0 or not (np.isfinite(shapes).all() and (shapes > 0).all()):
            raise InvalidSetting("Shapes are numbers above zero.", code="shapes")
        seen, silence = _sampled(table)
        repeaters = int((seen.count >= 2).sum())
        if repeaters < LEAST_CUSTOMERS:
            raise NotEnoughData(
                f"A rhythm is learned from customers with two gaps or more: {LEAST_CUSTOMERS} are needed, {repeaters} "
                "are there. Use a longer history.",
                code="few_repeat_buyers",
                needed=LEAST_CUSTOMERS,
            )
        # Times in units of the mean gap bring every parameter near one.
        unit = float(seen.total.sum() / seen.count.sum())
        scaled = Summary(seen.count, seen.total / unit, seen.log_total - seen.count * np.log(unit))
        (r, beta, leaving, shares), value = _best(scaled, silence / unit, shapes)
        kept = shares > RAREST
        return FittedRhythm(
            customers=float(len(table)),
            shapes=tuple(shapes[kept].tolist()),
            shares=tuple((shares[kept] / shares[kept].sum()).tolist()),
            r=r,
            beta=beta * unit,
            leaving=leaving,
            log_likelihood=value - float(seen.count.sum() * np.log(unit)),
        )


def _sampled(table: GapTable) -> tuple[Summary, FloatArray]:
    """Customers at equal steps when they are many; in an order that does not depend on the caller's."""
    seen = Summary.of(table)
    order = np.lexsort((table.silence, seen.log_total, seen.total, seen.count))
    kept = order[:: -(-len(table) // SAMPLE)]
    return Summary(seen.count[kept], seen.total[kept], seen.log_total[kept]), table.silence[kept]


def _log_marginal(seen: Summary, k: FloatArray, r: float, beta: float) -> FloatArray:
    from scipy.special import gammaln

    count, total, logs = (part[:, np.newaxis] for part in (seen.count, seen.total, seen.log_total))
    rest = r + count * k
    head = gammaln(rest) - gammaln(r) - count * gammaln(k) + r * np.log(beta / k)
    return np.asarray(head + (k - 1) * logs - rest * np.log(beta / k + total), dtype=np.float64)


def _tail(silence: FloatArray, seen: Summary, k: FloatArray, r: float, beta: float) -> FloatArray:
    from scipy.special import betaincc

    count, total, quiet = (part[:, np.newaxis] for part in (seen.count, seen.total, silence))
    scale = beta / k + total
    return np.asarray(betaincc(k, r + count * k, quiet / (scale + quiet)), dtype=np.float64)


def _best(seen: Summary, silence: FloatArray, k: FloatArray) -> tuple[tuple[float, float, float, FloatArray], float]:
    """Maximum likelihood over (ln r, ln β, logit p, shares)."""
    from scipy.optimize import minimize
    from scipy.special import expit, softmax

    start = np.concatenate([[0.5, 0.5, -3.0], np.zeros(k.size - 1)])
    bounds = [(-6.0, 8.0), (-8.0, 10.0), (-16.0, 6.0), *([(-14.0, 14.0)] * (k.size - 1))]

    def downhill(at: FloatArray, *_: object) -> tuple[float, FloatArray]:
        return _downhill(at, seen, silence, k)

    found = minimize(
        downhill,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 300, "ftol": 1e-9, "gtol": 1e-5},
    )
    if not np.isfinite(found.fun) or found.nit == 0:
        raise DidNotConverge("No rhythm was found. Check that gaps are in days.", code="no_maximum")
    at = np.asarray(found.x)
    shares = np.asarray(softmax(np.append(0.0, at[3:])), dtype=np.float64)
    answer = float(np.exp(at[0])), float(np.exp(at[1])), float(expit(at[2])), shares
    return answer, -float(found.fun) * seen.count.size


def _downhill(at: FloatArray, seen: Summary, silence: FloatArray, k: FloatArray) -> tuple[float, FloatArray]:
    """Minus the mean log-likelihood and its slope; by differences where there is no closed form (the tail's, in r).

    A customer: log-sum over k of [ln share + ln L_k + n ln(1−p) + ln(p + (1−p) tail_k)].
    """
    from scipy.special import expit, log_softmax, logsumexp, softmax

    r, beta, leaving = float(np.exp(at[0])), float(np.exp(at[1])), float(expit(at[2]))
    tail = _tail(silence, seen, k, r, beta)
    ended = leaving + (1 - leaving) * tail
    parts = log_softmax(np.append(0.0, at[3:])) + _log_marginal(seen, k, r, beta) + np.log(ended)
    each: Any = logsumexp(parts, axis=1)
    post = np.exp(parts - each[:, np.newaxis])
    by_r, by_beta = _slopes(seen, silence, k, r, beta)
    push = (1 - leaving) / ended
    by_leaving = leaving * (1 - leaving) * (1 - tail) / ended - leaving * seen.count[:, np.newaxis]
    slopes = [by_r[0] + push * by_r[1], by_beta[0] + push * by_beta[1], by_leaving]
    mixing = (post.sum(axis=0) - each.size * softmax(np.append(0.0, at[3:])))[1:]
    value = float(each.sum()) + float(seen.count.sum()) * float(np.log1p(-leaving))
    gradient = np.concatenate([[float((post * slope).sum()) for slope in slopes], mixing])
    return -value / each.size, -gradient / each.size


def _slopes(
    seen: Summary, silence: FloatArray, k: FloatArray, r: float, beta: float
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Slopes of (ln L_k, tail_k) in ln r and in ln β."""
    from scipy.special import betaln, psi

    count, total, quiet = (part[:, np.newaxis] for part in (seen.count, seen.total, silence))
    scale, rest, step = beta / k + total, r + count * k, 1e-4
    gaps_by_r = r * (psi(rest) - psi(r) + np.log(beta / k) - np.log(scale))
    near, far = (_tail(silence, seen, k, r * float(np.exp(move)), beta) for move in (-step, step))
    reach = np.maximum(quiet / (scale + quiet), 1e-300)
    # The tail falls by the Beta density times the change of the reach, −reach · (β/k) / (scale + quiet) for ln β.
    density = np.exp(k * np.log(reach) + (rest - 1) * np.log1p(-reach) - betaln(k, rest))
    tail_by_beta = density * (beta / k) / (scale + quiet)
    return (gaps_by_r, (far - near) / (2 * step)), (r - rest * (beta / k) / scale, tail_by_beta)
