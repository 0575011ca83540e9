"""What a file may change: the worked example of docs/rules/imports.md, and each rule through the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fleuve.changes.models import Change
from fleuve.imports.actions import import_file
from fleuve.imports.errors import UnknownColumn
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import NOW, bring, listed, says, shown, told, undo
from fleuve.imports.tests.tables import snapshot
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import ContactDetail, OwnField, OwnValue, Party, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]

_LYON = "17;Chloé Éclair;chloe@example.org;Lyon"
_PARIS = "17;Chloé Éclair;chloe@example.org;Paris"


def _handled(**rules: Any) -> Handling:
    return Handling(rules)


def test_what_a_person_typed_stands_above_a_file_that_only_updates(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    says("17", "Lille")
    second = bring(listed(tmp_path, _PARIS))
    assert (shown("17"), told("17")) == ("Lille", "Paris")
    assert (second.result or {})["values_below"] == 1
    assert (second.check_result or {})["effects"]["columns"] == {"city": {"below": 1}}


def test_where_the_file_wins_a_person_s_word_goes_and_comes_back_with_undo(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    says("17", "Lille")
    second = bring(listed(tmp_path, _PARIS), handling=_handled(city="win"))
    assert (shown("17"), told("17")) == ("Paris", "Paris")
    undo(second)
    assert (shown("17"), told("17")) == ("Lille", "Lyon")
    assert second.conflicts_met == 0


def test_fill_completes_blanks_and_leaves_the_rest(tmp_path: Path) -> None:
    bring(listed(tmp_path, f"{_LYON}\n18;Paul Roc;;"))
    rows = "17;Chloé Martin;chloe@example.org;Paris\n18;Paul Roc;paul@example.org;Nice"
    row = bring(listed(tmp_path, rows), handling=_handled(city="fill", customer_name="never", email="fill"))
    assert (told("17"), told("18")) == ("Lyon", "Nice")
    assert Record.objects.get(external_id="17").name == "Chloé Éclair"
    assert ContactDetail.objects.count() == 2
    assert (row.result or {})["values_left"] == 1


def test_a_file_may_be_allowed_to_create_nobody(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    row = bring(listed(tmp_path, f"{_PARIS}\n19;Zoé Lac;zoe@example.org;Brest"), handling=Handling(creates=False))
    assert (told("17"), Party.objects.count()) == ("Paris", 1)
    assert list(ImportFault.objects.filter(of_import=row, is_check=False).values_list("code", "row")) == [
        ("customer_unknown", 3)
    ]
    assert (row.result or {})["set_aside"] == 1


def test_a_file_may_be_allowed_to_change_nothing(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON))
    bring(listed(tmp_path, f"{_PARIS}\n19;Zoé Lac;zoe@example.org;Brest"), handling=Handling(updates=False))
    assert (told("17"), told("19")) == ("Lyon", "Brest")
    assert not Change.objects.exists()


def test_the_next_file_with_these_columns_is_handled_alike(tmp_path: Path) -> None:
    bring(listed(tmp_path, _LYON), handling=_handled(city="fill"))
    again = bring(listed(tmp_path, _PARIS))
    assert told("17") == "Lyon"
    assert Handling.from_json(again.handling).rules == {"city": "fill"}


@pytest.mark.parametrize(
    "handling", [Handling({"Colour": "fill"}), Handling({"E-mail": "win"}), Handling(match=("vat_number",))]
)
def test_a_rule_for_a_column_that_is_not_there_is_refused(tmp_path: Path, handling: Handling) -> None:
    with pytest.raises(UnknownColumn):
        import_file(path=listed(tmp_path, _LYON), handling=handling, takes_proposals=True, by=SYSTEM, at=NOW)
    assert not Import.objects.exclude(state=Import.State.CANCELLED).exists()


def test_fields_of_ones_own_come_in_and_go_byte_for_byte(tmp_path: Path) -> None:
    shoe = OwnField.objects.create(
        key="shoe_size", type="number", label="Shoe size", label_folded="shoe size", created_at=NOW, by_kind="user"
    )
    head = "Customer number;Name;E-mail;City;Shoe size"
    bring(listed(tmp_path, f"{_LYON};42,5\n18;Paul Roc;;Nice;", head=head))
    assert list(OwnValue.objects.values_list("field", "number")) == [(shoe.pk, 42_500_000)]
    before, values = snapshot(), _own_values()
    row = bring(listed(tmp_path, f"{_LYON};43\n18;Paul Roc;;Nice;41\n17;;;;big", head=head))
    assert list(OwnValue.objects.order_by("number").values_list("number", flat=True)) == [41_000_000, 43_000_000]
    assert ImportFault.objects.filter(of_import=row, is_check=False, code="value_refused").count() == 1
    undo(row)
    assert (snapshot(), _own_values()) == (before, values)


def _own_values() -> list[tuple[Any, ...]]:
    names = ("id", "record_id", "field_id", "text", "folded", "number", "day", "import_id")
    return list(OwnValue.objects.order_by("id").values_list(*names))
