"""What a missed debit means, and where a contract stands (docs/rules/contracts.md)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve.value.rules.stages import STAGES

__all__ = [
    "DUE_AFTER_DAYS",
    "ENDED_AFTER_DAYS",
    "LATE_AFTER_DAYS",
    "PERIOD_DAYS",
    "contract_stages",
    "is_late",
    "renewals_of",
]

PERIOD_DAYS: Final = 365.25 / 12
# A month has at most 31 days…
DUE_AFTER_DAYS: Final = 31
# … and a debit that falls on a closed day, or is presented again, comes within a week.
LATE_AFTER_DAYS: Final = 38
# Two months missed in a row: 62 days and the same week.
ENDED_AFTER_DAYS: Final = 69


def renewals_of(days: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Whole months between two payments: the renewals that lie between them, paid or paused."""
    return np.rint(np.asarray(days, dtype=np.float64) / PERIOD_DAYS).astype(np.int64)


def is_late(silent_days: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """One debit was missed, and not yet two."""
    silent = np.asarray(silent_days)
    return np.asarray((silent > LATE_AFTER_DAYS) & (silent <= ENDED_AFTER_DAYS), dtype=np.bool_)


def contract_stages(
    silent_days: npt.ArrayLike, age_days: npt.ArrayLike, was_already_there: npt.ArrayLike
) -> npt.NDArray[np.int8]:
    """The place in ``STAGES`` of each contract: lost when it ended, slipping while a debit is missing, new at first.

    A contract is seen to end: no season and no rhythm of others need to be waited for.
    """
    silent, age = np.asarray(silent_days), np.asarray(age_days)
    code = np.full(silent.shape, STAGES.index("active"), dtype=np.int8)
    code[(age <= 3 * PERIOD_DAYS) & ~np.asarray(was_already_there, dtype=bool)] = STAGES.index("new")
    code[is_late(silent)] = STAGES.index("slipping")
    code[silent > ENDED_AFTER_DAYS] = STAGES.index("lost")
    return code
