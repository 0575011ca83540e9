"""Two families of models, told in the same terms: how purchases come is shared, how people leave is not.

A family has four letters. The first two are the Gamma of purchase rates (r, α); the last two spread the propensity to
leave: rates of leaving, Gamma(s, β), in the Pareto family; chances of leaving after a purchase, Beta(a, b), in the
geometric one. The log-likelihood of a history splits into a `prior` part, which depends on the letters and the number
of purchases only, and a `kernel`: the logarithm of the integral of what was seen over the (unnormalised) spreads.
Ratios of kernels at other letters are means over what is known of a person after her history; `sarmanov` lives on that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import betaln, expit, gammaln, psi

from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.lifetime.pareto import CHUNK, departure
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Family", "GeometricFamily", "Letters", "ParetoFamily", "Slopes"]

Letters = tuple[Any, Any, Any, Any]


@dataclass(frozen=True)
class Slopes:
    """A value per row, and its derivatives in the logarithms of the four letters."""

    value: FloatArray
    slopes: tuple[FloatArray, FloatArray, FloatArray, FloatArray]


class Family(ABC):
    """What estimation and prediction must know of a family.

    letters: names of the parameters; times: which of them are lengths of time; loads: how a unit of each process'
    effect moves the logarithms of the letters.
    """

    letters: ClassVar[tuple[str, str, str, str]]
    times: ClassVar[tuple[int, ...]]
    loads: ClassVar[dict[str, tuple[float, float, float, float]]]

    @abstractmethod
    def prior(self, letters: Letters, frequency: FloatArray) -> Slopes:
        """The part that histories with the same frequency share; letters and frequency per pair."""

    @abstractmethod
    def kernel(
        self, letters: Letters, frequency: FloatArray, pair: IntArray, recency: FloatArray, age: FloatArray
    ) -> Slopes:
        """The logarithm of the integral over the spreads; letters and frequency per pair, the rest per row."""

    @abstractmethod
    def plain(self, letters: Letters) -> FittedBuying:
        """The model without covariates and correlation at these letters, each one number or one per customer."""

    @abstractmethod
    def draw_leaving(
        self, letters: Letters, frequency: Any, age: Any, size: Any, rng: np.random.Generator
    ) -> FloatArray:
        """Propensities to leave of people who are customers still after such a history."""

    @abstractmethod
    def draw_counts(
        self, rate: FloatArray, leaving: FloatArray, horizon: Any, rng: np.random.Generator
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Purchases made in the horizon by customers with these propensities, out of how many wished, spread over
        what length of time."""


class GeometricFamily(Family):
    """People leave after a purchase with a personal chance: BG/NBD."""

    letters = ("r", "alpha", "a", "b")
    times = (1,)
    loads = {"purchase": (0, -1, 0, 0), "dropout": (0, 0, 1, 0), "staying": (0, 0, 0, 1), "equal": (0, -1, 1, 0)}

    def prior(self, letters: Letters, frequency: FloatArray) -> Slopes:
        r, alpha, a, b = letters
        both = psi(a + b)
        value = gammaln(r + frequency) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        in_r = r * (psi(r + frequency) - psi(r) + np.log(alpha))
        return Slopes(value, (in_r, r * np.ones_like(value), -a * (psi(a) - both), -b * (psi(b) - both)))

    def kernel(
        self, letters: Letters, frequency: FloatArray, pair: IntArray, recency: FloatArray, age: FloatArray
    ) -> Slopes:
        r, alpha, a, b = letters
        rate, all_ = np.broadcast_to(alpha, frequency.shape)[pair], a + b + frequency
        now, then = rate + age, rate + recency
        log_now, log_then = np.log(now), np.log(then)
        shape = (r + frequency)[pair]
        # Somebody without repeat purchase had no chance to leave.
        survived = np.where(frequency > 0, b + frequency - 1, np.inf)
        log_odds = np.log(a / survived, where=frequency > 0, out=np.full(frequency.shape, -np.inf))[pair]
        log_odds = log_odds + shape * (log_now - log_then)
        left = expit(log_odds)
        value = betaln(a, b + frequency)[pair] - shape * log_now + np.logaddexp(0, log_odds)
        both = psi(all_)
        return Slopes(
            value,
            (
                -r * (log_now - left * (log_now - log_then)),
                -rate * shape * ((1 - left) / now + left / then),
                (a * (psi(a) - both))[pair] + left,
                (b * (psi(b + frequency) - both))[pair] - left * (b / survived)[pair],
            ),
        )

    def plain(self, letters: Letters) -> FittedBuying:
        from fleuve_analytics.lifetime.beta_geometric import FittedBetaGeometric

        r, alpha, a, b = letters
        return FittedBetaGeometric(
            r=r, alpha=alpha, a=a, b=b, covariance=(), log_likelihood=0.0, customers=0.0, converged=True
        )

    def draw_leaving(
        self, letters: Letters, frequency: Any, age: Any, size: Any, rng: np.random.Generator
    ) -> FloatArray:
        # A chance that underflows to zero would make the geometric law undefined; at 1e-12 nobody leaves anyway.
        chance: FloatArray = np.maximum(rng.beta(letters[2], letters[3] + frequency, size), 1e-12)
        return chance

    def draw_counts(
        self, rate: FloatArray, leaving: FloatArray, horizon: Any, rng: np.random.Generator
    ) -> tuple[IntArray, IntArray, FloatArray]:
        wished = rng.poisson(rate * horizon)
        return np.minimum(wished, rng.geometric(leaving)), wished, np.broadcast_to(horizon, rate.shape)


