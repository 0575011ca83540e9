"""Chances of customers who may differ in their letters and whose two propensities may be tied: the formulas.

A tied crowd is a sum of four independent ones (`sarmanov`), so each of its chances and means is the sum of theirs,
weighed by the shares that they have after a history. Nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.lifetime.discounting import discounted_count
from fleuve_analytics.lifetime.families import Family, Letters, ParetoFamily
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories, last_of
from fleuve_analytics.lifetime.sarmanov import CORNERS, Tie, shifted
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Crowd"]

Answer = Callable[[FittedBuying], FloatArray]


@dataclass(frozen=True, eq=False)
class Crowd:
    """A family at some letters (each one number, or one per customer), with a tie or none."""

    family: Family
    letters: Letters
    tie: Tie | None = None
    reference: float | None = None

    def after(self, answer: Answer, frequency: FloatArray, recency: FloatArray, age: FloatArray) -> FloatArray:
        """What the members answer, weighed by their shares after the history."""
        if self.tie is None:
            return answer(self._member(CORNERS[0]))
        shares = self.tie.shares(self._ratios(frequency, recency, age))
        answers = (share * answer(self._member(corner)) for share, corner in zip(shares, CORNERS, strict=True))
        return np.asarray(sum(answers), dtype=np.float64)

    def before(self, answer: Answer) -> FloatArray:
        """What the members answer of somebody unknown so far."""
        if self.tie is None:
            return answer(self._member(CORNERS[0]))
        answers = (
            share * answer(self._member(corner)) for share, corner in zip(self.tie.weights, CORNERS, strict=True)
        )
        return np.asarray(sum(answers), dtype=np.float64)

    def log_likelihood(self, frequency: FloatArray, recency: FloatArray, age: FloatArray) -> FloatArray:
        """ln of the density of each history (of x purchase times of which the last alone is seen)."""
        columns = np.broadcast_arrays(frequency, recency, age, *self.letters)
        x, last, old, r, alpha, third, fourth = (np.ravel(column) for column in columns)
        letters = r, alpha, third, fourth
        value = self.family.prior(letters, x).value
        value = value + self.family.kernel(letters, x, np.arange(x.size), last, old).value
        if self.tie is not None:
            parts = (np.ravel(part) for part in self.tie.parts(self._ratios(frequency, recency, age)))
            value = value + np.log(np.maximum(sum(parts), 1e-12))
        return np.asarray(value.reshape(columns[0].shape), dtype=np.float64)

    def expected(self, horizon: Any, frequency: FloatArray, recency: FloatArray, age: FloatArray) -> FloatArray:
        """Mean number of purchases in the horizon after a history."""
        return self.after(
            lambda member: member.expected_purchases(horizon, frequency, recency, age), frequency, recency, age
        )

    def expected_new(self, horizon: Any) -> FloatArray:
        """Mean number of repeat purchases of somebody unknown so far."""
        return self.before(lambda member: member.expected_purchases_new(horizon))

    def discounted(self, rate: FloatArray, ahead: FloatArray, *history: FloatArray) -> FloatArray:
        """Discounted purchases to come after a history. Letters travel as columns beside it: times form the rows."""

        def mean(
            time: FloatArray, x: FloatArray, last: FloatArray, age: FloatArray, *letters: FloatArray
        ) -> FloatArray:
            return self._with(letters).expected(time, x, last, age)

        return discounted_count(mean, rate, ahead, *history, *self.letters)

    def discounted_new(self, rate: FloatArray, ahead: FloatArray) -> FloatArray:
        """Discounted repeat purchases of somebody unknown so far, counted from the first purchase."""
        return discounted_count(
            lambda time, *letters: self._with(letters).expected_new(time), rate, ahead, *self.letters
        )

    def sample_if_alive(
        self, horizon: float, frequency: FloatArray, age: FloatArray, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Numbers of purchases to come, customers × draws, of customers who still are."""
        tall = self._with([letter[:, np.newaxis] if np.ndim(letter) else letter for letter in self.letters])
        shape = np.broadcast_shapes(frequency.shape, age.shape, *(np.shape(letter) for letter in self.letters))
        x, old = (np.broadcast_to(part, shape)[:, np.newaxis] for part in (frequency, age))
        rate, leaving = tall.people(x, old, (shape[0], draws), rng)
        return self.family.draw_counts(rate, leaving, horizon, rng)[0]

    def simulate(self, age: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        """One fresh made-up customer per age."""
        nothing = np.zeros(age.shape)
        rate, leaving = self.people(nothing, nothing, age.shape, rng)
        made, wished, length = self.family.draw_counts(rate, leaving, age, rng)
        return SimulatedHistories(made, last_of(made, wished, length, rng), age)

    def people(
        self, frequency: FloatArray, age: FloatArray, size: tuple[int, ...], rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Rates and propensities to leave of customers who still are after such a history.

        Drawn as if the two were independent, and kept with the chance that the tie gives the pair (rejection).
        """
        columns = (np.broadcast_to(part, size).ravel() for part in (*self.letters, frequency, age))
        r, alpha, third, fourth, x, old = columns
        rate, leaving = np.empty(r.size), np.empty(r.size)
        todo = np.arange(r.size)
        while todo.size:
            letters = r[todo], alpha[todo], third[todo], fourth[todo]
            rate[todo] = rng.gamma(letters[0] + x[todo], 1 / (letters[1] + old[todo]))
            leaving[todo] = self.family.draw_leaving(letters, x[todo], old[todo], todo.size, rng)
            if self.tie is None:
                break
            density = self._density(self.tie, letters, rate[todo], leaving[todo])
            todo = todo[rng.random(todo.size) * self.tie.ceiling >= density]
        return rate.reshape(size), leaving.reshape(size)

    def _density(self, tie: Tie, letters: Letters, rate: FloatArray, leaving: FloatArray) -> FloatArray:
        """1 + m·φ·ψ of these people."""
        after = shifted(self.family, letters, (1, 1), self.reference)
        no_purchase = np.exp(-rate * (after[1] - letters[1]))
        staying = np.exp(-leaving * (after[3] - letters[3])) if isinstance(self.family, ParetoFamily) else 1 - leaving
        return np.asarray(1 + tie.m * (no_purchase - tie.no_purchase) * (staying - tie.staying), dtype=np.float64)

    def _member(self, corner: tuple[int, int]) -> FittedBuying:
        return self.family.plain(shifted(self.family, self.letters, corner, self.reference))

    def _with(self, letters: Any) -> Crowd:
        r, alpha, third, fourth = letters
        return replace(self, letters=(r, alpha, third, fourth))

    def _ratios(self, *history: npt.ArrayLike) -> tuple[FloatArray, ...]:
        """How much likelier the history is in each member than in the first."""
        columns = np.broadcast_arrays(*history, *self.letters)
        x, last, old, r, alpha, third, fourth = (np.ravel(column) for column in columns)
        rows = np.arange(x.size)
        kernels = [
            self.family.kernel(
                shifted(self.family, (r, alpha, third, fourth), corner, self.reference), x, rows, last, old
            ).value
            for corner in CORNERS
        ]
        return tuple(np.exp(kernel - kernels[0]).reshape(columns[0].shape) for kernel in kernels)
