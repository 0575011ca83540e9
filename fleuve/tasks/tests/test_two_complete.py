from __future__ import annotations

import pytest

from fleuve.events.models import Event
from fleuve.parties.tests.cast import ALICE, LATER, MAX, NOW, customer
from fleuve.tasks.actions import add_task, complete_task
from fleuve.tasks.errors import AlreadyDone
from fleuve.tasks.models import Task


@pytest.mark.usefixtures("house")
def test_the_second_to_complete_a_task_learns_who_was_first_and_when() -> None:
    task = add_task(title="call", party_id=customer(), by=ALICE, at=NOW)
    complete_task(task_id=task.pk, by=MAX, at=NOW)
    with pytest.raises(AlreadyDone, match=r"Max.*10:00"):
        complete_task(task_id=task.pk, by=ALICE, at=LATER)
    assert Task.objects.get().done_at == NOW
    assert Event.objects.filter(name="tasks.task_done").count() == 1
