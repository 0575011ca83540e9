"""Files that hold no purchases: points of contact, and the products of a catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleuve.changes.models import Change
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import bring, listed, undo
from fleuve.imports.tests.tables import snapshot
from fleuve.parties.models import Record
from fleuve.touchpoints.models import Interaction, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]

_CONTACTS = "Customer number;Name;Date;Type of contact;Direction;Outcome;Notes"
_CALLS = (
    "17;Chloé Éclair;03/02/2024 14:30;Appel;Sortant;Rappeler;Wants a catalogue\n"
    "17;Chloé Éclair;28/02/2024;Visite;;;\n"
    "18;Paul Roc;29/02/2024;Pigeon;in;;Came by"
)
_CATALOGUE = "SKU;Product name;Product category;Nature du produit;Unit price"
_GOODS = "A1;Lantern;Light;article;12,50\nP1;Colissimo;Costs;livraison;4,90"


def _contacts(folder: Path, rows: str = _CALLS) -> Path:
    return listed(folder, rows, "calls.csv", _CONTACTS)


def _catalogue(folder: Path, rows: str = _GOODS) -> Path:
    return listed(folder, rows, "goods.csv", _CATALOGUE)


def test_points_of_contact_are_recognised_and_written(tmp_path: Path) -> None:
    row = bring(_contacts(tmp_path), "Diary")
    assert (row.mapping or {})["shape"] == "interaction"
    found = Interaction.objects.order_by("at").values_list(
        "record__external_id", "kind", "direction", "outcome", "body", "local_day"
    )
    assert [(*rest, day.isoformat()) for *rest, day in found] == [
        ("17", "call", "out", "Rappeler", "Wants a catalogue", "2024-02-03"),
        ("17", "visit", "", "", "", "2024-02-28"),
        ("18", "note", "in", "", "Came by", "2024-02-29"),
    ]
    fault = ImportFault.objects.get(of_import=row, is_check=False)
    assert (fault.code, fault.value, fault.sets_aside) == ("contact_kind_unknown", "Pigeon", False)
    assert (row.result or {})["interactions"] == 3


def test_the_same_contacts_again_are_the_same_and_undoing_takes_only_new_ones(tmp_path: Path) -> None:
    bring(_contacts(tmp_path), "Diary")
    before = set(Interaction.objects.values_list("pk", flat=True))
    again = bring(_contacts(tmp_path, f"{_CALLS}\n17;Chloé Éclair;01/03/2024;call;in;;Thanks"), "Diary")
    assert (again.result or {})["interactions"] == 1
    undo(again)
    assert set(Interaction.objects.values_list("pk", flat=True)) == before


def test_a_row_without_date_or_customer_is_set_aside_and_creates_nobody(tmp_path: Path) -> None:
    row = bring(_contacts(tmp_path, f"{_CALLS}\n19;Zoé;;call;;;\n;;01/03/2024;call;;;"), "Diary")
    faults = ImportFault.objects.filter(of_import=row, is_check=False, sets_aside=True)
    assert sorted(faults.values_list("code", flat=True)) == ["customer_missing", "date_missing"]
    assert not Record.objects.filter(external_id="19").exists()


def test_a_catalogue_is_recognised_and_written(tmp_path: Path) -> None:
    row = bring(_catalogue(tmp_path), "Shop")
    assert (row.mapping or {})["shape"] == "product"
    assert list(Product.objects.order_by("code").values_list("code", "name", "category", "kind")) == [
        ("A1", "Lantern", "Light", "product"), ("P1", "Colissimo", "Costs", "postage"),
    ]  # fmt: skip
    assert row.state == Import.State.IMPORTED


def test_a_newer_catalogue_changes_products_and_undoing_restores_them(tmp_path: Path) -> None:
    bring(_catalogue(tmp_path), "Shop")
    Product.objects.filter(code="P1").update(kind="fee", kind_by="person")
    before = snapshot()
    newer = "A1;Big lantern;Light;article;12,50\nP1;Colissimo;Delivery;livraison;4,90\nB2;Mug;Table;article;3"
    row = bring(_catalogue(tmp_path, newer), "Shop")
    assert (row.result or {})["products_changed"] == 2
    assert Product.objects.get(code="P1").kind == "fee"  # a person's word stands
    assert Change.objects.filter(subject_kind="product", origin_id=row.pk).count() == 2
    undo(row)
    assert snapshot() == before


def test_a_catalogue_that_wins_replaces_a_person_s_word_until_it_is_undone(tmp_path: Path) -> None:
    bring(_catalogue(tmp_path), "Shop")
    Product.objects.filter(code="P1").update(kind="fee", kind_by="person")
    row = bring(_catalogue(tmp_path), "Shop", handling=Handling({"product_kind": "win"}))
    assert Product.objects.get(code="P1").kind == "postage"
    undo(row)
    assert Product.objects.get(code="P1").kind_by == "person"
    assert Product.objects.get(code="P1").kind == "fee"


def test_a_catalogue_may_be_allowed_to_create_no_product(tmp_path: Path) -> None:
    bring(_catalogue(tmp_path), "Shop")
    row = bring(_catalogue(tmp_path, "B2;Mug;Table;article;3"), "Shop", handling=Handling(creates=False))
    assert not Product.objects.filter(code="B2").exists()
    assert ImportFault.objects.get(of_import=row, is_check=False).code == "product_unknown"
