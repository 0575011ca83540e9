from __future__ import annotations

from datetime import date, timedelta

import pytest

from fleuve.accounts.models import Notice
from fleuve.events.models import Event
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.tests.cast import ALICE, CLEO, LATER, MAX, NOW, RAY, SAM, SUE, customer
from fleuve.search.queries import find
from fleuve.tasks.actions import (
    add_task,
    change_task,
    complete_task,
    purge_trash,
    remove_task,
    reopen_task,
    restore_task,
)
from fleuve.tasks.errors import TaskRefused, UnknownTask
from fleuve.tasks.models import Task
from fleuve.tasks.queries import open_tasks, task_counts, task_found, tasks_of_customer

pytestmark = pytest.mark.usefixtures("house")
TODAY = date(2026, 3, 2)


def titles(scope: str = "mine", principal: object = ALICE, **options: object) -> list[str]:
    page = open_tasks(principal, scope, today=TODAY, **options)  # type: ignore[arg-type]
    return [task.title for task in page.tasks]


def saved(task: Task, **changes: object) -> dict[str, object]:
    kept = {name: getattr(task, name) for name in ("title", "detail", "assigned_id", "due_on", "priority", "version")}
    return {**kept, "reminder": "", "task_id": task.pk, **changes}


def test_a_task_is_kept_told_and_found() -> None:
    party = customer()
    task = add_task(title="  Send   the offer ", party_id=party, assigned_id=14, due_on=TODAY, by=ALICE, at=NOW)
    assert [one.title for one in tasks_of_customer(party, ALICE)] == ["Send the offer"]
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind, notice.subject_id) == (14, "assigned", str(task.pk))
    assert Event.objects.get(name="tasks.task_added").data["party"] == str(party)
    assert [one.subject_id for group in find("offer", MAX).groups for one in group.hits] == [task.pk]


def test_a_task_without_words_is_refused() -> None:
    with pytest.raises(TaskRefused):
        add_task(title=" ", by=ALICE, at=NOW)


def test_a_customer_out_of_reach_is_a_missing_one() -> None:
    with pytest.raises(UnknownCustomer):
        add_task(title="x", party_id=customer(owner=CLEO), by=SAM, at=NOW)


def test_whoever_only_reads_adds_nothing() -> None:
    for party in (None, customer()):
        with pytest.raises(PermissionRefused):
            add_task(title="x", party_id=party, by=RAY, at=NOW)


def test_a_seller_gives_tasks_to_the_team_only() -> None:
    add_task(title="for Sue", assigned_id=12, by=SAM, at=NOW)
    with pytest.raises(TaskRefused, match="Cléo"):
        add_task(title="for Cléo", assigned_id=13, by=SAM, at=NOW)
    with pytest.raises(TaskRefused):
        add_task(title="for nobody", assigned_id=404, by=ALICE, at=NOW)


def test_a_task_is_not_given_to_somebody_who_may_not_see_the_customer() -> None:
    party = customer(owner=SAM)
    with pytest.raises(TaskRefused, match="Cléo"):
        add_task(title="x", party_id=party, assigned_id=13, by=ALICE, at=NOW)


def test_the_list_stands_by_due_day_and_pages_by_key() -> None:
    for title, due in (("c", 3), ("a", -1), ("none", None), ("b", 0), ("b2", 0)):
        due_on = None if due is None else TODAY + timedelta(days=due)
        add_task(title=title, assigned_id=1, due_on=due_on, by=ALICE, at=NOW)
    assert titles() == ["a", "b", "b2", "c", "none"]
    assert task_counts(ALICE, "mine", TODAY) == {"overdue": 1, "today": 2}
    seen, after = [], ""
    while True:
        page = open_tasks(ALICE, "mine", today=TODAY, after=after, size=2)
        seen += [task.title for task in page.tasks]
        after = page.next
        if not after:
            break
    assert seen == ["a", "b", "b2", "c", "none"]


@pytest.mark.parametrize("after", ["x", ".", "9.9", "2026-13-45.7", "2026-03-02." + "9" * 30])
def test_a_spoilt_cursor_shows_the_first_page(after: str) -> None:
    add_task(title="a", assigned_id=1, due_on=TODAY, by=ALICE, at=NOW)
    assert titles(after=after) in (["a"], [])


