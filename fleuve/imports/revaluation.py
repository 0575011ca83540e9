"""Ask for a new valuation after purchases changed. By name: ``value`` stands above and may not be installed."""

from __future__ import annotations

from fleuve.jobs import UnknownJob, enqueue
from fleuve.kernel.principal import Principal

__all__ = ["ask_for_revaluation"]


def ask_for_revaluation(*, by: Principal) -> int | None:
    """The job that will value the customers anew; None when no module offers it."""
    try:
        return enqueue("value.revalue", by=by, unique_key="value.revalue", again_if_running=True)
    except UnknownJob:
        return None
