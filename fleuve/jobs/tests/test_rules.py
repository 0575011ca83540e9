from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from fleuve.jobs.rules import due_moment, may_steer, pause_before_retry, rate_per_second, seconds_left
from fleuve.jobs.tests.cast import ALICE, BOB, CAROL

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("failures", "longest"), [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (10, 2560), (11, 3600), (60, 3600)]
)
def test_the_pause_doubles_up_to_an_hour(failures: int, longest: float) -> None:
    """docs/rules/jobs.md, *When a job fails*."""
    pauses = [pause_before_retry(failures, Random(seed)).total_seconds() for seed in range(200)]
    assert longest / 2 < min(pauses) <= max(pauses) <= longest
    assert len(set(pauses)) > 100, "jobs that failed together do not come back together"


@pytest.mark.parametrize(
    ("done", "since", "seconds", "rate"),
    [(100, 0, 10, 10.0), (100, 90, 10, 1.0), (100, 0, 0.9, None), (0, 0, 10, None)],
)
def test_the_rate_is_that_of_the_present_step(done: int, since: int, seconds: float, rate: float | None) -> None:
    assert rate_per_second(done, since, seconds) == rate


@pytest.mark.parametrize(
    ("done", "total", "rate", "left"),
    [(100, 300, 10.0, 20), (300, 300, 10.0, 0), (10, None, 10.0, None), (10, 20, None, None), (21, 20, 1.0, None)],
)
def test_the_time_left_needs_a_total_and_a_rate(
    done: int, total: int | None, rate: float | None, left: int | None
) -> None:
    assert seconds_left(done, total, rate) == left


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("last", "now", "moment"),
    [
        # Summer time: 03:15 in Paris is 01:15 UTC.
        (_utc(2026, 7, 1), _utc(2026, 7, 1, 1, 14), None),
        (_utc(2026, 7, 1), _utc(2026, 7, 1, 1, 15), _utc(2026, 7, 1, 1, 15)),
        (_utc(2026, 7, 1, 1, 15), _utc(2026, 7, 1, 1, 16), None),
        # Winter time: 02:15 UTC.
        (_utc(2026, 1, 1), _utc(2026, 1, 1, 12), _utc(2026, 1, 1, 2, 15)),
        # Five nights were missed: the latest one answers for all.
        (_utc(2026, 7, 1, 1, 15), _utc(2026, 7, 6, 12), _utc(2026, 7, 6, 1, 15)),
    ],
)
def test_a_schedule_is_read_on_the_wall_clock_and_catches_up_once(
    last: datetime, now: datetime, moment: datetime | None
) -> None:
    assert due_moment("15 3 * * *", last=last, now=now, zone=PARIS) == moment


def _moments(cron: str, begin: datetime, hours: int) -> list[datetime]:
    from datetime import timedelta

    found, last = [], begin
    for minutes in range(0, hours * 60, 5):
        moment = due_moment(cron, last=last, now=begin + timedelta(minutes=minutes), zone=PARIS)
        if moment:
            found.append(moment)
            last = moment
    return found


def test_a_night_whose_hour_is_skipped_still_has_its_run() -> None:
    """On 29 March 2026 Paris goes from 02:00 to 03:00: a daily 02:30 must run once, and the day after as usual."""
    moments = _moments("30 2 * * *", _utc(2026, 3, 28, 12), 48)
    assert len(moments) == 2


def test_a_night_whose_hour_comes_twice_has_one_run() -> None:
    """On 25 October 2026 Paris has 02:30 twice: a nightly job runs once."""
    assert len(_moments("30 2 * * *", _utc(2026, 10, 24, 12), 48)) == 2


def test_an_operator_steers_every_job_and_anyone_who_may_read_steers_their_own() -> None:
    assert may_steer(ALICE, BOB)
    assert may_steer(BOB, BOB)
    assert not may_steer(BOB, ALICE)
    assert not may_steer(CAROL, CAROL)
