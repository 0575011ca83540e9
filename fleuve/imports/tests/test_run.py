"""Importing, importing again, changing, undoing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db.models import Sum

from fleuve.accounts.actions import configure_organisation
from fleuve.accounts.models import Organisation
from fleuve.changes.models import Change
from fleuve.events.models import Event
from fleuve.imports.actions import import_file, start_import, start_undo
from fleuve.imports.errors import ExampleIsComplete, WrongState
from fleuve.imports.models import Import
from fleuve.imports.tests import desk
from fleuve.imports.tests.conftest import NOW
from fleuve.imports.tests.tables import counts, snapshot
from fleuve.jobs import enqueue
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.models import Job
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import ContactDetail, PartyCard, Record, Refusal
from fleuve.search.models import Document
from fleuve.touchpoints.models import Purchase, PurchaseLine

Bring = Callable[..., Import]

_HEAD = "Invoice;Date;Customer;Name;E-mail;Phone;Newsletter;Item;Description;Qty;Unit price\n"
_ROWS = (
    "F1;03/02/2024;17;Chloé Éclair;chloe@example.org;06 12 34 56 78;no;A1;Lantern;2;12,50\n"
    "F1;03/02/2024;17;Chloé Éclair;chloe@example.org;06 12 34 56 78;no;A2;Mug;1;4,00\n"
    "F2;21/02/2024;18;Paul Roc;paul@example.org;01 98 76 54 32;yes;A1;Lantern;-1;12,50\n"
    "F3;22/02/2024;;;;;;A2;Mug;3;4,00\n"
)


def _file(tmp_path: Path, rows: str, name: str = "sales.csv") -> Path:
    path = tmp_path / name
    path.write_text(_HEAD + rows, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_the_example_takes_no_file_of_ones_own_once_it_is_there(bring: Bring, tmp_path: Path, now: datetime) -> None:
    configure_organisation(is_example=True, by=SYSTEM, at=now)
    bring(_file(tmp_path, _ROWS), source="Till")
    with pytest.raises(ExampleIsComplete, match="never mix"):
        import_file(path=_file(tmp_path, _ROWS, "own.csv"), takes_proposals=True, by=SYSTEM, at=now)
    assert Import.objects.count() == 1


@pytest.mark.django_db
def test_it_writes_customers_orders_lines_details_and_refusals(bring: Bring, tmp_path: Path) -> None:
    row = bring(_file(tmp_path, _ROWS), source="Till")
    assert row.state == Import.State.IMPORTED
    assert counts() | {"PartyCard": 2, "OwnValue": 0, "Interaction": 0} == {
        "Party": 2, "Record": 2, "Membership": 2, "ContactDetail": 4, "Refusal": 1, "Relationship": 2, "Product": 2,
        "Purchase": 3, "PurchaseLine": 4, "PartyCard": 2, "OwnValue": 0, "Interaction": 0,
    }  # fmt: skip
    assert PurchaseLine.objects.aggregate(total=Sum("amount"))["total"] == 2500 + 400 - 1250 + 1200
    first = Purchase.objects.get(number="F1")
    assert (first.local_month, first.currency, first.record and first.record.external_id) == (202402, "EUR", "17")
    assert Purchase.objects.get(number="F3").record is None
    assert list(first.lines.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2]
    assert list(first.lines.order_by("ordinal").values_list("import_row", flat=True)) == [2, 3]
    assert ContactDetail.objects.get(channel="phone", record__external_id="17").normal == "+33612345678"
    assert Refusal.objects.get().channel == "email"
    card = PartyCard.objects.get(customer_number="17")
    assert (card.name, card.email, card.may_email, card.may_phone) == ("Chloé Éclair", "chloe@example.org", False, True)


@pytest.mark.django_db
def test_it_records_what_happened(bring: Bring, tmp_path: Path) -> None:
    row = bring(_file(tmp_path, _ROWS), source="Till")
    names = list(Event.objects.filter(subject_kind="import", subject_id=str(row.pk)).values_list("name", flat=True))
    assert {
        "imports.file_received", "imports.mapping_saved", "imports.file_imported", "touchpoints.purchases_changed",
        "parties.parties_changed",
    } <= set(names)  # fmt: skip
    assert Event.objects.get(name="touchpoints.purchases_changed").data == {"months": [202402]}


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(bring: Bring, tmp_path: Path) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    before = snapshot()
    again = bring(_file(tmp_path, _ROWS), source="Till")
    assert snapshot() == before
    assert again.result is not None
    assert {name: again.result[name] for name in ("lines_created", "lines_changed", "parties_changed")} == {
        "lines_created": 0, "lines_changed": 0, "parties_changed": 0,
    }  # fmt: skip
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_a_newer_export_adds_what_is_new_and_changes_what_differs(bring: Bring, tmp_path: Path) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    newer = _ROWS.replace("1;4,00\nF2", "5;4,00\nF2").replace("Chloé Éclair", "Chloé Martin") + (
        "F4;01/03/2024;19;Zoé Lac;zoe@example.org;;yes;A3;Vase;1;30,00\n"
    )
    row = bring(_file(tmp_path, newer), source="Till")
    assert row.result is not None
    assert (row.result["lines_created"], row.result["lines_changed"], row.result["parties_changed"]) == (1, 1, 1)
    assert Record.objects.get(external_id="17").name == "Chloé Martin"
    assert PartyCard.objects.get(customer_number="17").name == "Chloé Martin"


@pytest.mark.django_db
def test_undoing_restores_what_was_overwritten_and_removes_what_was_added(
    bring: Bring, tmp_path: Path, now: datetime
) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    before = snapshot()
    newer = _ROWS.replace("12,50", "13,90").replace("Chloé Éclair", "Chloé Martin").replace("21/02", "21/01") + (
        "F4;01/03/2024;19;Zoé Lac;zoe@example.org;;no;A3;Vase;1;30,00\n"
    )
    row = bring(_file(tmp_path, newer), source="Till")
    assert snapshot() != before
    start_undo(row=row, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.UNDONE
    assert snapshot() == before


@pytest.mark.django_db
def test_undoing_the_first_of_two_leaves_what_the_second_says(bring: Bring, tmp_path: Path, now: datetime) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    second = bring(_file(tmp_path, _ROWS.replace("4,00", "5,00")), source="Till")
    third = bring(_file(tmp_path, _ROWS.replace("4,00", "6,00")), source="Till")
    start_undo(row=second, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert PurchaseLine.objects.get(purchase__number="F3").amount == 1800
    start_undo(row=third, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert PurchaseLine.objects.get(purchase__number="F3").amount == 1200


@pytest.mark.django_db
def test_undoing_keeps_a_customer_to_whom_another_file_belongs(bring: Bring, tmp_path: Path, now: datetime) -> None:
    first = bring(_file(tmp_path, _ROWS), source="Till")
    later = "F9;05/05/2024;17;Chloé Éclair;chloe@example.org;06 12 34 56 78;no;A1;Lantern;1;12,50\n"
    second = bring(_file(tmp_path, later), source="Till")
    start_undo(row=first, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert list(Record.objects.values_list("external_id", flat=True)) == ["17"]
    assert list(Purchase.objects.values_list("number", flat=True)) == ["F9"]
    start_undo(row=second, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_undoing_leaves_what_a_person_changed_since(bring: Bring, tmp_path: Path, now: datetime) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    row = bring(_file(tmp_path, _ROWS.replace("Paul Roc", "Paul Rocher")), source="Till")
    Record.objects.filter(external_id="18").update(name="Paul du Rocher")
    start_undo(row=row, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert Record.objects.get(external_id="18").name == "Paul du Rocher"


@pytest.mark.django_db
def test_a_withdrawn_refusal_is_not_brought_back_by_the_same_file(bring: Bring, tmp_path: Path, now: datetime) -> None:
    bring(_file(tmp_path, _ROWS), source="Till")
    Refusal.objects.update(withdrawn_at=now)
    bring(_file(tmp_path, _ROWS), source="Till")
    assert not Refusal.objects.filter(withdrawn_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_person_s_word_on_what_a_customer_is_outlives_a_file(bring: Bring, tmp_path: Path) -> None:
    rows = _ROWS.replace("Paul Roc", "CLIENT COMPTOIR")
    bring(_file(tmp_path, rows), source="Till")
    record = Record.objects.get(external_id="18")
    assert (record.special, record.special_by) == ("walk_in", "detected")
    Record.objects.update(special="", special_by="person")
    bring(_file(tmp_path, rows), source="Till")
    assert Record.objects.get(external_id="18").special == ""


@pytest.mark.django_db
def test_starting_twice_imports_once(organisation: object, tmp_path: Path, now: datetime) -> None:
    row = import_file(path=_file(tmp_path, _ROWS), answers={"currency": "EUR"}, takes_proposals=True, by=SYSTEM, at=now)
    with pytest.raises(WrongState):
        start_import(row=row, by=SYSTEM, at=now)


@pytest.mark.django_db
def test_a_reader_may_not_import(tmp_path: Path, now: datetime) -> None:
    bob = Principal("user", "2", "Bob", "reader")
    with pytest.raises(PermissionRefused):
        import_file(path=_file(tmp_path, _ROWS), by=bob, at=now)


@pytest.mark.django_db
def test_a_cancelled_import_keeps_nothing(organisation: object, tmp_path: Path, now: datetime) -> None:
    row = import_file(path=_file(tmp_path, _ROWS), answers={"currency": "EUR"}, takes_proposals=True, by=SYSTEM, at=now)
    cancel_job(Job.objects.get(pk=row.job_id or 0), by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.CANCELLED
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_list_rows_written_with_customers_are_those_that_parties_would_write(bring: Bring, tmp_path: Path) -> None:
    rows = _ROWS + "F5;23/02/2024;20;CLIENT COMPTOIR;chloe@example.org;123;no;A1;Lantern;1;12,50\n"
    bring(_file(tmp_path, rows), source="Till")
    before = snapshot()["PartyCard"]
    refresh_cards(party_ids=list(PartyCard.objects.values_list("pk", flat=True)), at=NOW)
    assert snapshot()["PartyCard"] == before
    assert not PartyCard.objects.get(customer_number="20").may_email


@pytest.mark.django_db
def test_a_valuation_is_asked_for_after_an_import_and_after_its_undoing(
    bring: Bring, tmp_path: Path, now: datetime, asked_revaluations: list[str]
) -> None:
    row = bring(_file(tmp_path, _ROWS), source="Till")
    assert asked_revaluations == ["value.revalue"]
    start_undo(row=row, by=SYSTEM, at=now)
    run_until_idle(queues=("heavy",))
    assert asked_revaluations == ["value.revalue"] * 2


def test_what_was_undone_is_found_no_more(organisation: Organisation, tmp_path: Path) -> None:
    row = desk.bring(desk.listed(tmp_path, "C1;Ada Lovelace;ada@example.org;Lyon\nC2;Bob;bob@example.org;Nice"))
    enqueue("search.index", by=SYSTEM)  # it waits until the marks rest
    run_until_idle(at_most=50)
    assert Document.objects.filter(kind__startswith="customer").count() == 4
    desk.undo(row)
    enqueue("search.index", by=SYSTEM)
    run_until_idle(at_most=50)
    assert not Document.objects.filter(kind__startswith="customer").exists()
