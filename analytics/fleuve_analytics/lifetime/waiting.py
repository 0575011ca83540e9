"""By when will somebody have bought again?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, rising_root

__all__ = ["time_until_share"]

# Logarithms of the shortest and longest time that is looked at. A crowd with small r holds people who come back after
# e^100 units of time and more; beyond e^690 a float ends.
SHORTEST, LONGEST = -690.0, 690.0


def time_until_share(chance: Callable[[FloatArray], FloatArray], share: npt.ArrayLike) -> FloatArray:
    """The time at which `chance` of a purchase (rising in time) reaches `share`; infinite where it never does."""
    wanted = np.asarray(share, dtype=np.float64)
    if not (np.isfinite(wanted).all() and (wanted > 0).all() and (wanted < 1).all()):
        raise InvalidSetting("The share must lie between 0 and 1, both excluded.", code="share")
    never = chance(np.exp(LONGEST)) < wanted
    target = np.where(never, 0.0, wanted)
    found = rising_root(lambda log_time: chance(np.exp(log_time)) - target, SHORTEST, LONGEST, target.shape)
    return np.where(never, np.inf, np.exp(found))
