"""After a valuation, put everybody in their cell of value and loyalty."""

from __future__ import annotations

from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM

__all__ = ["ask_for_placing"]


def ask_for_placing(_event: Event) -> None:
    """Have customers placed in the background."""
    enqueue("value.place", by=SYSTEM, unique_key="value.place", again_if_running=True)
