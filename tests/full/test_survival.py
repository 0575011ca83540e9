"""What people wrote and what was once published outlives the derived files, the database and its kind.

Month-end estimates, notes with their files, tasks, tags, ties and fields of the house: every table is digested row by
row, and lists are read from end to end, before and after. Whatever lies below ``history/`` is made from the tables;
nothing of theirs may come from it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps

from fleuve.attributes import ALWAYS, EVERYTHING, All, Bought, Is, LastDays, Node, Not
from fleuve.attributes.errors import NotBuilt
from fleuve.config.backup.make_backup import make_backup
from fleuve.config.backup.restore_backup import record_restored, restore_backup
from fleuve.config.home import Home
from fleuve.demo.generator.generate import generate
from fleuve.demo.generator.recipe import Recipe
from fleuve.history.store import history_folder
from fleuve.jobs import enqueue
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import refresh_mirror
from fleuve.lists.bought.reading import holders_of
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.reading import opened
from fleuve.notes.actions import add_file, write_note
from fleuve.notes.models import File, Note
from fleuve.parties.actions import Edit, change_customers
from fleuve.parties.models import OwnValue, PartyCard
from fleuve.tasks.actions import add_task, complete_task
from fleuve.tasks.models import Task
from fleuve.ui.tables import Sort
from fleuve.value.models import BridgeMonth, MonthEnd, Valuation
from tests.journeys.programs import command

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

_RECIPE: Final = Recipe(customers=400, last_day=date(2026, 10, 31))
_NOW: Final = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
# What rebuilding and restoring themselves add to: jobs, facts, and which derived files are current.
_MOVES: Final = frozenset({"jobs", "events", "history", "lists"})
# What belongs to the machine: sessions, attempts to sign in, names of models.
_STAYS: Final = frozenset({"sessions", "axes", "contenttypes", "auth", "admin"})
_FILTERS: Final[tuple[Node, ...]] = (
    EVERYTHING,
    Bought("times", "at_least", 2, LastDays(365)),
    Not(Bought("money", "more_than", 20_000, ALWAYS)),
    All((Is("own_catalogue_wanted", "is", True), Is("value", "more_than", 1_000))),
    Is("own_way_of_ordering", "is", "shop"),
)
_SORTS: Final = ("name", "-value", "own_yearly_budget", "-last_purchase_on", "-own_employees")
_COLUMNS: Final = ("name", "value", "stage", "own_yearly_budget", "own_interests", "own_next_visit", "own_employees")

Rows = dict[str, dict[str, str]]


def _tell(*_told: object) -> None:
    """Nobody listens."""


@pytest.fixture
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A made-up business that was valued, with what somebody of the house added."""
    found = Home(tmp_path / "home")
    # Lists read their file however few customers there are.
    monkeypatch.setattr("fleuve.lists.jobs.refresh_mirror", partial(refresh_mirror, small=0))
    found.prepare()
    settings.HOME, settings.MEDIA_ROOT = found.folder, found.uploads
    generate(recipe=_RECIPE, by=SYSTEM, at=_NOW, tell=_tell)
    _bring_up_to_date()
    _write_by_hand()
    return found


def _bring_up_to_date() -> None:
    """As the first worker does: derived history, valuation, month-ends, then the files of lists."""
    enqueue("value.revalue", by=SYSTEM)
    run_until_idle()


def _write_by_hand() -> None:
    alice = Principal("user", "1", "Alice", "owner")
    first, second = PartyCard.objects.order_by("pk").values_list("pk", flat=True)[:2]
    for turn in range(5):
        write_note(party_id=first, body=f"Called {turn}: **é**\r\n- 1 ≤ 2 \\ ' \" \t ✓", by=alice, at=_NOW)
    add_file(party_id=second, name="offer é.txt", blocks=[b"Offer\r\n", "à 5 €".encode()], by=alice, at=_NOW)
    task = add_task(title="Send the offer", party_id=second, due_on=date(2026, 11, 9), by=alice, at=_NOW)
    complete_task(task_id=int(task.pk), by=alice, at=_NOW + timedelta(minutes=5))
    edits = [
        Edit(first, "own_employees", Decimal("12.5")),
        Edit(first, "own_next_visit", "2027-02-28"),
        Edit(first, "own_delivery_remark", "« à gauche »"),
        Edit(second, "own_yearly_budget", 123_456),
        Edit(second, "own_catalogue_wanted", None),
        Edit(second, "city", "Évreux"),
    ]
    assert len(change_customers(edits=edits, by=alice, at=_NOW).parties) == 2


