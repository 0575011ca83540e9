"""What every fitted contractual model can say: how long contracts last, and what their renewals are worth."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.fitted import Fitted
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.retention.beta_ratios import log_gamma_gap
from fleuve_analytics.retention.durations import checked_ages
from fleuve_analytics.retention.sums import checked_discount, residual_within, residual_without_end

__all__ = ["FittedContract", "LeavingPosterior"]


@dataclass(frozen=True, eq=False)
class LeavingPosterior:
    """What is believed of each customer's own chance of leaving, after the renewals she made: Beta(first, second).

    The chance is that of leaving at the very first renewal; where chances do not depend on tenure it is the same at
    every renewal.
    """

    first: FloatArray
    second: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean of the chance of leaving."""
        return self.first / (self.first + self.second)

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        """The chance that `share` of such customers do not exceed."""
        from scipy.special import betaincinv

        return np.asarray(betaincinv(self.first, self.second, np.asarray(share, dtype=np.float64)), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class FittedContract(Fitted):
    """A fitted contractual model: S(t) = B(α, β + t^c) / B(α, β), t the number of renewals.

    Ages are numbers of renewals made so far. A discount rate is the interest per period (.10 for 10 %), zero or more.
    """

    @property
    @abstractmethod
    def _shapes(self) -> tuple[float, float, float]:
        """α, β and c."""

    def survival(self, age: npt.ArrayLike) -> FloatArray:
        """Share of newcomers that renew at least `age` times."""
        return np.exp(self._log_survival(checked_ages(age)))

    def retention_rate(self, age: npt.ArrayLike) -> FloatArray:
        """Share that renews, of those who come to their `age`-th renewal; it rises with age as the faithful remain."""
        old = checked_ages(age)
        if (old < 1).any():
            raise InvalidSetting("The first renewal is number 1.", code="age")
        return np.exp(self._log_survival(old) - self._log_survival(old - 1))

    def renewal_probability(self, age: npt.ArrayLike, renewals: npt.ArrayLike = 1) -> FloatArray:
        """Chance that a customer who renewed `age` times makes at least the next `renewals` too."""
        old, more = checked_ages(age), checked_ages(renewals)
        return np.exp(self._log_survival(old + more) - self._log_survival(old))

    def leaving_posterior(self, age: npt.ArrayLike) -> LeavingPosterior:
        """What the renewals made so far say of each customer's own chance of leaving."""
        alpha, beta, c = self._shapes
        old = checked_ages(age)
        with np.errstate(over="ignore"):  # a chance of leaving that is zero to the last digit
            return LeavingPosterior(np.full(old.shape, alpha), beta + old**c)

    def expected_lifetime(self, horizon: int | None = None) -> float:
        """Mean number of periods that a newcomer pays for, the first included; infinite for a heavy tail (αc ≤ 1).

        horizon: count at most this many renewals.
        """
        return 1.0 + float(self.expected_residual(0, horizon))

    def expected_residual(self, age: npt.ArrayLike, horizon: int | None = None) -> FloatArray:
        """Mean number of renewals still to come of a customer who renewed `age` times."""
        return self.discounted_residual(0.0, age, horizon)

    def discounted_lifetime(self, discount_rate: float, horizon: int | None = None) -> float:
        """Discounted expected lifetime (DEL) of a newcomer: Σ over t ≥ 0 of S(t)/(1+d)^t, in periods paid today.

        Multiply by the margin of a period for the value of a newcomer before the first payment.
        """
        return 1.0 + float(self.discounted_residual(discount_rate, 0, horizon, until_renewal=1.0))

    def discounted_residual(
        self,
        discount_rate: float,
        age: npt.ArrayLike,
        horizon: int | None = None,
        until_renewal: npt.ArrayLike = 0.0,
    ) -> FloatArray:
        """Discounted expected residual lifetime (DERL): the renewals to come, as periods paid today.

        Σ over k ≥ 1 of S(age+k)/S(age) · (1+d)^(1−k−until_renewal): just before the next renewal when `until_renewal`
        is 0 (Fader & Hardie 2010, equation 7), just after the last one when it is 1.

        age: renewals made so far; horizon: renewals to count, all by default (infinite where nothing discounts a heavy
        tail); until_renewal: part of a period from now to the next renewal, 0 to 1.
        """
        rate, old = checked_discount(discount_rate), checked_ages(age)
        wait = np.asarray(until_renewal, dtype=np.float64)
        if not ((wait >= 0) & (wait <= 1)).all():
            raise InvalidSetting("The next renewal is at most one period away.", code="until_renewal")
        ages, place = np.unique(old, return_inverse=True)
        worth = self._residuals(ages, rate, horizon)[place].reshape(old.shape)
        return np.asarray(worth * np.exp(-wait * np.log1p(rate)), dtype=np.float64)

    def sample_renewals(self, horizon: int, age: npt.ArrayLike, draws: int, rng: np.random.Generator) -> IntArray:
        """Possible futures: renewals made of the next `horizon` (customers × draws), from the exact posterior."""
        alpha, beta, c = self._shapes
        ahead = _whole("horizon", horizon)
        old = np.atleast_1d(checked_ages(age))[:, np.newaxis]
        size = (old.shape[0], draws)
        grown = np.exp(np.minimum(c * np.log(np.maximum(old, 1e-300)), FARTHEST)) * (old > 0)
        # Still there at t with chance (1−θ)^(t^c): the t^c of leaving is exponential with rate −ln(1−θ). Drawn from the
        # logarithms of two gammas, the rate keeps its digits; one that rounds to zero means a customer for life.
        rate = np.logaddexp(0.0, _log_gamma_draw(alpha, size, rng) - _log_gamma_draw(beta + grown, size, rng))
        with np.errstate(divide="ignore", over="ignore"):
            wait = rng.exponential(size=size) / rate
            later = np.maximum(old, 1) * np.expm1(np.log1p(wait / np.maximum(grown, 1)) / c)
            first = np.exp(np.log(wait) / c)
        made = np.ceil(np.minimum(np.where(old > 0, later, first), ahead + 1.0)) - 1
        return np.asarray(np.clip(made, 0, ahead), dtype=np.int64)

    def _residuals(self, ages: FloatArray, rate: float, horizon: int | None) -> FloatArray:
        if horizon is not None:
            return residual_within(self._log_survival_at, ages, rate, _whole("horizon", horizon))
        if not ages.size:
            return ages
        alpha, _, c = self._shapes
        return residual_without_end(self._log_survival_at, alpha * c, int(ages[-1]), rate)[ages.astype(np.int64)]

    def _log_survival(self, age: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return self._log_survival_at(np.log(age))

    def _log_survival_at(self, log_age: FloatArray) -> FloatArray:
        return log_survival(log_age, *self._shapes)


# t^c beyond e^600 is not formed: there, ln S falls along −α·c·ln t.
FARTHEST = 600.0


def log_survival(log_age: FloatArray, alpha: float, beta: float, c: float) -> FloatArray:
    """ln S at the ages whose logarithms are given (minus infinity for age 0)."""
    power = c * log_age
    beyond = np.maximum(power - FARTHEST, 0.0)
    grown = beta + np.exp(np.minimum(power, FARTHEST))
    return log_gamma_gap(grown, alpha) - log_gamma_gap(np.asarray(beta), alpha) - alpha * beyond


def _log_gamma_draw(shape: npt.ArrayLike, size: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Logarithms of gamma variates, sound for shapes so small that the variates themselves would be zero."""
    small = np.asarray(shape, dtype=np.float64)
    # Γ(a) variate = Γ(a+1) variate · U^(1/a).
    draws = np.log(rng.standard_gamma(small + 1, size)) + np.log1p(-rng.random(size)) / small
    return np.asarray(draws, dtype=np.float64)


def _whole(name: str, value: int) -> int:
    if not (np.isfinite(value) and value >= 0 and value == int(value)):
        raise InvalidSetting(f"The {name} is a whole number of renewals, zero or more, not {value}.", code=name)
    return int(value)
