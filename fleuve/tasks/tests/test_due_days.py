from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fleuve.tasks.rules import bucket_of, overdue_from, reminder_at

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("due_on", "moment"),
    [
        (date(2026, 3, 1), datetime(2026, 3, 1, 23, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_task_is_overdue_from_the_midnight_after_its_day_there(due_on: date, moment: datetime) -> None:
    """docs/rules/tasks.md, "Due days"."""
    assert overdue_from(due_on, PARIS) == moment


@pytest.mark.parametrize(
    ("due_on", "part"),
    [
        (date(2026, 2, 28), "overdue"),
        (date(2026, 3, 1), "today"),
        (date(2026, 3, 2), "week"),
        (date(2026, 3, 8), "week"),
        (date(2026, 3, 9), "later"),
        (None, "no_day"),
    ],
)
def test_the_parts_of_the_list(due_on: date | None, part: str) -> None:
    """docs/rules/tasks.md, "Parts of the list"."""
    assert bucket_of(due_on, date(2026, 3, 1)) == part


@pytest.mark.parametrize(
    ("due_on", "choice", "moment"),
    [
        (date(2026, 3, 1), "on_day", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (date(2026, 3, 30), "on_day", datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (date(2026, 3, 30), "day_before", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (date(2026, 3, 30), "week_before", datetime(2026, 3, 23, 8, tzinfo=UTC)),
    ],
)
def test_a_reminder_comes_at_nine_there_whatever_the_clocks_did(due_on: date, choice: str, moment: datetime) -> None:
    """docs/rules/tasks.md, "Reminders"."""
    assert reminder_at(due_on, choice, PARIS) == moment
