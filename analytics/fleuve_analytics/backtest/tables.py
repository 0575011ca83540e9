"""Ranges of money for millions of customers: futures are drawn for some histories and read off for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.intervals import shortest_interval
from fleuve_analytics.backtest.ranges import DRAWS, Buying, futures
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.shares import require_level
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

__all__ = ["RangeTable", "range_table"]

# Ends change smoothly: with these nodes, reading them off errs less than a thousand draws do.
_EACH_FREQUENCY_UP_TO: Final = 8
_FREQUENCY_RATIO: Final = 1.3
_AGE_NODES: Final = 12
# Where the last purchase lies in the age; only regular buyers, who are due again soon, are told apart by it.
_LAST_NODES: Final = (0.05, 0.5, 0.8, 0.95, 1.0)
_ALIVE_NODES: Final = 26


@dataclass(frozen=True, eq=False)
class RangeTable:
    """Ends of the shortest range at nodes of frequency, logarithm of age, place of the last purchase and chance.

    last: recency over age. alive: chance of being a customer still. low, high: shape (frequencies, ages, places,
    chances), in ln(1 + money over a typical purchase).
    """

    frequency: FloatArray
    log_age: FloatArray
    last: FloatArray
    alive: FloatArray
    low: FloatArray
    high: FloatArray
    spend: FittedGammaGamma

    def unit_ranges(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, alive: npt.ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Low and high end for a customer of scale one: times gamma + frequency × mean spend they are money.

        frequency (≥ 1), recency, age, alive: shape (n,); outside the nodes the nearest node speaks.
        """
        times = np.asarray(frequency, dtype=np.float64)
        old = np.asarray(age, dtype=np.float64)
        nodes = (self.frequency, self.log_age, self.last, self.alive)
        corners = _corners(nodes, (times, np.log(old), np.asarray(recency) / old, np.asarray(alive)))
        typical = self.spend.p / (self.spend.p * times + self.spend.q)
        low, high = (np.zeros(times.shape) for _ in range(2))
        for place, weight in corners:
            low += weight * self.low.ravel()[place]
            high += weight * self.high.ravel()[place]
        return typical * np.expm1(low), typical * np.expm1(high)


def range_table(
    buying: Buying,
    spend: FittedGammaGamma,
    horizon: float,
    frequency: npt.ArrayLike,
    age: npt.ArrayLike,
    *,
    level: float,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> RangeTable:
    """Draw futures at nodes that span these customers, and find the shortest range of each at every chance.

    The same ranges as `money_ranges`, whose cost grows with the number of different histories: here it does not, and
    a million customers take as long as a thousand. Between nodes the ends are read off in ratios of money. Where the
    shortest range leaves zero its lower end jumps; there, and only there, the ends lie between those of both kinds.

    frequency (≥ 1), age: shape (n,), in the unit of the fit. Raises `InvalidSetting` for a level outside (0, 1).
    """
    require_level(level)
    times, ages = _frequency_nodes(np.asarray(frequency)), _age_nodes(np.asarray(age, dtype=np.float64))
    last = np.array(_LAST_NODES if getattr(buying, "silence_matters", False) else (1.0,))
    x, old, share = (part.ravel() for part in np.meshgrid(times, ages, last, indexing="ij"))
    alive = np.linspace(0.0, 1.0, _ALIVE_NODES)
    low, high = (np.empty((x.size, alive.size)) for _ in range(2))
    mean = np.full(x.size, max(spend.gamma, 1.0))
    for some in futures(buying, spend, horizon, x, old * share, old, mean, rng, draws):
        for place, chance in enumerate(alive):
            held = np.full(some.customers.size, max(chance, 1e-9))
            low[some.customers, place], high[some.customers, place] = shortest_interval(
                some.draws[some.pair], held, level
            )
    shape = (times.size, ages.size, last.size, alive.size)
    return RangeTable(times, np.log(ages), last, alive, low.reshape(shape), high.reshape(shape), spend)


def _frequency_nodes(frequency: IntArray) -> FloatArray:
    """Every small number of purchases, then ever wider steps up to the most that anybody made."""
    most = int(frequency.max(initial=1))
    nodes = [float(number) for number in range(1, min(most, _EACH_FREQUENCY_UP_TO) + 1)]
    while nodes[-1] < most:
        nodes.append(min(float(np.ceil(nodes[-1] * _FREQUENCY_RATIO)), float(most)))
    return np.array(nodes)


def _age_nodes(age: FloatArray) -> FloatArray:
    youngest, oldest = float(age.min(initial=np.inf)), float(age.max(initial=0.0))
    if not 0 < youngest < oldest:
        return np.array([max(oldest, 1.0)])
    return np.asarray(np.geomspace(youngest, oldest, _AGE_NODES), dtype=np.float64)


def _corners(
    nodes: tuple[FloatArray, ...], values: tuple[FloatArray, ...]
) -> list[tuple[npt.NDArray[np.intp], FloatArray]]:
    """The places of the nodes around each value in the flattened table, with their weights, which add up to one."""
    corners = [(np.zeros(values[0].shape, dtype=np.intp), np.ones(values[0].shape))]
    for axis, value in zip(nodes, values, strict=True):
        if axis.size == 1:
            continue
        below = np.clip(np.searchsorted(axis, value, side="right") - 1, 0, axis.size - 2)
        above = below + 1
        share = np.clip((value - axis[below]) / (axis[above] - axis[below]), 0.0, 1.0)
        corners = [
            (place * axis.size + at, weight * part)
            for place, weight in corners
            for at, part in ((below, 1 - share), (above, share))
        ]
    return corners
