"""Each customer's own rhythm, and what silence means in it (docs/rules/slipping.md).

The usual gap is the geometric mean of a customer's gaps between purchase days, with the house gap counted as three more
gaps: whoever has few gaps is read by the house, whoever has many by themselves. ``Returns`` is the share of customers
who were back by a given multiple of their usual gap, measured on all gaps, the unfinished ones included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["HOUSE_GAPS", "House", "Returns", "house_of", "returns_of", "usual_gaps"]

FloatArray = npt.NDArray[np.float64]

# One to four house gaps judge alike out of time; three called best on two public histories (docs/rules/slipping.md).
HOUSE_GAPS: Final = 3
# Beyond the silence that thirty customers still show, the curve is read as flat: fewer would make it jump.
LEAST_AT_RISK: Final = 30
CURVE_POINTS: Final = 400


@dataclass(frozen=True)
class House:
    """The rhythm of the whole house: geometric mean, half and nine tenths of all finished gaps, in days."""

    usual: float
    half: float
    nine_tenths: float
    gaps: int


@dataclass(frozen=True)
class Returns:
    """Share of customers not yet back (``waiting``) at each multiple of their usual gap (``silence``); a step function.

    ``never`` is the share that had not come back when the curve ends: about them the history cannot tell. ``fade`` says
    how the share still falls beyond the end: by this power of the silence, as it did over its last doubling.
    """

    silence: tuple[float, ...]
    waiting: tuple[float, ...]
    never: float
    fade: float = 0.0

    def still_waiting(self, silence: npt.ArrayLike) -> FloatArray:
        """Share not yet back at these multiples of the usual gap."""
        place = np.searchsorted(np.asarray(self.silence), np.asarray(silence, dtype=np.float64), side="right") - 1
        steps = np.concatenate([[1.0], np.asarray(self.waiting)])
        return np.asarray(steps[place + 1], dtype=np.float64)

    def share_back(self, silence: npt.ArrayLike) -> FloatArray:
        """Of those who came back at all, the share that was back by this silence."""
        waiting = self.still_waiting(silence)
        return np.clip((1 - waiting) / max(1 - self.never, 1e-9), 0, 1)

    def chance_back(self, silence: npt.ArrayLike, ahead: npt.ArrayLike) -> FloatArray:
        """Chance of a purchase within ``ahead`` more (both in usual gaps) for someone silent for ``silence``."""
        since = np.asarray(silence, dtype=np.float64)
        now, later = self._extended(since), self._extended(since + np.asarray(ahead, dtype=np.float64))
        return np.asarray(1 - later / np.maximum(now, 1e-9), dtype=np.float64)

    def _extended(self, silence: FloatArray) -> FloatArray:
        """``still_waiting``, carried on beyond the end of the curve: no silence makes a return impossible."""
        if not self.silence:
            return np.ones_like(silence)
        beyond = np.maximum(silence / self.silence[-1], 1.0)
        return np.asarray(self.still_waiting(silence) * beyond**-self.fade, dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a row."""
        return {
            "silence": list(self.silence),
            "waiting": list(self.waiting),
            "never": self.never,
            "fade": self.fade,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Returns:
        """What ``to_json`` wrote."""
        return cls(tuple(stored["silence"]), tuple(stored["waiting"]), float(stored["never"]), float(stored["fade"]))


def house_of(gaps: npt.ArrayLike) -> House | None:
    """The house's rhythm; nothing while no customer has come back."""
    days = np.asarray(gaps, dtype=np.float64)
    if not days.size:
        return None
    half, nine_tenths = np.quantile(days, [0.5, 0.9])
    return House(float(np.exp(np.log(days).mean())), float(half), float(nine_tenths), int(days.size))


def usual_gaps(counts: npt.ArrayLike, log_sums: npt.ArrayLike, house_usual: float) -> FloatArray:
    """Usual gap of each customer in days, from the number and the sum of the logarithms of their gaps."""
    few = np.log(house_usual) * HOUSE_GAPS
    return np.asarray(np.exp((np.asarray(log_sums) + few) / (np.asarray(counts) + HOUSE_GAPS)), dtype=np.float64)


def returns_of(finished: npt.ArrayLike, unfinished: npt.ArrayLike) -> Returns:
    """The curve of returns (Kaplan and Meier 1958) from gaps that ended and silences that last, in usual gaps."""
    ended, lasting = np.asarray(finished, dtype=np.float64), np.asarray(unfinished, dtype=np.float64)
    times = np.concatenate([ended, lasting])
    came = np.concatenate([np.ones(ended.size), np.zeros(lasting.size)])
    # At one moment, returns come before silences that are only seen to last: as they stand, in a stable order.
    order = np.argsort(times, kind="stable")
    times, came = times[order], came[order]
    at_risk = np.arange(times.size, 0, -1)
    waiting = np.cumprod(1 - came / at_risk).astype(np.float64)
    kept = at_risk >= min(LEAST_AT_RISK, max(1, times.size // 2))
    return _thinned(times[kept], waiting[kept])


def _thinned(times: FloatArray, waiting: FloatArray) -> Returns:
    """At most a few hundred steps: a row of the database keeps the curve."""
    if not times.size:
        return Returns((), (), 1.0)
    last = np.append(times[1:] != times[:-1], True)
    times, waiting = times[last], waiting[last]
    if times.size > CURVE_POINTS:
        wanted = np.linspace(waiting[0], waiting[-1], CURVE_POINTS)
        kept = np.unique(np.append(np.searchsorted(-waiting, -wanted), times.size - 1))
        kept = kept[kept < times.size]
        times, waiting = times[kept], waiting[kept]
    curve = Returns(tuple(times.round(6).tolist()), tuple(waiting.round(6).tolist()), float(waiting[-1].round(6)))
    return replace(curve, fade=_fade(curve))


def _fade(curve: Returns) -> float:
    """Power by which the share fell over the last doubling of the silence; nothing of a curve that ends at zero."""
    end = float(curve.still_waiting(curve.silence[-1]))
    half = float(curve.still_waiting(curve.silence[-1] / 2))
    return round(float(np.log2(half / end)), 6) if end > 0 else 0.0
