"""The maximum of a smooth function of a few parameters: found, and proven to be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import DidNotConverge
from fleuve_analytics.numerics import FloatArray

__all__ = ["FLATTEST", "LOG_LIMIT", "Maximum", "climb_with", "maximise"]

Objective = Callable[[FloatArray], tuple[float, FloatArray]]

# Parameters are searched as logarithms within e^±12 of the data's own scale. Beyond, the likelihood is flat to the
# last digit (a population without differences), and a wall keeps the search from wandering to infinity.
LOG_LIMIT = 12.0
# Beyond this, a search is on a ridge that runs to the wall: data in the unit of their own scale never lie so far off.
FAR = 8.0
# Mean gradient per customer that counts as zero: far below what a standard error could notice.
FLAT = 1e-7
# Slopes below a hundredth of this lie within reach of the function's own bend.
NEAR = 3e-3
STEPS = 12
# Log-likelihood per customer that a limit case may leave behind: nobody's prediction changes by it.
LITTLE = 1e-6
# Where everybody is alike, parameters are huge and the value of the function is known to this share only; a step that
# loses less has not gone down.
NOISE = 1e-11
# A direction that bends a billion times less than another is lost in the rounding of the second derivatives.
FLATTEST = 1e-9


@dataclass(frozen=True)
class Maximum:
    """Where a function is largest, its value there, and how it bends (second derivatives)."""

    at: FloatArray
    value: float
    hessian: FloatArray

    @property
    def is_inside(self) -> bool:
        """False for a limit case: the function still rises at the wall of the search, or is flat in some direction."""
        bends = -np.linalg.eigvalsh(self.hessian)
        return bool((np.abs(self.at) < LOG_LIMIT).all() and bends.min() > FLATTEST * bends.max())


def maximise(objective: Objective, starts: Sequence[FloatArray]) -> Maximum:
    """Find the maximum of a smooth function of a few unbounded (logarithmic) parameters.

    L-BFGS brings the search near the top and Newton's method ends it, so that the answer no longer depends on the order
    of the rows or on the starting point beyond rounding. `objective` returns the mean log-likelihood and its gradient.

    Raises `DidNotConverge` when no start ends on flat ground.
    """
    from scipy.optimize import minimize

    def downhill(at: FloatArray, *_: object) -> tuple[float, FloatArray]:
        value, gradient = objective(at)
        return -value, -gradient

    for start in starts:
        bounds = [(-LOG_LIMIT, LOG_LIMIT)] * len(start)
        found = minimize(
            downhill,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-6},
        )
        near = np.asarray(found.x, dtype=np.float64)
        for place in (near, _on_the_wall(near)):
            top = None if place is None else _climb(objective, place)
            if top is not None:
                return top
    raise DidNotConverge(
        "No best parameters were found. Check that dates, ages and the unit of time are right, fit consumers and "
        "businesses apart, or use a longer history.",
        code="no_maximum",
    )


def _on_the_wall(at: FloatArray) -> FloatArray | None:
    """The end of the ridge that `at` lies on: its far coordinates moved together until the first touches the wall.

    On such a ridge the function hardly rises, and a search stops anywhere on it; at its end the others can be settled.
    """
    far = np.abs(at) > FAR
    if not far.any():
        return None
    moved = at + np.where(far, np.sign(at) * (LOG_LIMIT - np.abs(at).max()), 0.0)
    # Rounding must not leave it beside the wall: only what touches it counts as pushed against it.
    return np.where(LOG_LIMIT - np.abs(moved) < 1e-9, np.sign(moved) * LOG_LIMIT, moved)


def climb_with(objective: Objective, guide: Maximum) -> Maximum | None:
    """The maximum near `guide`, that of a similar function, with few evaluations: the guide's bend shows the way.

    Where that bend differs in a weak direction, its steps gain a factor of four each; so near the top the function's
    own bend takes over and ends the search in one or two. None when the guide leads nowhere. The bend of the answer is
    by one-sided differences: half the price of central ones, and right to a ten-thousandth.
    """
    near = _ascend(objective, guide, NEAR)
    if near is None:
        return None
    at, value, gradient = near
    shifts = np.eye(len(at)) * np.where(at > 0, -1e-4, 1e-4)
    bend = np.array([(objective(at + shift)[1] - gradient) / shift.sum() for shift in shifts])
    bend = (bend + bend.T) / 2
    top = _ascend(objective, Maximum(at, value, bend)) or _ascend(objective, guide)
    return None if top is None else Maximum(top[0], top[1], bend)


def _ascend(objective: Objective, guide: Maximum, flat: float = FLAT) -> tuple[FloatArray, float, FloatArray] | None:
    """Newton's steps from the guide with its bend throughout: place, value and slope, or None off flat ground."""
    at, value, gradient = guide.at, *objective(guide.at)
    for _ in range(STEPS):
        if _size(gradient, at) < flat / 100:
            break
        moved = _first_gain(objective, at, value, _newton_step(gradient, guide.hessian, at))
        if moved is None:
            break
        at, value, gradient = moved
    if not np.isfinite(value) or not (_size(gradient, at) <= flat or _is_limit(at, gradient, guide.hessian)):
        return None
    return at, value, gradient


