"""Decisions of the queue on plain values: when to try again, how fast it goes, which moments of a schedule are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from croniter import croniter

from fleuve.kernel.principal import Principal, may

__all__ = ["due_moment", "may_steer", "pause_before_retry", "rate_per_second", "seconds_left"]

_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 3600.0


def pause_before_retry(failures: int, rng: Random) -> timedelta:
    """How long to wait after the n-th failure: 5 s doubled each time, at most an hour, minus a random part.

    The random part (up to half) keeps jobs that failed together from coming back together.
    """
    longest = min(_FIRST_PAUSE_SECONDS * 2 ** (max(failures, 1) - 1), _LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=longest * (1 - rng.random() / 2))


def may_steer(principal: Principal, asked_by: Principal) -> bool:
    """Whether the principal may cancel or retry a job: an operator may, and whoever asked for it."""
    is_own = (principal.kind, principal.id) == (asked_by.kind, asked_by.id) and may(principal, "read")
    return is_own or may(principal, "operate")


def rate_per_second(done: int, started_with: int, seconds: float) -> float | None:
    """Units a second within the present step; nothing until a second has passed."""
    return (done - started_with) / seconds if seconds >= 1 and done > started_with else None


def seconds_left(done: int, total: int | None, rate: float | None) -> int | None:
    """Seconds to the end of the step at the present rate; nothing when the total or the rate is unknown."""
    if not total or not rate or done > total:
        return None
    return round((total - done) / rate)


def due_moment(cron: str, *, last: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest moment of ``cron`` after ``last`` and not after ``now``; earlier missed ones are not made up for.

    The expression is read on the zone's wall clock. In the night when clocks go back, the hour that comes twice counts
    once; in the night when they go forward, a moment in the missing hour comes as much later as the clock jumped.
    """
    wall = now.astimezone(zone).replace(tzinfo=None)
    # croniter looks strictly before its start: one microsecond later includes a moment that is exactly now.
    latest: datetime = croniter(cron, wall + timedelta(microseconds=1)).get_prev(datetime)
    moment = latest.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if last < moment <= now else None
