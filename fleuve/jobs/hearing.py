"""What others want to know of a job's fate: listeners are registered from above and called in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fleuve.kernel.principal import Principal

__all__ = ["JobFact", "hear_job_facts", "tell"]


@dataclass(frozen=True)
class JobFact:
    """A job was cancelled, retried by a person, or failed for good."""

    what: Literal["job_cancelled", "job_retried", "job_failed"]
    job_id: int
    name: str
    by: Principal
    at: datetime


_listeners: list[Callable[[JobFact], None]] = []


def hear_job_facts(listener: Callable[[JobFact], None]) -> None:
    """Call ``listener`` with every later fact, inside the transaction that makes it true."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(fact: JobFact) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(fact)
