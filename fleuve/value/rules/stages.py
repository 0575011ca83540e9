"""Where each customer stands (docs/rules/stages.md): lost needs a full season *and* the customer's own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "NINE_TENTHS",
    "SEASON_DAYS",
    "STAGES",
    "Standing",
    "is_lost",
    "is_slipping",
    "stage_codes_of",
    "stages_of",
]

BoolArray = npt.NDArray[np.bool_]
STAGES: Final = ("new", "active", "won_back", "slipping", "one_time", "lost")
SEASON_DAYS: Final = 365
NINE_TENTHS: Final = 0.9
# A purchase after a loss is news for one quarter; then the customer is simply active again.
WON_BACK_DAYS: Final = 91


@dataclass(frozen=True)
class Standing:
    """What the stage of each customer depends on; arrays of one length, days before the day of the valuation."""

    purchases: npt.NDArray[np.int64]
    silent_days: npt.NDArray[np.int64]
    first_seen_days_ago: npt.NDArray[np.int64]
    share_back: npt.NDArray[np.float64]
    was_already_there: BoolArray
    is_slipping: BoolArray
    returned_from_loss: BoolArray
    """The last purchase ended a silence that the rule of loss had already called one."""


def is_lost(silent_days: npt.ArrayLike, share_back: npt.ArrayLike) -> BoolArray:
    """Silent for a full season, and nine of ten like this who came back were back by now."""
    silent, back = np.asarray(silent_days), np.asarray(share_back)
    return np.asarray((silent >= SEASON_DAYS) & (back >= NINE_TENTHS), dtype=np.bool_)


def is_slipping(purchases: npt.ArrayLike, share_back: npt.ArrayLike) -> BoolArray:
    """Came back at least once, and is now silent for longer than nine of ten like this who came back."""
    return np.asarray((np.asarray(purchases) >= 2) & (np.asarray(share_back) >= NINE_TENTHS), dtype=np.bool_)


def stage_codes_of(standing: Standing, new_for_days: float) -> npt.NDArray[np.int8]:
    """The place in ``STAGES`` of each customer's stage; the first rule that fits decides (docs/rules/stages.md)."""
    lost = is_lost(standing.silent_days, standing.share_back)
    won_back = standing.returned_from_loss & (standing.silent_days <= WON_BACK_DAYS)
    new = (standing.first_seen_days_ago <= new_for_days) & ~standing.was_already_there
    code = np.full(standing.purchases.size, STAGES.index("active"), dtype=np.int8)
    rules = {
        "lost": lost,
        "slipping": standing.is_slipping,
        "won_back": won_back,
        "new": new,
        "one_time": standing.purchases == 1,
    }
    for name, rows in reversed(rules.items()):
        code[rows] = STAGES.index(name)
    return code


def stages_of(standing: Standing, new_for_days: float) -> npt.NDArray[np.str_]:
    """The stage of each customer by name."""
    return np.asarray(STAGES)[stage_codes_of(standing, new_for_days)]