def _is_limit(at: FloatArray, gradient: FloatArray, bend: FloatArray) -> bool:
    """On the wall, with next to nothing to gain: what bends there is rounding, so the slope never quite vanishes."""
    on_the_wall = bool((np.abs(at) >= LOG_LIMIT).any())
    return on_the_wall and float(gradient @ _newton_step(gradient, bend, at)) < LITTLE


def _climb(objective: Objective, at: FloatArray) -> Maximum | None:
    """End the search with Newton steps, halved until they gain; None when the ground never becomes flat."""
    for _ in range(3):
        top = _ascend(objective, Maximum(at, 0.0, _bend(objective, at)))
        if top is not None:
            return Maximum(top[0], top[1], _bend(objective, top[0]))
        at = _uphill(objective, at)
    return None


def _uphill(objective: Objective, at: FloatArray) -> FloatArray:
    """One Newton step with the bend of the place: for ground so crooked that one bend does not serve to the top."""
    value, gradient = objective(at)
    moved = _first_gain(objective, at, value, _newton_step(gradient, _bend(objective, at), at))
    return at if moved is None else moved[0]


def _free(gradient: FloatArray, at: FloatArray) -> npt.NDArray[np.bool_]:
    """Which coordinates are not being pushed against the wall."""
    pushed = ((at >= LOG_LIMIT) & (gradient > 0)) | ((at <= -LOG_LIMIT) & (gradient < 0))
    return np.asarray(~pushed, dtype=np.bool_)


def _size(gradient: FloatArray, at: FloatArray) -> float:
    """Largest slope that is not a push against the wall."""
    return float(np.max(np.abs(np.where(_free(gradient, at), gradient, 0.0))))


def _newton_step(gradient: FloatArray, hessian: FloatArray, at: FloatArray) -> FloatArray:
    """Newton's step uphill along the wall, with every direction of the Hessian made concave first."""
    free = _free(gradient, at)
    step = np.zeros(len(at))
    bends, directions = np.linalg.eigh(hessian[np.ix_(free, free)])
    step[free] = directions @ ((directions.T @ gradient[free]) / np.maximum(np.abs(bends), 1e-10))
    return step / max(1.0, float(np.max(np.abs(step))))


def _first_gain(
    objective: Objective, at: FloatArray, value: float, step: FloatArray
) -> tuple[FloatArray, float, FloatArray] | None:
    for halving in range(12):
        there = np.clip(at + step / 2**halving, -LOG_LIMIT, LOG_LIMIT)
        new_value, gradient = objective(there)
        if new_value >= value - NOISE * abs(value):
            return there, new_value, gradient
    return None


def _bend(objective: Objective, at: FloatArray, step: float = 1e-4) -> FloatArray:
    """Second derivatives, by central differences of the exact gradient (error of order step²)."""
    columns = []
    for shift in np.eye(len(at)) * step:
        columns.append((objective(at + shift)[1] - objective(at - shift)[1]) / (2 * step))
    bend = np.array(columns)
    return (bend + bend.T) / 2
