"""People and what contacting them is worth, block by block, so that no copy of the whole is ever made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.limits import Totals
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Blocks", "People", "Source", "in_blocks", "spread"]

Blocks = Callable[[], Iterable[npt.ArrayLike]]
# Numbers in a block: its few copies stay in the processor's second cache (measured: from 32,768 to 262,144 alike).
BLOCK = 98_304
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class People:
    """Some people. worth: shape (options, people), −inf where not eligible; cost: (options, 1) or (options, people).

    rows: their places in the input.
    """

    worth: FloatArray
    cost: FloatArray
    rows: IntArray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: Any) -> People:
        cost = self.cost if self.cost.shape[1] == 1 else self.cost[:, which]
        return People(self.worth[:, which], cost, self.rows[which])

    def net(self, own: float, rate: FloatArray, fee: FloatArray) -> FloatArray:
        """What each contact brings after `own` + `rate` times its cost and the fee of its option."""
        return np.asarray(self.worth - (self.cost * (own + rate)[:, np.newaxis] + fee[:, np.newaxis]))

    def cost_of(self, option: IntArray, person: IntArray) -> FloatArray:
        """The cost of these contacts."""
        return np.asarray(self.cost[option, 0 if self.cost.shape[1] == 1 else person])

    def totals(self, option: IntArray, person: IntArray) -> Totals:
        """Sums over the given contacts."""
        size = len(self.worth)
        count = np.bincount(option, minlength=size).astype(np.float64)
        value = np.bincount(option, self.worth[option, person], size).astype(np.float64)
        if self.cost.shape[1] == 1:
            return Totals(count, count * self.cost[:, 0], value)
        spent = np.bincount(option, self.cost[option, person], size).astype(np.float64)
        return Totals(count, spent, value)

    @classmethod
    def together(cls, parts: list[People]) -> People:
        """All of them in one."""
        worth = np.concatenate([part.worth for part in parts], axis=1)
        costs = [part.cost for part in parts]
        cost = costs[0] if costs[0].shape[1] == 1 else np.concatenate(costs, axis=1)
        return cls(worth, cost, np.concatenate([part.rows for part in parts]))


@dataclass(frozen=True)
class Source:
    """The input as it was given: arrays (also memory-mapped ones) or functions that begin a new run over blocks.

    affordable: the highest cost at which each option can be used at all, below zero for never.
    """

    value: npt.NDArray[np.floating[Any]] | Blocks
    cost: FloatArray | Blocks
    eligible: npt.NDArray[np.bool_] | Blocks | None
    options: int
    affordable: FloatArray | None = None

    def __call__(self) -> Iterator[People]:
        start = 0
        for value, cost, eligible in self._parts():
            worth = np.array(value.T, dtype=np.float64, order="C")
            missing = np.isnan(worth)
            if eligible is not None:
                missing |= ~eligible.T
            if self.affordable is not None:
                missing |= cost > self.affordable[:, np.newaxis]
            np.copyto(worth, -np.inf, where=missing)
            yield People(worth, cost, np.arange(start, start + len(value)))
            start += len(value)

    def _parts(self) -> Iterator[tuple[npt.NDArray[Any], FloatArray, npt.NDArray[np.bool_] | None]]:
        flat = np.asarray(self.cost)[:, np.newaxis] if not callable(self.cost) and self.cost.ndim == 1 else None
        wide = None if flat is not None else _blocks(self.cost, self.options, "cost")
        allowed = None if self.eligible is None else _blocks(self.eligible, self.options, "eligible")
        for value in _blocks(self.value, self.options, "value"):
            cost = flat if wide is None else np.asarray(_beside(wide, value, "cost"), dtype=np.float64).T
            assert cost is not None
            mask = None if allowed is None else np.asarray(_beside(allowed, value, "eligible"), dtype=np.bool_)
            yield value, cost, mask


def spread(rows: IntArray) -> FloatArray:
    """A number between 0 and 1 for each row, evenly spread over any stretch of rows (Weyl's sequence).

    It thins people for a sample and shares ties out: the same at every run, and blind to order and period in the data.
    """
    return np.asarray((rows + 1) * GOLDEN % 1.0)


def in_blocks(people: People) -> Callable[[], Iterable[People]]:
    """People in memory, block by block."""
    step = max(1, BLOCK // max(1, len(people.worth)))
    parts = [people[start : start + step] for start in range(0, max(1, len(people)), step)]
    return lambda: parts


def _blocks(part: Any, options: int, name: str) -> Iterator[npt.NDArray[Any]]:
    if callable(part):
        for block in part():
            array = np.asarray(block)
            if array.ndim != 2 or array.shape[1] != options:
                raise InvalidSetting(
                    f"Every block of {name} must have shape (people, {options}), not {array.shape}.", code=name
                )
            yield from _slices(array)
    else:
        yield from _slices(part)


def _slices(array: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    step = max(1, BLOCK // max(1, array.shape[1]))
    for start in range(0, len(array), step):
        yield array[start : start + step]


def _beside(parts: Iterator[npt.NDArray[Any]], value: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    part = next(parts, None)
    if part is None or part.shape != value.shape:
        raise InvalidSetting(f"The blocks of {name} must have the shapes of the blocks of value.", code=name)
    return part
