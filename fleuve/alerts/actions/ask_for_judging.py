"""After a valuation, look at everybody's rhythm."""

from __future__ import annotations

from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM

__all__ = ["ask_for_judging"]


def ask_for_judging(_event: Event) -> None:
    """Have alerts judged in the background; one that is running looks once more when it ends."""
    enqueue("alerts.judge", by=SYSTEM, unique_key="alerts.judge", again_if_running=True)
