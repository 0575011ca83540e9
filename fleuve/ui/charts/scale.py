"""From values to places: round tick values and a linear scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

__all__ = ["Scale", "present", "round_ticks", "scale_for", "thinned"]


@dataclass(frozen=True)
class Scale:
    """Maps ``low … high`` onto ``length`` pixels, upwards (svg counts downwards) from ``top``."""

    low: float
    high: float
    length: float
    top: float
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """The height of a value."""
        return round(self.top + (self.high - value) / (self.high - self.low) * self.length, 2)

    @property
    def zero(self) -> float:
        """The height of nought, or of the nearer end."""
        return self.y(min(max(0.0, self.low), self.high))


def present(values: Iterable[float | None]) -> list[float]:
    """The values that are there."""
    return [float(value) for value in values if value is not None]


def scale_for(
    values: Iterable[float | None], *, length: float, top: float, ticks: int = 4, from_zero: bool = True
) -> Scale:
    """A scale over the values with round ticks at both ends; bars always start at nought."""
    found = present(values) or [0.0, 1.0]
    low, high = min(found), max(found)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + (abs(low) or 1.0)
    step = _round_step((high - low) / ticks)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    places = tuple(round(index * step, 12) for index in range(first, last + 1))
    return Scale(places[0], places[-1], length, top, places)


def round_ticks(low: float, high: float, *, ticks: int = 5) -> tuple[float, ...]:
    """Round values between both ends, for an axis whose line must not be stretched beyond its points."""
    if high <= low:
        return (low,)
    step = _round_step((high - low) / ticks)
    return tuple(round(index * step, 12) for index in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1))


def _round_step(rough: float) -> float:
    magnitude = 10.0 ** floor(log10(rough))
    for multiple in (1, 2, 2.5, 5, 10):
        if rough <= multiple * magnitude * (1 + 1e-9):
            return float(multiple * magnitude)
    return 10 * magnitude


def thinned(count: int, most: int) -> list[int]:
    """Indexes of at most ``most`` labels, counted back from the last, which is always labelled."""
    step = max(1, ceil(count / most))
    return list(range(count - 1, -1, -step))[::-1]