def _rows() -> Rows:
    """A digest of each row of each table that nothing here may touch, by table and id.

    From the models, not from the backup's own list of tables: one that it forgets is missed here.
    """
    found: Rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in _MOVES | _STAYS:
            names = [field.attname for field in model._meta.concrete_fields]
            rows = model._default_manager.order_by("pk").values_list("pk", *names)
            found[model._meta.db_table] = {str(pk): _digest(told) for pk, *told in rows}
    return found


def _digest(told: Sequence[Any]) -> str:
    plain = [bytes(one) if isinstance(one, memoryview) else one for one in told]
    return hashlib.sha256(repr(plain).encode()).hexdigest()


def _lists() -> dict[str, Any]:
    """What lists answer: every customer in several orders, counts, groups, and the rows of an export."""
    found: dict[str, Any] = {}
    with opened(SYSTEM, _NOW) as view:
        assert isinstance(view, MirrorView), "the file is not read"
        for place, node in enumerate(_FILTERS):
            found[f"groups {place}"] = view.groups(node, "", "stage", ("at_stake", "value"))
            found.update({f"{place} by {sort}": _all_pages(view, node, sort) for sort in _SORTS})
        batches = view.batches(EVERYTHING, "", Sort("name"), _COLUMNS)
        found["export"] = [row for batch in batches for row in batch.to_pylist()]
    return found


def _all_pages(view: MirrorView, node: Node, sort: str) -> list[int]:
    ids: list[int] = []
    cursor = ""
    while True:
        part = view.page(node, "", Sort(sort.removeprefix("-"), sort.startswith("-")), cursor)
        ids.extend(part.ids)
        if not part.page.next:
            return ids
        cursor = part.page.next


def _same(before: Rows, after: Rows) -> None:
    """Names the rows that differ, a few of each table, instead of printing thousands of digests."""
    assert before.keys() == after.keys()
    for table, rows in before.items():
        there = after[table]
        differing = sorted(pk for pk in rows.keys() | there.keys() if rows.get(pk) != there.get(pk))
        assert not differing, f"{table}: {len(differing)} of {len(rows)} rows differ, as {differing[:3]}"


def _is_worth_proving(rows: Rows, home: Home) -> None:
    least = {MonthEnd: 12, BridgeMonth: 12, Note: 50, Task: 20, OwnValue: 400, File: 1, Valuation: 1}
    assert {model: len(rows[model._meta.db_table]) >= count for model, count in least.items()} == dict.fromkeys(
        least, True
    )
    assert [path for path in home.uploads.rglob("*") if path.is_file()]


def test_the_derived_folder_lost_and_made_again_nothing_else_has_changed(home: Home) -> None:
    rows, lists = _rows(), _lists()
    _is_worth_proving(rows, home)
    shutil.rmtree(history_folder())
    with pytest.raises(NotBuilt):
        holders_of(Bought("times", "at_least", 1), _NOW.date())
    enqueue("history.rebuild", by=SYSTEM)
    run_until_idle()
    _same(rows, _rows())
    _bring_up_to_date()
    _same(rows, _rows())
    assert _lists() == lists


def test_everything_lost_a_backup_brings_it_back_by_way_of_the_other_database(home: Home, tmp_path: Path) -> None:
    """On PostgreSQL the way leads through SQLite and back; on SQLite through another folder."""
    rows, lists = _rows(), _lists()
    files = _uploaded(home)
    made = make_backup(home, tmp_path / "safe" / "first.zip", _tell, by=SYSTEM, at=_NOW)
    other, second = tmp_path / "other", tmp_path / "safe" / "second.zip"
    command(["restore", str(made.path)], home=other)
    valued = command(["value"], home=other)["result"]
    assert valued["customers"] == Valuation.objects.get().customers
    command(["backup", str(second)], home=other)
    _lose_everything(home)

    restored = restore_backup(home, second, _tell, replace=True, by=SYSTEM, at=_NOW)
    record_restored(restored, by=SYSTEM, at=_NOW)
    _same(rows, _rows())
    _bring_up_to_date()
    _same(rows, _rows())
    assert _lists() == lists
    assert _uploaded(home) == files


def _lose_everything(home: Home) -> None:
    for model in (Note, Task, OwnValue, File, MonthEnd, BridgeMonth):
        model._default_manager.all().delete()
    shutil.rmtree(history_folder())
    shutil.rmtree(home.uploads)


def _uploaded(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.uploads)): path.read_bytes() for path in home.uploads.rglob("*") if path.is_file()
    }
