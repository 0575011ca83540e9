"""The derived folder: what a rebuild exports, swaps, survives and removes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from fleuve.events import record
from fleuve.events.models import Event
from fleuve.history.actions import clean_generations, mark_months, rebuild_history
from fleuve.history.errors import HistoryMoved, HistoryNotBuilt
from fleuve.history.models import DirtyMonth, Generation
from fleuve.history.queries import is_built, is_up_to_date, table
from fleuve.history.store import base_folder, derived_folder, history_folder
from fleuve.history.tests.shop import NOW, Shop
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal

pytestmark = pytest.mark.django_db

READER = Principal("user", "2", "Bob", "reader")


@pytest.fixture
def shop(home: Path) -> Shop:
    shop = Shop()
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 1, "10.00"))
    shop.sells("2", "2011-04-01", "Alice", ("MUG", 2, "10.00"))
    return shop


def test_nothing_is_there_before_the_first_rebuild(home: Path) -> None:
    assert not is_built()
    with pytest.raises(HistoryNotBuilt, match="not worked out yet"):
        table("lines")


def test_it_exports_every_month_and_tells(shop: Shop) -> None:
    done = rebuild_history(by=SYSTEM, at=NOW)
    assert (done.generation, done.lines, done.exported_months, done.changed) == (1, 2, (201103, 201104), True)
    event = Event.objects.get(name="history.rebuilt")
    assert event.data == {"months": [201103, 201104], "lines": 2}
    assert is_up_to_date()


def test_a_reader_may_not(shop: Shop) -> None:
    with pytest.raises(PermissionRefused):
        rebuild_history(by=READER, at=NOW)


def test_it_does_nothing_when_nothing_changed(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    assert not rebuild_history(by=SYSTEM, at=NOW).changed
    assert Generation.objects.count() == 1


def test_only_marked_months_are_exported_again(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    shop.sells("3", "2011-04-02", "Bob", ("MUG", 3, "10.00"))
    mark_months([201104, 201104], at=NOW)
    assert not is_up_to_date()
    done = rebuild_history(by=SYSTEM, at=NOW)
    assert (done.generation, done.lines, done.exported_months) == (2, 3, (201104,))
    assert not DirtyMonth.objects.exists()


def test_a_month_that_was_emptied_leaves_the_folder(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    shop.source.purchases.filter(number="2").delete()
    mark_months([201104], at=NOW)
    assert rebuild_history(by=SYSTEM, at=NOW).lines == 1
    assert list(Generation.objects.order_by("number")[1].months) == ["201103"]


def test_changed_purchases_mark_their_months_in_the_same_transaction(shop: Shop) -> None:
    savepoint = transaction.savepoint()
    record("touchpoints.purchases_changed", by=SYSTEM, at=NOW, data={"months": [201103]})
    assert [mark.month for mark in DirtyMonth.objects.all()] == [201103]
    transaction.savepoint_rollback(savepoint)
    assert not DirtyMonth.objects.exists()


def test_a_switch_derives_again_without_exporting(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    shop.answers.vat_included, shop.answers.vat_bp = True, 2000
    shop.answers.save()
    done = rebuild_history(by=SYSTEM, at=NOW)
    assert (done.changed, done.exported_months) == (True, ())
    assert sum(table("lines")["counted"].to_pylist()) == 833 + 1667


def test_losing_the_folder_loses_nothing(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    before = table("lines").to_pydict()
    shutil.rmtree(history_folder())
    assert not is_built()
    done = rebuild_history(by=SYSTEM, at=NOW)
    assert done.exported_months == (201103, 201104)
    assert table("lines").to_pydict() == before


def test_losing_one_file_restores_it(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    next(base_folder().glob("201103*-lines.parquet")).unlink()
    (derived_folder(Generation.objects.get().folder) / "lines.parquet").unlink()
    assert rebuild_history(by=SYSTEM, at=NOW).exported_months == (201103,)


def test_the_second_of_two_rebuilds_at_once_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from fleuve.history.actions import rebuild_history as module_function  # the action, for its globals

    swap = module_function.__globals__["_swap"]

    def another_first(generation: Generation, *arguments: object, **more: object) -> None:
        Generation.objects.create(
            number=generation.number, folder="other", months={}, fingerprint="", facts={}, made_at=NOW
        )
        swap(generation, *arguments, **more)

    monkeypatch.setitem(module_function.__globals__, "_swap", another_first)
    mark_months([201103], at=NOW)
    with pytest.raises(HistoryMoved):
        rebuild_history(by=SYSTEM, at=NOW)
    assert DirtyMonth.objects.exists()


def test_old_generations_are_removed_after_their_readers(shop: Shop) -> None:
    rebuild_history(by=SYSTEM, at=NOW)
    mark_months([201104], at=NOW)
    rebuild_history(by=SYSTEM, at=NOW + timedelta(minutes=1))
    first = Generation.objects.get(number=1)
    assert derived_folder(first.folder).is_dir()
    # Files carry the real clock: a cleaning far in the future finds both old enough.
    clean_generations(by=SYSTEM, at=NOW.replace(year=2100))
    assert not derived_folder(first.folder).exists()
    assert Generation.objects.count() == 1
    assert is_built()
    assert len(list(base_folder().glob("*.parquet"))) == 4


def test_an_empty_house_can_be_built(home: Path) -> None:
    done = rebuild_history(by=SYSTEM, at=NOW)
    assert done.lines == 0
    assert table("party_days").num_rows == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_of_its_own_reads_what_djangos_reads(home: Path) -> None:
    shop = Shop()
    shop.sells("1", "2011-03-01 23:59:58", "Alice", ("MUG", 1, "10.00", 400), ("", 2, "0.335"))
    shop.credits("é2", "1999-12-31", None, ("MUG", -1, "10.00"))
    rebuild_history(by=SYSTEM, at=NOW)
    outside = table("lines").to_pydict()
    shutil.rmtree(history_folder())
    with transaction.atomic():
        rebuild_history(by=SYSTEM, at=NOW)
    assert table("lines").to_pydict() == outside
    assert outside["number"] == ["1", "1", "é2"]