def test_whose_tasks_are_shown() -> None:
    add_task(title="Sam's", assigned_id=11, by=SAM, at=NOW)
    add_task(title="Sue's", assigned_id=12, by=SUE, at=NOW)
    add_task(title="Cléo's", assigned_id=13, by=CLEO, at=NOW)
    assert titles("mine", SAM) == ["Sam's"]
    assert sorted(titles("team", SAM)) == ["Sam's", "Sue's"]
    assert sorted(titles("all", SAM)) == ["Sam's", "Sue's"]
    assert len(titles("all", ALICE)) == 3


def test_the_second_to_save_sees_the_first() -> None:
    task = add_task(title="one", assigned_id=11, by=ALICE, at=NOW)
    change_task(**saved(task, title="two"), by=MAX, at=LATER)  # type: ignore[arg-type]
    with pytest.raises(EditedMeanwhile) as meanwhile:
        change_task(**saved(task, title="three"), by=ALICE, at=LATER)  # type: ignore[arg-type]
    assert meanwhile.value.theirs["title"] == "two"
    assert Task.objects.get().title == "two"


def test_removing_an_older_version_removes_nothing() -> None:
    task = add_task(title="one", assigned_id=1, by=ALICE, at=NOW)
    change_task(**saved(task, title="two"), by=ALICE, at=LATER)  # type: ignore[arg-type]
    with pytest.raises(EditedMeanwhile) as meanwhile:
        remove_task(task_id=task.pk, version=1, by=ALICE, at=LATER)
    assert (meanwhile.value.version, titles()) == (2, ["two"])
    remove_task(task_id=task.pk, version=2, by=ALICE, at=LATER)
    assert titles() == []


def test_whom_a_task_is_newly_given_to_is_told() -> None:
    task = add_task(title="one", assigned_id=14, by=ALICE, at=NOW)
    task = change_task(**saved(task, title="two"), by=ALICE, at=LATER)  # type: ignore[arg-type]
    change_task(**saved(task, assigned_id=11), by=ALICE, at=LATER)  # type: ignore[arg-type]
    assert sorted(Notice.objects.values_list("user_id", flat=True)) == [11, 14]


def test_the_trash_gives_a_task_back_and_is_emptied_after_thirty_days() -> None:
    task = add_task(title="keep", assigned_id=1, by=ALICE, at=NOW)
    remove_task(task_id=task.pk, by=ALICE, at=NOW)
    assert (titles(), bool(find("keep", ALICE))) == ([], False)
    restore_task(task_id=task.pk, by=ALICE, at=NOW)
    assert (titles(), bool(find("keep", ALICE))) == (["keep"], True)
    remove_task(task_id=task.pk, by=ALICE, at=NOW)
    assert purge_trash(by=ALICE, at=NOW + timedelta(days=30)) == 0
    assert purge_trash(by=ALICE, at=NOW + timedelta(days=31)) == 1
    assert not Task.objects.exists()


def test_undo_of_done_makes_it_wait_again() -> None:
    task = add_task(title="keep", assigned_id=1, by=ALICE, at=NOW)
    complete_task(task_id=task.pk, by=ALICE, at=LATER)
    assert titles() == []
    assert titles("done") == ["keep"]
    reopen_task(task_id=task.pk, by=ALICE, at=LATER)
    assert titles() == ["keep"]
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "tasks.task_added",
        "tasks.task_done",
        "tasks.task_reopened",
    ]


def test_a_task_of_a_customer_out_of_reach_is_not_there() -> None:
    task = add_task(title="south", party_id=customer(owner=CLEO), by=CLEO, at=NOW)
    assert task_found(task.pk, SAM) is None
    with pytest.raises(UnknownTask):
        complete_task(task_id=task.pk, by=SAM, at=NOW)
    assert not find("south", SAM)


def test_a_colleagues_customer_is_seen_and_not_changed() -> None:
    task = add_task(title="north", party_id=customer(owner=SUE), by=SUE, at=NOW)
    assert task_found(task.pk, SAM)
    with pytest.raises(PermissionRefused):
        complete_task(task_id=task.pk, by=SAM, at=NOW)
