from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from fleuve.accounts.models import Notice
from fleuve.events.models import Event
from fleuve.parties.tests.cast import ALICE, LATER, NOW, customer
from fleuve.tasks.actions import add_task, change_task, complete_task, send_reminders
from fleuve.tasks.errors import TaskRefused
from fleuve.tasks.models import Task
from fleuve.tasks.tests.test_tasks import saved

DAY = date(2026, 3, 3)
NINE = NOW.replace(day=3, hour=8, minute=0)


def reminded() -> list[int]:
    return sorted(Notice.objects.filter(kind="reminder").values_list("user_id", flat=True))


@pytest.mark.usefixtures("house")
def test_a_reminder_comes_at_its_moment_and_once() -> None:
    add_task(title="call", assigned_id=14, due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    assert send_reminders(by=ALICE, at=NINE - timedelta(seconds=1)) == 0
    assert send_reminders(by=ALICE, at=NINE) == 1
    assert send_reminders(by=ALICE, at=NINE + timedelta(days=1)) == 0
    assert reminded() == [14]
    assert Event.objects.filter(name="tasks.reminder_sent").count() == 1


@pytest.mark.usefixtures("house")
def test_a_task_of_nobody_reminds_its_author() -> None:
    add_task(title="call", due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    send_reminders(by=ALICE, at=NINE)
    # ``notify`` tells nobody what they did themselves: the system reminds, so Alice is told.
    from fleuve.kernel.principal import SYSTEM

    Task.objects.update(reminded_at=None)
    send_reminders(by=SYSTEM, at=NINE)
    assert reminded() == [1]


@pytest.mark.usefixtures("house")
def test_done_and_removed_tasks_remind_nobody() -> None:
    task = add_task(title="call", assigned_id=14, due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    complete_task(task_id=task.pk, by=ALICE, at=NOW)
    assert send_reminders(by=ALICE, at=NINE) == 0


@pytest.mark.usefixtures("house")
def test_another_day_is_another_reminder() -> None:
    task = add_task(title="call", assigned_id=14, due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    send_reminders(by=ALICE, at=NINE)
    task.refresh_from_db()
    later = saved(task, due_on=DAY + timedelta(days=7), reminder="on_day")
    change_task(**later, by=ALICE, at=LATER)  # type: ignore[arg-type]
    assert send_reminders(by=ALICE, at=NINE) == 0
    assert send_reminders(by=ALICE, at=NINE + timedelta(days=7)) == 1
    assert reminded() == [14, 14]


@pytest.mark.usefixtures("house")
def test_a_reminder_asks_for_a_day() -> None:
    with pytest.raises(TaskRefused):
        add_task(title="call", reminder="on_day", by=ALICE, at=NOW)


@pytest.mark.usefixtures("house")
def test_a_kill_before_the_commit_leaves_the_reminder_to_the_next_minute() -> None:
    add_task(title="call", assigned_id=14, due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    with transaction.atomic():
        send_reminders(by=ALICE, at=NINE)
        transaction.set_rollback(True)  # as a kill does
    assert reminded() == []
    assert send_reminders(by=ALICE, at=NINE) == 1
    assert reminded() == [14]


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_reminds() -> None:
    from fleuve.notes.tests.cast import everybody

    everybody()
    for number in range(5):
        party = customer(str(number))
        add_task(title="call", party_id=party, assigned_id=14, due_on=DAY, reminder="on_day", by=ALICE, at=NOW)
    start, sent = Barrier(2), []

    def work() -> None:
        try:
            start.wait(10)
            sent.append(send_reminders(by=ALICE, at=NINE + timedelta(days=1)))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sum(sent) == 5
    assert reminded() == [14] * 5
