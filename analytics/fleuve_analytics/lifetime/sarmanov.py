"""Customers whose pace of buying and propensity to leave go together: Sarmanov's way to tie two spreads.

The joint density is f(λ)·g(μ)·[1 + m·φ(λ)·ψ(μ)]: the spreads of both stay what they are, whatever m. With φ the chance
of no purchase within a reference time, e^(−cλ), less its mean A, and ψ the chance of staying (e^(−dμ) within a
reference time, or 1 − p at a purchase) less its mean B, each term is again a member of the family: multiplying a
Gamma(r, α) density by e^(−cλ) gives A times Gamma(r, α + c), and Beta(a, b) by 1 − p gives B times Beta(a, b + 1).
So the likelihood of a history is that of the independent model times 1 + m·Q with

    Q = R11 − B·R10 − A·R01 + A·B,

R being means of e^(−cλ) and of the chance of staying over what the independent model knows after the history: ratios of
kernels. All of them lie between 0 and 1.

m is admissible as long as the density is nowhere negative: −1/max(AB, (1−A)(1−B)) ≤ m ≤ 1/max(A(1−B), (1−A)B). The
search moves an unbounded *pull* t that covers this range, with m = 0 at t = 0 and a slope everywhere.

The papers take one unit of time for c and d, so that the answer depends on the unit, and with weeks the correlation can
hardly be negative. Here, unless told otherwise, c = α and d = β: the scale that each spread has by itself.

References: Park & Fader (2004), "Modeling Browsing Behavior at Multiple Websites", Marketing Science 23(3); Lee (1996),
"Properties and applications of the Sarmanov family of bivariate distributions", Communications in Statistics 25(6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fleuve_analytics.lifetime.families import Family, Letters, ParetoFamily, Slopes
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["CORNERS", "Pulled", "Tie", "correlation_of", "m_bounds", "pulled", "shifted", "tie_at", "tied_kernel"]

# The four products of the two factors with the signs of their place in Q.
CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))

# The bounds of m have an edge where two products are equal, and likelihoods like to sit on it. The larger of both is
# taken as (p^k + q^k)^(1/k): at most 4 % above it at the edge, and nothing away from it.
ROUNDING = 16


@dataclass(frozen=True)
class Tie:
    """How purchases and leaving go together: m, and the means A and B of the two factors."""

    m: float
    no_purchase: float
    staying: float

    @property
    def weights(self) -> tuple[float, ...]:
        """Shares of the four members that make up the crowd, in the order of CORNERS; some are negative."""
        both = self.m * self.no_purchase * self.staying
        return 1 + both, -both, -both, both

    @property
    def ceiling(self) -> float:
        """The largest value of 1 + m·φ·ψ, for drawing by rejection."""
        a, b = self.no_purchase, self.staying
        most = max(a * b, (1 - a) * (1 - b)) if self.m > 0 else max(a * (1 - b), (1 - a) * b)
        return 1 + abs(self.m) * most

    def parts(self, ratios: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
        """What each member adds to 1 + m·Q after a history; `ratios`: R of each corner, the first of them one."""
        a, b, m = self.no_purchase, self.staying, self.m
        return tuple(scale * ratio for scale, ratio in zip((1 + m * a * b, -m * b, -m * a, m), ratios, strict=True))

    def shares(self, ratios: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
        """Shares of the four members after a history."""
        parts = self.parts(ratios)
        # Rounding must not make a density at its bound negative.
        whole = np.maximum(sum(parts), 1e-12)
        return tuple(part / whole for part in parts)


@dataclass(frozen=True)
class Pulled:
    """A tie at some point of the search, with derivatives in the logarithms of the letters and in the pull.

    log_slopes: of ln A and ln B; carried: d ln(shifted letter) / d ln(letter) of α and of β or b.
    """

    tie: Tie
    m_slopes: FloatArray
    m_per_pull: float
    log_slopes: tuple[tuple[Any, ...], tuple[Any, ...]]
    carried: tuple[Any, Any]


def shifted(family: Family, letters: Letters, corner: tuple[int, int], reference: float | None) -> Letters:
    """The letters of the member that comes of multiplying by one of the factors, both or none."""
    r, alpha, third, fourth = letters
    if corner[0]:
        alpha = 2 * alpha if reference is None else alpha + reference
    if corner[1] and isinstance(family, ParetoFamily):
        fourth = 2 * fourth if reference is None else fourth + reference
    elif corner[1]:
        fourth = fourth + 1
    return r, alpha, third, fourth


def _factors(family: Family, letters: Letters, reference: float | None) -> tuple[Any, Any, Any, Any]:
    """ln A, ln B and their slopes in the logarithms of the letters, in the order (r, α, third, fourth)."""
    r, alpha, third, fourth = letters
    after = shifted(family, letters, (1, 1), reference)
    kept = 1.0 if reference is None else alpha / after[1]
    log_a = r * np.log(alpha / after[1])
    slopes_a = (log_a, r * (1 - kept), 0.0, 0.0)
    if not isinstance(family, ParetoFamily):
        log_b = np.log(fourth / (third + fourth))
        leaves = third / (third + fourth)
        return log_a, log_b, slopes_a, (0.0, 0.0, -leaves, leaves)
    kept = 1.0 if reference is None else fourth / after[3]
    log_b = third * np.log(fourth / after[3])
    return log_a, log_b, slopes_a, (0.0, 0.0, log_b, third * (1 - kept))


def _carried(family: Family, letters: Letters, reference: float | None) -> tuple[Any, Any]:
    after = shifted(family, letters, (1, 1), reference)
    relative = reference is None
    alpha = 1.0 if relative else letters[1] / after[1]
    fourth = 1.0 if relative and isinstance(family, ParetoFamily) else letters[3] / after[3]
    return alpha, fourth


def pulled(family: Family, letters: Letters, pull: float, reference: float | None) -> Pulled:
    """The tie at these letters, with m = (e^t − 1)/(e^t/most + 1/|least|) between its bounds; t is the pull."""
    log_a, log_b, slopes_a, slopes_b = _factors(family, letters, reference)
    (upper, upper_slopes), (lower, lower_slopes) = _walls(float(log_a), float(log_b))
    grown = np.exp(pull)
    whole = grown * upper + lower
    m = float(np.expm1(pull) / whole)
    # How m moves with ln A and ln B, then with the letters.
    per_mean = [-m / whole * (grown * up + low) for up, low in zip(upper_slopes, lower_slopes, strict=True)]
    return Pulled(
        tie=Tie(m, float(np.exp(log_a)), float(np.exp(log_b))),
        m_slopes=np.array([per_mean[0] * da + per_mean[1] * db for da, db in zip(slopes_a, slopes_b, strict=True)]),
        m_per_pull=float(grown * (upper + lower) / whole**2),
        log_slopes=(slopes_a, slopes_b),
        carried=_carried(family, letters, reference),
    )


def tie_at(family: Family, letters: Letters, m: float, reference: float | None) -> Tie:
    """The tie with this m at these letters."""
    log_a, log_b, _, _ = _factors(family, letters, reference)
    return Tie(m, float(np.exp(log_a)), float(np.exp(log_b)))


def m_bounds(tie: Tie) -> tuple[float, float]:
    """The least and the largest m for which the joint density is nowhere negative."""
    a, b = tie.no_purchase, tie.staying
    return -1 / max(a * b, (1 - a) * (1 - b)), 1 / max(a * (1 - b), (1 - a) * b)


Wall = tuple[float, tuple[float, float]]


def _walls(log_a: float, log_b: float) -> tuple[Wall, Wall]:
    """1/most and 1/|least|, each the larger of two products, with slopes in ln A and ln B."""
    a, b, not_a, not_b = np.exp(log_a), np.exp(log_b), -np.expm1(log_a), -np.expm1(log_b)
    # d(1−A)/d ln A = −A, and so for B.
    upper = _larger((a * not_b, a * not_b, -a * b), (not_a * b, -a * b, not_a * b))
    lower = _larger((a * b, a * b, a * b), (not_a * not_b, -a * not_b, -b * not_a))
    return upper, lower


def _larger(one: tuple[float, float, float], other: tuple[float, float, float]) -> Wall:
    """The larger of two values, with its slopes; the edge between them is rounded so that a search can rest on it."""
    top, bottom = max(one, other), min(one, other)
    small = bottom[0] / top[0]
    grown = (1 + small**ROUNDING) ** (1 / ROUNDING)
    whole = 1 + small**ROUNDING
    # Slopes of (p^k + q^k)^(1/k).
    near, far = grown / whole, grown / whole * small ** (ROUNDING - 1)
    return top[0] * grown, (near * top[1] + far * bottom[1], near * top[2] + far * bottom[2])


def tied_kernel(
    family: Family,
    letters: Letters,
    pull: Pulled,
    reference: float | None,
    frequency: FloatArray,
    pair: IntArray,
    recency: FloatArray,
    age: FloatArray,
) -> tuple[Slopes, FloatArray]:
    """The kernel of the tied model, its slopes in the logarithms of the letters, and its slope in m (letters fixed)."""
    a, b, m = pull.tie.no_purchase, pull.tie.staying, pull.tie.m
    base = family.kernel(letters, frequency, pair, recency, age)
    moved = np.full(age.shape, a * b)
    in_letters = [np.full(age.shape, a * b * sum(slopes)) for slopes in zip(*pull.log_slopes, strict=True)]
    for corner, scale in zip(CORNERS[1:], (-b, -a, 1.0), strict=True):
        member = family.kernel(shifted(family, letters, corner, reference), frequency, pair, recency, age)
        part = scale * np.exp(member.value - base.value)
        moved += part
        for place in range(4):
            mean = sum(pull.log_slopes[i][place] for i in (0, 1) if not corner[i])
            carried = _carry(pull, corner, place)
            in_letters[place] += part * (carried * member.slopes[place] - base.slopes[place] + mean)
    # Rounding must not make a density at its bound negative.
    share = np.maximum(1 + m * moved, 1e-12)
    first, second, third, fourth = (
        slope + (m * turn + in_m * moved) / share
        for slope, turn, in_m in zip(base.slopes, in_letters, pull.m_slopes, strict=True)
    )
    return Slopes(base.value + np.log(share), (first, second, third, fourth)), moved / share


def _carry(pull: Pulled, corner: tuple[int, int], place: int) -> Any:
    if place == 1 and corner[0]:
        return pull.carried[0]
    return pull.carried[1] if place == 3 and corner[1] else 1.0


def correlation_of(family: Family, letters: Letters, m: float, reference: float | None) -> float:
    """Correlation between the rate of purchases and the propensity to leave (rate, or chance at a purchase)."""
    r, _, third, fourth = letters
    log_a, log_b, _, _ = _factors(family, letters, reference)
    after = shifted(family, letters, (1, 1), reference)
    buying = np.exp(log_a) * np.sqrt(r) * (1 - letters[1] / after[1])
    if isinstance(family, ParetoFamily):
        leaving = np.exp(log_b) * np.sqrt(third) * (1 - fourth / after[3])
    else:
        leaving = np.sqrt(third * fourth / (third + fourth + 1)) / (third + fourth)
    return float(m * buying * leaving)
