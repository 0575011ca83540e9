"""Which jobs exist and when they repeat: filled by the decorators in every module's ``jobs.py``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from croniter import croniter
from django.utils.functional import Promise

from fleuve.jobs.errors import UnknownJob

__all__ = ["QUEUES", "Kind", "Repeat", "check_queue", "job", "kind_named", "kinds", "repeats", "schedule"]

QUEUES: Final = ("quick", "heavy")
JobFunction = TypeVar("JobFunction", bound=Callable[..., Mapping[str, object] | None])

_kinds: dict[str, Kind] = {}
_repeats: dict[str, Repeat] = {}


@dataclass(frozen=True)
class Kind:
    """A declared job: its name, its function and how it is to be run."""

    name: str
    function: Callable[..., Mapping[str, object] | None]
    queue: str
    max_attempts: int
    title: str | Promise
    atomic: bool

    def check_payload(self, payload: Mapping[str, Any]) -> None:
        """Raise ``UnknownJob`` when the function could not be called with this payload."""
        try:
            inspect.signature(self.function).bind(None, **payload)
        except TypeError as problem:
            raise UnknownJob(f"Job {self.name!r} cannot take {sorted(payload)}: {problem}.") from problem


@dataclass(frozen=True)
class Repeat:
    """A schedule: the job ``name`` at each moment of ``cron``, read in the organisation's time zone."""

    name: str
    cron: str
    queue: str | None


def job(
    name: str, *, queue: str = "quick", max_attempts: int = 5, title: str | Promise = "", atomic: bool = False
) -> Callable[[JobFunction], JobFunction]:
    """Declare the decorated function as the job ``name``.

    ``atomic=True`` runs the whole function and marks it succeeded in one fenced transaction: its effect in the
    database then happens exactly once. Keep such a job below 250 ms.
    """
    check_queue(queue)

    def declare(function: JobFunction) -> JobFunction:
        known = _kinds.get(name)
        if known and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two functions are declared as job {name!r}")
        _kinds[name] = Kind(name, function, queue, max_attempts, title or name, atomic)
        return function

    return declare


def schedule(name: str, *, cron: str, queue: str | None = None) -> None:
    """Run the job ``name`` at each moment of the five-field ``cron``; a missed run catches up once."""
    if not croniter.is_valid(cron):
        raise ValueError(f"{cron!r} is not a cron expression")
    _repeats[name] = Repeat(name, cron, queue)


def check_queue(name: str) -> str:
    """The name, or ``ValueError`` when no worker serves such a queue."""
    if name not in QUEUES:
        raise ValueError(f"unknown queue {name!r}: choose one of {', '.join(QUEUES)}")
    return name


def kind_named(name: str) -> Kind:
    """The declared job, or ``UnknownJob`` naming the neighbours that exist."""
    try:
        return _kinds[name]
    except KeyError:
        module = name.partition(".")[0]
        near = sorted(known for known in _kinds if known.startswith(f"{module}.")) or sorted(_kinds)
        raise UnknownJob(
            f"No module declares the job {name!r}. Declared: {', '.join(near) or 'none'}. "
            f"Is it decorated with @job in {module}/jobs.py?"
        ) from None


def kinds() -> tuple[Kind, ...]:
    """Every declared job, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def repeats() -> tuple[Repeat, ...]:
    """Every schedule, by name."""
    return tuple(_repeats[name] for name in sorted(_repeats))
