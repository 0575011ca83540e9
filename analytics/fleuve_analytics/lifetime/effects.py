"""What is known of a customer moves her letters: the search for the most likely letters and effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fleuve_analytics.errors import InvalidCovariates
from fleuve_analytics.fitted import Covariance, covariance_through
from fleuve_analytics.lifetime.estimate import MANY, STARTS
from fleuve_analytics.lifetime.families import Family, Letters, Slopes
from fleuve_analytics.lifetime.profiles import Profiled
from fleuve_analytics.lifetime.sarmanov import pulled, tied_kernel
from fleuve_analytics.maxima import Maximum, climb_with, maximise
from fleuve_analytics.numerics import FloatArray

__all__ = ["Estimate", "Terms", "estimate_effects", "letters_with"]

# Letters of single customers stay within e^±80 during a search: further out nothing changes, and a float ends at e^709.
FURTHEST = 80.0


@dataclass(frozen=True)
class Terms:
    """The effects that a model looks for: of which column, on which process, and how dear a large one is.

    penalty: what a squared effect of one standard deviation costs the mean log-likelihood of a customer.
    """

    processes: tuple[str, ...]
    columns: tuple[str, ...]
    penalty: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{process}[{column}]" for process, column in zip(self.processes, self.columns, strict=True))

    @property
    def distinct(self) -> tuple[str, ...]:
        """Each column once, in the order in which they were named."""
        return tuple(dict.fromkeys(self.columns))

    def loads(self, family: Family) -> FloatArray:
        """How each effect moves the logarithm of each letter, shape (effects, 4)."""
        return np.array([family.loads[process] for process in self.processes], dtype=np.float64).reshape(-1, 4)


@dataclass(frozen=True)
class Estimate:
    """What was found, in the caller's units: letters at covariates of zero, m (None when not asked), effects."""

    letters: tuple[float, float, float, float]
    m: float | None
    effects: tuple[float, ...]
    covariance: Covariance
    log_likelihood: float
    customers: float
    converged: bool


def letters_with(base: Letters, effects: FloatArray, loads: FloatArray, columns: FloatArray) -> Letters:
    """The letters of each profile: those of the crowd, moved by what is known. A letter that nothing moves stays one
    number."""
    logs = columns @ (effects[:, np.newaxis] * loads)
    with np.errstate(over="ignore"):
        moved = [
            letter * np.exp(logs[:, place]) if np.any(loads[:, place]) else letter for place, letter in enumerate(base)
        ]
    return moved[0], moved[1], moved[2], moved[3]


@dataclass(frozen=True)
class _Likelihood:
    """The mean log-likelihood less the penalty, with its gradient; the search moves four logarithms, the pull (when
    tied), and one effect per standard deviation for each term."""

    family: Family
    terms: Terms
    tied: bool
    reference: float | None

    def __call__(self, at: FloatArray, seen: Profiled) -> tuple[float, FloatArray]:
        loads, columns = self.terms.loads(self.family), self.columns(seen)
        effects = at[4 + self.tied :]
        letters = self._letters(at, effects, loads, columns, seen)
        found, per_pull = self._rows(at, letters, seen)
        prior = self.family.prior(letters, seen.frequency)
        many = seen.per_pair(np.ones(seen.age.size))
        value = many @ prior.value + seen.weight @ found.value
        slopes = np.empty(4)
        in_effects = np.zeros(len(effects))
        for place in range(4):
            per_pair = many * prior.slopes[place] + seen.per_pair(found.slopes[place])
            slopes[place] = per_pair.sum()
            if np.any(loads[:, place]):
                in_effects += loads[:, place] * (columns.T @ seen.per_profile(per_pair))
        pull = [seen.weight @ per_pull] if self.tied else []
        gradient = np.concatenate([slopes, pull, in_effects]) / seen.total
        gradient[4 + self.tied :] -= 2 * self.terms.penalty * effects
        return float(value / seen.total - self.cost(effects)), gradient

    def cost(self, effects: FloatArray) -> float:
        return float(self.terms.penalty @ effects**2)

    def columns(self, seen: Profiled) -> FloatArray:
        """The standardised column of each term, per profile."""
        places = [self.terms.distinct.index(column) for column in self.terms.columns]
        return seen.standard.columns[:, places]

    def _letters(
        self, at: FloatArray, effects: FloatArray, loads: FloatArray, columns: FloatArray, seen: Profiled
    ) -> Letters:
        """Letters per pair of profile and frequency."""
        logs = columns @ (effects[:, np.newaxis] * loads)
        each = []
        for place in range(4):
            log_letter: Any = at[place]
            if np.any(loads[:, place]):
                log_letter = np.clip(log_letter + logs[:, place], -FURTHEST, FURTHEST)[seen.profile]
            each.append(np.exp(log_letter))
        return each[0], each[1], each[2], each[3]

    def _rows(self, at: FloatArray, letters: Letters, seen: Profiled) -> tuple[Slopes, FloatArray]:
        rows = seen.frequency, seen.pair, seen.recency, seen.age
        if not self.tied:
            return self.family.kernel(letters, *rows), np.zeros(0)
        reference = None if self.reference is None else self.reference / seen.scale
        base = np.exp(at[:4])
        pull = pulled(self.family, (base[0], base[1], base[2], base[3]), at[4], reference)
        found, per_m = tied_kernel(self.family, letters, pull, reference, *rows)
        return found, per_m * pull.m_per_pull


