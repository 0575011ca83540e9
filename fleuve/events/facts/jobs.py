"""The facts of jobs."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("jobs.job_cancelled", _("Background work cancelled"), "A person cancelled a job."),
    Fact("jobs.job_retried", _("Background work retried"), "A person put a failed or cancelled job back in its queue."),
    Fact("jobs.job_failed", _("Background work failed"), "A job used up its attempts or was refused."),
)
