"""Undoing after others have changed what the import wrote: nothing newer is destroyed, and everything kept is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleuve.changes.models import Change
from fleuve.imports.actions import take_back_value
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Conflict
from fleuve.imports.tests.desk import ALICE, NOW, bring, listed, says, shown, told, undo
from fleuve.imports.tests.tables import snapshot
from fleuve.parties.models import Record
from fleuve.touchpoints.models import Purchase, PurchaseLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]

_LYON = "17;Chloé Éclair;chloe@example.org;Lyon"


def _city(city: str) -> str:
    return _LYON.replace("Lyon", city)


def test_a_later_import_s_value_stays_and_is_shown(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    second = bring(listed(tmp_path, _city("Paris")))
    third = bring(listed(tmp_path, _city("Nice")))
    undo(second)
    (kept,) = Conflict.objects.all()
    assert (told("17"), kept.kind, kept.field, kept.ours, kept.found) == ("Nice", "newer", "city", '"Lyon"', '"Nice"')
    assert second.conflicts_met == 1
    undo(third)
    assert told("17") == "Lyon"


def test_what_a_person_typed_later_stands_above_the_restored_value(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    second = bring(listed(tmp_path, _city("Paris")))
    says("17", "Lille")
    undo(second)
    (kept,) = Conflict.objects.all()
    assert (shown("17"), told("17")) == ("Lille", "Lyon")
    assert (kept.kind, kept.ours, kept.found, kept.found_by_label) == ("above", '"Lyon"', '"Lille"', "Alice")
    take_back_value(conflict=kept, by=ALICE, at=NOW)
    assert shown("17") == "Lyon"
    assert Change.objects.filter(field="city", new='"Lille"').exists()  # and from there it can be restored


def test_what_a_person_typed_before_is_no_conflict(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    says("17", "Lille")
    undo(bring(listed(tmp_path, _city("Paris"))))
    assert (shown("17"), told("17")) == ("Lille", "Lyon")
    assert not Conflict.objects.exists()


def test_ours_is_taken_back_once_and_only_what_was_shown(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    second = bring(listed(tmp_path, _city("Paris")))
    bring(listed(tmp_path, _city("Nice")))
    undo(second)
    kept = Conflict.objects.get()
    bring(listed(tmp_path, _city("Brest")))
    with pytest.raises(WrongState, match="has changed meanwhile"):
        take_back_value(conflict=kept, by=ALICE, at=NOW)
    assert told("17") == "Brest"
    Record.objects.filter(external_id="17").update(city="Nice")
    take_back_value(conflict=kept, by=ALICE, at=NOW)
    assert (told("17"), shown("17")) == ("Lyon", "Lyon")
    with pytest.raises(WrongState):
        take_back_value(conflict=kept, by=ALICE, at=NOW)


def test_a_value_changed_without_a_trace_stays_too(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    second = bring(listed(tmp_path, _city("Paris")))
    Record.objects.filter(external_id="17").update(city="Metz")
    undo(second)
    assert (told("17"), Conflict.objects.get().kind) == ("Metz", "outside")


def test_a_list_row_forgets_an_address_that_went_with_the_import(tmp_path: Path) -> None:
    bring(listed(tmp_path, "17;Chloé Éclair;;Lyon"))
    before = snapshot()
    undo(bring(listed(tmp_path, _LYON)))
    assert snapshot() == before


_SALES = "Invoice;Date;Customer;Item;Qty;Unit price"


@pytest.mark.usefixtures("asked_revaluations")
def test_a_line_that_a_later_file_changed_outlives_the_file_that_brought_it(tmp_path: Path) -> None:
    first = bring(listed(tmp_path, "F1;03/02/2024;17;A1;2;12,50\nF1;03/02/2024;17;A2;1;4,00", head=_SALES), "Till")
    later = bring(listed(tmp_path, "F1;03/02/2024;17;A1;3;12,50\nF1;03/02/2024;17;A2;1;4,00", head=_SALES), "Till")
    undo(first)
    assert list(PurchaseLine.objects.values_list("quantity_e3", flat=True)) == [3000]
    assert Purchase.objects.get().import_id == later.pk
    undo(later)
    assert not Purchase.objects.exists()
    assert not Record.objects.exists()


def test_a_customer_whom_a_later_file_changed_outlives_the_file_that_brought_them(tmp_path: Path) -> None:
    first = bring(listed(tmp_path, _LYON))
    later = bring(listed(tmp_path, _city("Paris")))
    undo(first)
    assert told("17") == "Paris"
    undo(later)
    assert not Record.objects.exists()


def test_the_page_shows_what_was_kept_and_takes_it_back(as_alice: Client, as_bob: Client, tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    second = bring(listed(tmp_path, _city("Paris")))
    says("17", "Lille")
    undo(second)
    address = reverse("imports:conflicts", args=[second.pk])
    page = as_alice.get(address).content.decode()
    assert all(word in page for word in ("Chloé Éclair", "Lyon", "Lille", "Alice", "Take ours back"))
    taking = reverse("imports:take_back", args=[Conflict.objects.get().pk])
    assert as_alice.get(taking).status_code == 405
    assert as_bob.post(taking).status_code == 403
    assert "Take ours back" not in as_bob.get(address).content.decode()
    assert Client().get(address).status_code == 302
    assert as_alice.post(taking, follow=True).status_code == 200
    assert shown("17") == "Lyon"
    assert "was taken back, but for" in as_alice.get(reverse("imports:detail", args=[second.pk])).content.decode()


def test_the_page_asks_as_often_for_one_as_for_many(as_alice: Client, tmp_path: Path) -> None:
    row = bring(listed(tmp_path, _LYON))
    address = reverse("imports:conflicts", args=[row.pk])
    asked = []
    for count in (1, 40):
        Conflict.objects.all().delete()
        Conflict.objects.bulk_create(
            Conflict(of_import=row, kind="newer", subject_kind="line", subject_id=number, field="amount", ours="100")
            for number in range(count)
        )
        as_alice.get(address)
        with CaptureQueriesContext(connection) as queries:
            as_alice.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
