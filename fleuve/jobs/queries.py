"""What pages show of the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext

from fleuve.jobs.errors import UnknownJob
from fleuve.jobs.models import LIVE, Job
from fleuve.jobs.registry import kind_named
from fleuve.jobs.rules import may_steer, rate_per_second, seconds_left
from fleuve.jobs.sentences import error_sentence
from fleuve.kernel.principal import Principal

__all__ = ["JobPage", "JobState", "job_page", "job_state", "job_states", "live_job", "state_of"]


_TONES: Final = {"queued": "neutral", "running": "info", "succeeded": "good", "failed": "bad", "cancelled": "warn"}


@dataclass(frozen=True)
class JobState:
    """A job as a person sees it."""

    id: int
    name: str
    title: str
    queue: str
    state: str
    state_label: str
    by: str
    step: str
    done: int
    total: int | None
    rate: float | None
    seconds_left: int | None
    attempt: int
    error: str
    error_code: str
    error_reference: str
    result: Mapping[str, object]
    enqueued_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_live: bool
    is_stopping: bool
    can_cancel: bool
    can_retry: bool

    @property
    def tone(self) -> str:
        """How good the news is."""
        return _TONES[self.state]

    @property
    def fraction(self) -> float | None:
        """How much of the present step is done, of 1; nothing when its size is unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds_taken(self) -> int | None:
        """From first start to end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds())


def job_state(job_id: int, principal: Principal | None = None) -> JobState | None:
    """The job's present state; ``principal`` decides what may be done to it. Nothing when it is gone or hidden."""
    jobs = Job.objects.all() if principal is None else Job.objects.visible_to(principal)
    job = jobs.filter(pk=job_id).first()
    return state_of(job, principal) if job else None


def job_states(job_ids: Iterable[int]) -> dict[int, JobState]:
    """The present states of some jobs, in one question; those that are gone are left out."""
    return {job.pk: state_of(job) for job in Job.objects.filter(pk__in=list(job_ids))}


def live_job(principal: Principal, *names: str) -> JobState | None:
    """The youngest waiting or running job of these names; nothing when there is none, or it is hidden."""
    found = Job.objects.visible_to(principal).filter(name__in=names, state__in=LIVE).order_by("-enqueued_at").first()
    return state_of(found, principal) if found else None


def state_of(job: Job, principal: Principal | None = None) -> JobState:
    """A row as a person sees it."""
    speed = _rate(job)
    steers = principal is not None and may_steer(principal, job.by)
    is_live = job.state in LIVE
    is_stopping = job.state == Job.State.RUNNING and job.cancel_asked_at is not None
    return JobState(
        id=job.pk,
        name=job.name,
        title=_title(job.name),
        queue=job.queue,
        state=job.state,
        state_label=str(Job.State(job.state).label),
        by=job.actor_label,
        step=_in_viewers_language(job.step),
        done=job.done,
        total=job.total,
        rate=speed,
        seconds_left=seconds_left(job.done, job.total, speed) if job.state == Job.State.RUNNING else None,
        attempt=job.attempt,
        error=error_sentence(job.error_code, job.error_reference) or _in_viewers_language(job.error),
        error_code=job.error_code,
        error_reference=job.error_reference,
        result=job.result or {},
        enqueued_at=job.enqueued_at,
        due_at=job.due_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        is_live=is_live,
        is_stopping=is_stopping,
        can_cancel=steers and is_live and not is_stopping,
        can_retry=steers and job.state in (Job.State.FAILED, Job.State.CANCELLED),
    )


def _in_viewers_language(text: str) -> str:
    """A worker speaks the organisation's language; a text without figures can still be said in the viewer's."""
    return gettext(text) if text else ""


def _title(name: str) -> str:
    try:
        return str(kind_named(name).title)
    except UnknownJob:
        return name


def _rate(job: Job) -> float | None:
    if job.step_started_at is None or job.progress_at is None:
        return None
    return rate_per_second(job.done, job.step_started_with, (job.progress_at - job.step_started_at).total_seconds())


@dataclass(frozen=True)
class JobPage:
    """One page of the list: newest first, with the id where the next page begins."""

    jobs: tuple[JobState, ...]
    state: str
    next_before: int | None
    counts: Mapping[str, int]

    @property
    def live(self) -> int:
        """How many are waiting or running."""
        return sum(self.counts[state] for state in LIVE)

    @property
    def failed(self) -> int:
        """How many need someone to look."""
        return self.counts[Job.State.FAILED]


def job_page(principal: Principal, *, state: str = "", before: int | None = None, size: int = 50) -> JobPage:
    """Jobs in ``state`` (all when empty) older than ``before``, newest first."""
    visible = Job.objects.visible_to(principal)
    wanted = visible.filter(state=state) if state in Job.State.values else visible
    if before is not None:
        wanted = wanted.filter(pk__lt=before)
    rows = list(wanted.order_by("-pk")[: size + 1])
    counts = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    return JobPage(
        jobs=tuple(state_of(row, principal) for row in rows[:size]),
        state=state if state in Job.State.values else "",
        next_before=rows[size - 1].pk if len(rows) > size else None,
        counts={value: counts.get(value, 0) for value in Job.State.values},
    )
