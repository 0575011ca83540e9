"""Ask for a job, inside the caller's transaction: if that rolls back, nothing was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from fleuve.jobs.models import LIVE, Job
from fleuve.jobs.registry import check_queue, kind_named
from fleuve.kernel.correlation import current_request_id
from fleuve.kernel.principal import Principal

__all__ = ["enqueue"]

_TRIES = 10


def enqueue(
    name: str,
    *,
    by: Principal,
    unique_key: str = "",
    run_at: datetime | None = None,
    queue: str | None = None,
    again_if_running: bool = False,
    **payload: Any,
) -> int:
    """Put the job ``name`` in its queue and answer its id.

    With a ``unique_key``, a live job of that key (waiting or running) is answered instead of a new one. A running job
    may have read its data already: ``again_if_running=True`` makes it run once more when it ends.
    """
    kind = kind_named(name)
    kind.check_payload(payload)
    now = timezone.now()
    wanted = Job(
        name=name,
        queue=check_queue(queue or kind.queue),
        payload=payload,
        unique_key=unique_key,
        **by.as_columns(),
        request_id=current_request_id(),
        due_at=run_at or now,
        attempts_left=kind.max_attempts,
        enqueued_at=now,
    )
    if not unique_key:
        wanted.save(force_insert=True)
        return wanted.pk
    return _insert_or_join(wanted, again_if_running=again_if_running)


def _insert_or_join(wanted: Job, *, again_if_running: bool) -> int:
    # The live job may end between the refused insert and the look for it: then the key is free and we insert anew.
    refused: IntegrityError | None = None
    for _ in range(_TRIES):
        live = _join(wanted.unique_key, again_if_running=again_if_running)
        if live is not None:
            return live
        try:
            with transaction.atomic():
                wanted.save(force_insert=True)
        except IntegrityError as problem:
            refused = problem
        else:
            return wanted.pk
    raise RuntimeError(f"The job of key {wanted.unique_key!r} could neither be joined nor inserted.") from refused


def _join(unique_key: str, *, again_if_running: bool) -> int | None:
    live = Job.objects.filter(unique_key=unique_key, state__in=LIVE).values_list("pk", "state").first()
    if live is None:
        return None
    pk, state = live
    if state == Job.State.RUNNING and again_if_running:
        marked = Job.objects.filter(pk=pk, state=Job.State.RUNNING).update(runs_again=True)
        return pk if marked else None
    return pk
