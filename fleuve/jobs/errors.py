"""What can stop a job.

::

    JobStopped           raised inside a job by its context; let it pass, the worker handles it
    ├── JobCancelled     a person asked the job to stop
    ├── JobReleased      the worker is shutting down: the job goes back to the queue and resumes from its checkpoint
    └── LeaseLost        another worker holds the job: nothing more may be written
    UnknownJob           ``enqueue`` with a name that no module declares, or with arguments that it does not take
    UnableToSteer        (FleuveError) cancelling or retrying a job in a state that does not allow it
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["JobCancelled", "JobReleased", "JobStopped", "LeaseLost", "UnableToSteer", "UnknownJob"]


class JobStopped(Exception):
    """The job must end now, for a reason that is not a fault of its own."""


class JobCancelled(JobStopped):
    """A person asked the job to stop."""


class JobReleased(JobStopped):
    """The worker is shutting down; the job resumes elsewhere from its last checkpoint."""


class LeaseLost(JobStopped):
    """The lease ran out and another worker may hold the job: this one writes nothing more."""


class UnknownJob(LookupError):
    """A mistake in code: the name is declared nowhere, or the arguments do not fit its function."""


class UnableToSteer(FleuveError):
    """The job is in a state in which this cannot be done."""

    code = "unable_to_steer_job"
    status = 409
