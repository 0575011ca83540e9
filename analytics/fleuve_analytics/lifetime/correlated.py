"""What BG/NBD and Pareto/NBD with a tie between buying and leaving share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.known import FittedKnown
from fleuve_analytics.lifetime.sarmanov import Tie, correlation_of, m_bounds, tie_at

__all__ = ["FittedTied", "require_reference"]


@dataclass(frozen=True, kw_only=True)
class FittedTied(FittedKnown):
    """A fitted model in which purchases and leaving may go together.

    m: how strongly; 0 is the independent model. reference_time: the time that the factors look at, None for the scale
    that each process has by itself.
    """

    signed = frozenset({"m"})

    m: float
    reference_time: float | None = None

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Names of the parameters that every fit of this model has; effects come on top."""
        return (*cls.family.letters, "m")

    @classmethod
    def of(cls, *, reference_time: float | None = None, **parameters: float) -> Self:
        """A record of stated parameters (see `Fitted.of`); `InvalidSetting` where m is beyond its bounds."""
        require_reference(reference_time)
        stated = replace(super().of(**parameters), reference_time=reference_time)
        least, most = stated.m_bounds
        # The bounds themselves are limits that a search ends at.
        if not least * (1 + 1e-9) <= stated.m <= most * (1 + 1e-9):
            raise InvalidSetting(
                f"m must lie between {least:g} and {most:g} with these parameters, not at {stated.m:g}.", code="m"
            )
        return stated

    @property
    def correlation(self) -> float:
        """Correlation between a customer's rate of purchases and her propensity to leave, as m implies it."""
        return correlation_of(self.family, self._letters, self.m, self.reference_time)

    @property
    def m_bounds(self) -> tuple[float, float]:
        """The least and the largest m that these parameters allow."""
        return m_bounds(self._tie)

    @property
    def correlation_bounds(self) -> tuple[float, float]:
        """The least and the largest correlation that these parameters allow: this tie reaches no further."""
        least, most = (correlation_of(self.family, self._letters, m, self.reference_time) for m in self.m_bounds)
        return least, most

    def _stated(self, crowd: Any) -> Self:
        letters = {
            name: float(np.ravel(letter)[0]) for name, letter in zip(self.family.letters, crowd.letters, strict=True)
        }
        return type(self).of(**letters, m=self.m, reference_time=self.reference_time)

    @property
    def _tie(self) -> Tie:
        return tie_at(self.family, self._letters, self.m, self.reference_time)

    @property
    def _reference(self) -> float | None:
        return self.reference_time


def require_reference(reference_time: float | None) -> None:
    """Raise `InvalidSetting` unless the time is above zero, or None."""
    if reference_time is not None and not (np.isfinite(reference_time) and reference_time > 0):
        raise InvalidSetting("The reference time must be above zero, or None.", code="reference_time")
