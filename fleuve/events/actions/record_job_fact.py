"""Write down what the queue tells of a job's fate."""

from __future__ import annotations

from fleuve.events.actions.record import record
from fleuve.jobs import JobFact

__all__ = ["record_job_fact"]


def record_job_fact(fact: JobFact) -> None:
    """One event for a job cancelled, retried or failed for good."""
    record(f"jobs.{fact.what}", by=fact.by, at=fact.at, subject=("job", fact.job_id), data={"job": fact.name})
