"""The best split when responses are not known exactly, and what a split decided today may miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.segments import Segment, allocate_budget, curves_of
from fleuve_analytics.equity.ranges import Range
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["SplitRanges", "split_ranges"]


@dataclass(frozen=True)
class SplitRanges:
    """What doubt about the responses leaves of the best split; `likely` values are the split at the likely figures.

    spend_per_person: of the best split, one range a segment; value, shadow_price: of the best split. fixed_value: what
    the fixed split brings. regret: what it misses against the best split of each draw, never below zero. mean_regret:
    what knowing the responses before deciding would be worth.
    """

    spend_per_person: tuple[Range, ...]
    value: Range
    shadow_price: Range
    fixed_value: Range
    regret: Range
    mean_regret: float


def split_ranges(
    segments: Sequence[Segment],
    *,
    budget: float,
    worth: npt.ArrayLike | None = None,
    reach: npt.ArrayLike | None = None,
    steepness: npt.ArrayLike | None = None,
    fixed: npt.ArrayLike | None = None,
    level: float = 0.80,
) -> SplitRanges:
    """Split the budget anew for every draw of the uncertain figures, and judge one fixed split by all of them.

    Assumptions: as in `allocate_budget`; each row of the draws is one possible world (draw figures that go together in
    the same row).

    segments: the likely figures. worth, reach, steepness: draws, shape (draws, segments); left out: known. fixed: a
    split to judge, money per person, shape (segments,); left out: the best at the likely figures. level: the share of
    the draws inside each range.

    Raises `InvalidSetting`, and `ImpossibleLimits` as `allocate_budget`.

    >>> rng = np.random.default_rng(1)
    >>> segments = [Segment(1000, 200, .30, .10), Segment(500, 60, .50, .20)]
    >>> ranges = split_ranges(segments, budget=15_000, steepness=rng.gamma(50, [.002, .004], (2000, 2)))
    >>> ranges.spend_per_person[0].low < ranges.spend_per_person[0].likely < ranges.spend_per_person[0].high
    True
    >>> 0 < ranges.mean_regret < .01 * ranges.value.likely
    True
    """
    if not 0 < level < 1:
        raise InvalidSetting("level must lie between 0 and 1.", code="level")
    likely = allocate_budget(segments, budget=budget)
    curves = curves_of(segments)
    drawn = {
        name: given
        for name, given in (("worth", worth), ("reach", reach), ("steepness", steepness))
        if given is not None
    }
    draws = _draws(drawn, len(segments))
    worlds = replace(curves, **draws)
    count = len(next(iter(draws.values())))
    spend, price = worlds.split(np.full(count, float(budget)))
    best = worlds.value(spend).sum(axis=-1)
    kept = likely.spend_per_person if fixed is None else _fixed(fixed, curves.people, budget)
    obtained = worlds.value(kept).sum(axis=-1)
    regret = np.maximum(best - obtained, 0.0)
    at_likely = float(curves.value(kept).sum())
    return SplitRanges(
        spend_per_person=tuple(
            _around(float(one), column, level) for one, column in zip(likely.spend_per_person, spend.T, strict=True)
        ),
        value=_around(likely.total_value, best, level),
        shadow_price=_around(likely.shadow_price, price, level),
        fixed_value=_around(at_likely, obtained, level),
        regret=_around(max(likely.total_value - at_likely, 0.0), regret, level),
        mean_regret=float(regret.mean()),
    )


def _draws(drawn: dict[str, npt.ArrayLike], segments: int) -> dict[str, FloatArray]:
    arrays = {name: np.asarray(given, dtype=np.float64) for name, given in drawn.items()}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or not next(iter(shapes))[0] or next(iter(shapes))[1:] != (segments,):
        raise InvalidSetting(
            f"Give draws of worth, reach or steepness, each of the same shape (draws, {segments}).", code="draws"
        )
    for name, array in arrays.items():
        if not np.isfinite(array).all() or (name != "worth" and (array < 0).any()):
            raise InvalidSetting(f"Draws of {name} must be finite, and those of a response zero or more.", code=name)
    if (arrays.get("reach", np.zeros(1)) > 1).any():
        raise InvalidSetting("A reach cannot exceed 100 %.", code="reach")
    return arrays


def _fixed(fixed: npt.ArrayLike, people: FloatArray, budget: float) -> FloatArray:
    spend = np.asarray(fixed, dtype=np.float64)
    if spend.shape != people.shape or not (spend >= 0).all():
        raise InvalidSetting("A fixed split needs a spend per person, zero or more, for each segment.", code="fixed")
    if people @ spend > budget * (1 + 1e-9):
        raise InvalidSetting(f"The fixed split spends {people @ spend:,.2f}, more than the budget.", code="fixed")
    return spend


def _around(likely: float, values: FloatArray, level: float) -> Range:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Range(min(float(low), likely), likely, max(float(high), likely))
