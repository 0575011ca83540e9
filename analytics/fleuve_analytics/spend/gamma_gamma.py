"""Gamma-Gamma: what a purchase of each person is worth, drawn towards the crowd where little is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.fitted import Fitted, covariance_of
from fleuve_analytics.maxima import maximise
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.spend.buyers import repeat_buyers
from fleuve_analytics.spend.checks import checked_spend
from fleuve_analytics.spend.likelihood import STARTS, mean_log_likelihood, spends_of

__all__ = ["FittedGammaGamma", "GammaGamma", "SimulatedSpends"]

LEAST_REPEAT_BUYERS = 10


@dataclass(frozen=True, eq=False)
class SimulatedSpends:
    """Made-up spends as the model sees them; arrays of shape (n,)."""

    frequency: FloatArray
    mean_spend: FloatArray


@dataclass(frozen=True, kw_only=True)
class FittedGammaGamma(Fitted):
    """A fitted Gamma-Gamma model: parameters, what is known about them, and predictions per customer."""

    model = "GammaGamma"

    p: float
    q: float
    gamma: float

    @property
    def population_mean(self) -> float:
        """Mean spend per purchase of a person unknown so far; `InvalidSetting` when q ≤ 1, where it is infinite."""
        return float(self.expected_spend(0, 0))

    def expected_spend(self, frequency: npt.ArrayLike, mean_spend: npt.ArrayLike) -> FloatArray:
        """Mean spend per purchase of each person: her own average drawn towards that of all (equation 5).

        Raises `InvalidSetting` where no mean exists (a newcomer while q ≤ 1).
        """
        x, spend = checked_spend(frequency, mean_spend)
        below = self.p * x + self.q - 1
        if (below <= 0).any():
            raise InvalidSetting(
                f"With q = {self.q:.3g} the mean spend of a newcomer is infinite. Ask for repeat buyers only.", code="q"
            )
        return self.p * (self.gamma + x * spend) / below

    def sample_mean_spend(
        self, frequency: npt.ArrayLike, mean_spend: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> FloatArray:
        """Possible values of each person's true mean spend (customers × draws), from the exact posterior."""
        x, spend = (np.atleast_1d(part)[:, np.newaxis] for part in checked_spend(frequency, mean_spend))
        scale = rng.gamma(self.p * x + self.q, size=(x.shape[0], draws)) / (self.gamma + x * spend)
        return self.p / np.maximum(scale, 1e-300)

    def sample_total_spend(
        self,
        purchases: npt.ArrayLike,
        frequency: npt.ArrayLike,
        mean_spend: npt.ArrayLike,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Possible totals spent over given numbers of future purchases (customers × draws).

        purchases: numbers of purchases, customers × draws, as `sample_future_purchases` gives them. One scale per draw
        and person, then the sum of k Gamma(p) spends, which is Gamma(k·p).
        """
        made = np.atleast_2d(np.asarray(purchases))
        x, spend = (np.atleast_1d(part)[:, np.newaxis] for part in checked_spend(frequency, mean_spend))
        total = np.zeros(made.shape)
        buys = made > 0
        shape = np.broadcast_to(self.p * x + self.q, made.shape)[buys]
        rate = np.broadcast_to(self.gamma + x * spend, made.shape)[buys]
        scale = np.maximum(rng.standard_gamma(shape), 1e-300) / rate
        total[buys] = rng.standard_gamma(self.p * made[buys]) / scale
        return total

    def simulate(self, frequency: npt.ArrayLike, rng: np.random.Generator) -> SimulatedSpends:
        """Made-up mean spends, of a fresh person for each number of repeat purchases (NaN for none)."""
        x = np.atleast_1d(np.asarray(frequency, dtype=np.float64))
        bought = x > 0
        mean = np.full(x.shape, np.nan)
        spent = rng.standard_gamma(self.p * x[bought])
        scale = np.maximum(rng.standard_gamma(self.q, spent.shape), 1e-300) / self.gamma
        mean[bought] = np.maximum(spent, 1e-300) / (scale * x[bought])
        return SimulatedSpends(x, mean)


@dataclass(frozen=True)
class GammaGamma:
    """What is a purchase of each customer worth? (Gamma-Gamma)

    Assumptions: a person's spends vary at random around her own mean (Gamma with shape p); means differ across people
    (Gamma with shape q and rate gamma on the scale); spend does not depend on how often she buys: measure that with
    `spend_independence`.

    start: a fit of similar data where the search may begin; it ends at the same place, sooner.

    Fitted on repeat buyers and the average of their repeat purchases; rows with frequency 0 are left aside.

    Reference: Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", equations 1a and 5.

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = GammaGamma().fit(table.frequency, table.mean_spend)
    >>> {name: round(value, 2) for name, value in fitted.parameters.items()}
    {'p': 6.25, 'q': 3.74, 'gamma': 15.44}
    """

    start: FittedGammaGamma | None = None

    def fit(
        self, frequency: npt.ArrayLike, mean_spend: npt.ArrayLike, weights: npt.ArrayLike | None = None
    ) -> FittedGammaGamma:
        """Find the most likely parameters.

        frequency: repeat purchases of each customer, shape (n,); mean_spend: average of those purchases, in money.
        weights: how many customers each row stands for.

        Raises `InvalidSpend`, `InvalidSetting` (weights), `NotEnoughData` or `DidNotConverge`.
        """
        seen = spends_of(repeat_buyers(frequency, mean_spend, weights))
        if seen.total < LEAST_REPEAT_BUYERS:
            raise NotEnoughData(
                f"Spend is estimated from repeat purchases: {LEAST_REPEAT_BUYERS} repeat buyers are needed, "
                f"{seen.total:g} are there. Use a longer history.",
                code="few_repeat_buyers",
                needed=LEAST_REPEAT_BUYERS,
            )
        top = maximise(lambda at: mean_log_likelihood(at, seen), _starts(self.start, seen.log_unit))
        parameters = np.exp(top.at + np.array([0.0, 0.0, seen.log_unit]))
        p, q, gamma = parameters.tolist()
        return FittedGammaGamma(
            p=p,
            q=q,
            gamma=gamma,
            covariance=covariance_of(top.hessian, parameters, seen.total),
            log_likelihood=(top.value - seen.log_unit) * seen.total,
            customers=seen.total,
            converged=top.is_inside,
        )


def _starts(start: FittedGammaGamma | None, log_unit: float) -> Sequence[FloatArray]:
    if start is None:
        return STARTS
    at = np.log([start.p, start.q, start.gamma]) - np.array([0.0, 0.0, log_unit])
    return (np.clip(at, -6.0, 6.0), *STARTS)
