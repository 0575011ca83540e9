"""The lease queue: work that goes on after the page has answered, survives ``kill -9`` and happens once.

Declare with ``@job("module.verb")``, ask with ``enqueue("module.verb", by=…)``, repeat with ``schedule(…)``. The rules
are told in ``docs/rules/jobs.md``. Names that need tables are loaded on first use, because Django imports this package
before its tables exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleuve.jobs.chores import register_chore
from fleuve.jobs.chunks import Chunker
from fleuve.jobs.errors import JobCancelled, JobReleased, JobStopped, LeaseLost, UnknownJob
from fleuve.jobs.hearing import JobFact, hear_job_facts
from fleuve.jobs.place import Place, provide_place
from fleuve.jobs.principals import provide_principal
from fleuve.jobs.registry import job, schedule

if TYPE_CHECKING:
    from fleuve.jobs.actions.enqueue import enqueue
    from fleuve.jobs.context import JobContext

__all__ = [
    "Chunker",
    "JobCancelled",
    "JobContext",
    "JobFact",
    "JobReleased",
    "JobStopped",
    "LeaseLost",
    "Place",
    "UnknownJob",
    "enqueue",
    "hear_job_facts",
    "job",
    "provide_place",
    "provide_principal",
    "register_chore",
    "schedule",
]


def __getattr__(name: str) -> Any:
    if name == "enqueue":
        from fleuve.jobs.actions.enqueue import enqueue

        return enqueue
    if name == "JobContext":
        from fleuve.jobs.context import JobContext

        return JobContext
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