def estimate_effects(
    family: Family, seen: Profiled, terms: Terms, *, tied: bool = False, reference: float | None = None
) -> Estimate:
    """Find the most likely letters, tie and effects.

    tied: whether purchases and leaving may go together; reference: the time of the factors, in the caller's unit.
    """
    likelihood = _Likelihood(family, terms, tied, reference)
    top = _climb(likelihood, seen, 4 + tied + len(terms.columns))
    at, effects = top.at, top.at[4 + tied :]
    places = [terms.distinct.index(column) for column in terms.columns]
    centre, spread = seen.standard.centre[places], seen.standard.spread[places]
    letters, back = _letters_back(family, at, terms, centre / spread, seen.scale, tied)
    m = None
    if tied:
        searched = np.exp(at[:4])
        pull = pulled(
            family,
            (searched[0], searched[1], searched[2], searched[3]),
            at[4],
            None if reference is None else reference / seen.scale,
        )
        m = pull.tie.m
        back[4, :4], back[4, 4] = pull.m_slopes, pull.m_per_pull
    first = 4 + tied
    back[first:, first:] = np.diag(1 / spread)
    plain = (top.value + likelihood.cost(effects)) * seen.total
    return Estimate(
        letters=letters,
        m=m,
        effects=tuple((effects / spread).tolist()),
        covariance=covariance_through(top.hessian, back, seen.total),
        log_likelihood=float(plain - seen.purchases * np.log(seen.scale)),
        customers=seen.total,
        converged=top.is_inside,
    )


def _letters_back(
    family: Family, at: FloatArray, terms: Terms, origin: FloatArray, scale: float, tied: bool
) -> tuple[tuple[float, float, float, float], FloatArray]:
    """Letters at covariates of zero in the caller's unit of time, with their slopes in what was searched.

    The search stands at the mean of each column, `origin` standard deviations away from zero.
    """
    loads, effects = terms.loads(family), at[4 + tied :]
    logs = at[:4] - (effects * origin) @ loads
    logs[list(family.times)] += np.log(scale)
    if not (np.abs(logs) < 300).all():
        furthest = int(np.argmax(np.abs(effects * origin)))
        raise InvalidCovariates(
            f"Column {terms.columns[furthest]!r} lies so far from zero that nothing can be said of customers at zero. "
            "Subtract a round number near its mean from it.",
            code="far_from_zero",
            column=terms.columns[furthest],
        )
    letters = np.exp(logs)
    back = np.zeros((at.size, at.size))
    back[:4, :4] = np.diag(letters)
    back[:4, 4 + tied :] = -letters[:, np.newaxis] * (loads * origin[:, np.newaxis]).T
    return (float(letters[0]), float(letters[1]), float(letters[2]), float(letters[3])), back


def _climb(likelihood: _Likelihood, seen: Profiled, size: int) -> Maximum:
    """The maximum over all rows, reached from that over a sixteenth of them when they are many (see `estimate`)."""
    if seen.age.size > MANY:
        guide = _climb(likelihood, seen.thinned(seen.age.size // 16), size)
        top = climb_with(lambda at: likelihood(at, seen), guide)
        if top is not None:
            return top
    starts = [np.concatenate([start, np.zeros(size - 4)]) for start in STARTS]
    if likelihood.tied:
        # From the best without a tie, which costs a quarter to find, the search can only gain.
        untied = replace(likelihood, tied=False)
        apart = maximise(lambda at: untied(at, seen), [np.delete(start, 4) for start in starts])
        starts.insert(0, np.insert(apart.at, 4, 0.0))
    return maximise(lambda at: likelihood(at, seen), starts)