class ParetoFamily(Family):
    """People leave at any moment at a personal rate: Pareto/NBD."""

    letters = ("r", "alpha", "s", "beta")
    times = (1, 3)
    loads = {"purchase": (0, -1, 0, 0), "dropout": (0, 0, 0, -1), "equal": (0, -1, 0, -1)}

    def prior(self, letters: Letters, frequency: FloatArray) -> Slopes:
        r, alpha, s, beta = letters
        value = gammaln(r + frequency) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        one = np.ones_like(value)
        in_r = r * (psi(r + frequency) - psi(r) + np.log(alpha))
        return Slopes(value, (in_r, r * one, s * np.log(beta) * one, s * one))

    def kernel(
        self, letters: Letters, frequency: FloatArray, pair: IntArray, recency: FloatArray, age: FloatArray
    ) -> Slopes:
        table = np.empty((5, age.size))
        each = [np.broadcast_to(letter, frequency.shape) for letter in letters]
        for start in range(0, age.size, CHUNK):
            rows = slice(start, start + CHUNK)
            r, alpha, s, beta = (letter[pair[rows]] for letter in each)
            table[:, rows] = _pareto_rows((r, alpha, s, beta), frequency[pair[rows]], recency[rows], age[rows])
        return Slopes(table[0], (table[1], table[2], table[3], table[4]))

    def plain(self, letters: Letters) -> FittedBuying:
        from fleuve_analytics.lifetime.pareto_nbd import FittedParetoNBD

        r, alpha, s, beta = letters
        return FittedParetoNBD(
            r=r, alpha=alpha, s=s, beta=beta, covariance=(), log_likelihood=0.0, customers=0.0, converged=True
        )

    def draw_leaving(
        self, letters: Letters, frequency: Any, age: Any, size: Any, rng: np.random.Generator
    ) -> FloatArray:
        rate: FloatArray = rng.gamma(letters[2], 1 / (letters[3] + age), size)
        return rate

    def draw_counts(
        self, rate: FloatArray, leaving: FloatArray, horizon: Any, rng: np.random.Generator
    ) -> tuple[IntArray, IntArray, FloatArray]:
        with np.errstate(divide="ignore"):
            stays = np.minimum(rng.exponential(size=rate.shape) / leaving, horizon)
        made = rng.poisson(rate * stays)
        return made, made, stays


def _pareto_rows(letters: Letters, x: FloatArray, last: FloatArray, age: FloatArray) -> FloatArray:
    """Value and four slopes of some rows: still a customer, or left at some moment between last purchase and now."""
    r, alpha, s, beta = letters
    gone = departure(letters, x, last, age)
    left = expit(gone.log_odds)
    stayed = 1 - left
    log_alpha, log_beta = np.log(alpha + age), np.log(beta + age)
    return np.array(
        [
            np.logaddexp(0, gone.log_odds) - (r + x) * log_alpha - s * log_beta,
            -r * (stayed * log_alpha + left * gone.log_alpha),
            -alpha * (r + x) * (stayed / (alpha + age) + left * gone.per_alpha),
            -s * (stayed * log_beta + left * (gone.log_beta - 1 / s)),
            -beta * (stayed * s / (beta + age) + left * (s + 1) * gone.per_beta),
        ]
    )
