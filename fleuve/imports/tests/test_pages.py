"""The pages of imports: from a file to its result without a script, and who may see what."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fleuve.imports.models import Import
from fleuve.imports.planning import effective_answers
from fleuve.jobs.worker import run_until_idle
from fleuve.touchpoints.models import PurchaseLine

pytestmark = pytest.mark.django_db

_SALES = (
    "Facture;Date;Client;Nom;Article;Qté;PU HT\n"
    "F1;13/02/2024;17;Chloé Éclair;A1;2;12,50\n"
    "F2;21/02/2024;18;Paul Roc;A1;1;12,50\n"
    "F3;22/02/2024;18;Paul Roc;A2;beaucoup;4,00\n"
)


def _bring(client: Client, content: str = _SALES, name: str = "ventes.csv") -> Import:
    file = SimpleUploadedFile(name, content.encode("cp1252"), "text/csv")
    response = client.post(reverse("imports:upload"), {"file": file})
    assert response.status_code == 302
    return Import.objects.get()


def _form(client: Client, row: Import) -> dict[str, str]:
    """What a browser would send when nothing is changed."""
    response = client.get(reverse("imports:columns", args=[row.pk]))
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def _address(name: str, row: Import) -> str:
    return reverse(f"imports:{name}", args=[row.pk])


def test_a_file_goes_from_upload_to_result_by_plain_forms(as_alice: Client) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row)
    assert (data["column_0"], data["column_6"]) == ("order_number", "unit_price_net")
    data |= {"answer_currency": "EUR", "source": "Caisse"}
    assert as_alice.post(_address("columns", row), data, follow=True).status_code == 200
    page = as_alice.get(_address("check", row)).content.decode()
    assert "€37.50" in page
    assert "beaucoup" in page
    as_alice.post(_address("check", row))
    assert "progress" in as_alice.get(_address("detail", row)).content.decode()
    run_until_idle(queues=("heavy",))
    page = as_alice.get(_address("detail", row)).content.decode()
    assert "Caisse" in page
    assert "beaucoup" in page
    as_alice.post(_address("undo", row))
    run_until_idle(queues=("heavy",))
    assert not PurchaseLine.objects.exists()
    row.refresh_from_db()
    assert row.state == Import.State.UNDONE


def test_the_next_file_of_a_source_is_read_the_same_way(as_alice: Client) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row) | {
        "answer_currency": "EUR",
        "source": "Caisse",
        "column_4": "",
        "column_3": "product_name",
    }
    as_alice.post(_address("columns", row), data)
    Import.objects.update(state=Import.State.CANCELLED)
    file = SimpleUploadedFile("ventes-2.csv", _SALES.encode("cp1252"), "text/csv")
    as_alice.post(reverse("imports:upload"), {"file": file})
    later = Import.objects.exclude(pk=row.pk).get()
    data = _form(as_alice, later)
    assert (data["source"], data["column_4"], data["column_3"]) == ("Caisse", "", "product_name")


def test_it_says_which_column_is_missing(as_alice: Client) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row) | {"answer_currency": "EUR", "column_1": ""}
    response = as_alice.post(_address("columns", row), data)
    assert response.status_code == 422
    assert "Date" in response.context["refusal"]
    assert not PurchaseLine.objects.exists()


def test_it_refuses_two_columns_for_one_thing(as_alice: Client) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row) | {"answer_currency": "EUR", "column_3": "product_code"}
    response = as_alice.post(_address("columns", row), data)
    assert response.status_code == 422
    assert "Another column" in response.content.decode()


def test_it_asks_again_for_what_the_file_leaves_open(as_alice: Client) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row) | {"answer_currency": ""}
    response = as_alice.post(_address("columns", row), data)
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.state == Import.State.LOOKED_AT


def test_an_unreadable_file_shows_why(as_alice: Client) -> None:
    row = _bring(as_alice, "\x01\x02\x03\x04" * 400, "photo.csv")
    page = as_alice.get(_address("detail", row)).content.decode()
    assert "This is no table" in page


def test_an_empty_file_is_refused_on_the_spot(as_alice: Client) -> None:
    response = as_alice.post(reverse("imports:upload"), {"file": SimpleUploadedFile("empty.csv", b"")})
    assert response.status_code == 422
    assert "This file is empty" in response.content.decode()
    assert not Import.objects.exists()


def test_a_large_file_is_looked_at_by_a_job(as_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleuve.imports.stepping._AT_ONCE_BYTES", 10)
    row = _bring(as_alice)
    assert row.state == Import.State.RECEIVED
    assert "progress" in as_alice.get(_address("detail", row)).content.decode()
    run_until_idle(queues=("heavy",))
    assert as_alice.get(_address("detail", row)).status_code == 302
    data = _form(as_alice, row) | {"answer_currency": "EUR"}
    as_alice.post(_address("columns", row), data)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.CHECKED


def test_another_sheet_can_be_chosen(as_alice: Client, strangers_files: dict[str, Path]) -> None:
    path = strangers_files["Ventes 2023-2025.xlsx"]
    as_alice.post(reverse("imports:upload"), {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    row = Import.objects.get()
    assert (row.layout or {})["sheet"] == "Ventes"
    as_alice.post(_address("sheet", row), {"sheet": "Tarif"})
    row.refresh_from_db()
    assert (row.layout or {})["sheet"] == "Tarif"


def test_a_form_sent_back_unchanged_changes_no_answer(as_alice: Client, strangers_files: dict[str, Path]) -> None:
    path = strangers_files["factures-sage.csv"]
    as_alice.post(reverse("imports:upload"), {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    row = Import.objects.get()
    before = effective_answers(row)
    as_alice.post(_address("columns", row), _form(as_alice, row) | {"answer_currency": "EUR"})
    row.refresh_from_db()
    assert row.state == Import.State.CHECKED
    assert effective_answers(row) == before | {"currency": "EUR"}
    assert (row.check_result or {})["credits"] < 0


def test_a_file_can_be_put_aside(as_alice: Client) -> None:
    row = _bring(as_alice)
    assert as_alice.post(_address("discard", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == Import.State.CANCELLED


_PAGES = ("detail", "columns", "check", "undo")


@pytest.mark.parametrize("name", ["sheet", "discard"])
def test_changes_are_not_made_by_links(as_alice: Client, name: str) -> None:
    assert as_alice.get(_address(name, _bring(as_alice))).status_code == 405


@pytest.mark.parametrize("name", ["list", "upload"])
def test_strangers_are_sent_to_sign_in(client: Client, organisation: object, name: str) -> None:
    response = client.get(reverse(f"imports:{name}"))
    assert response.status_code == 302
    assert "imports" not in response["Location"].split("?")[0]


@pytest.mark.parametrize("name", _PAGES)
def test_strangers_see_no_import(as_alice: Client, name: str) -> None:
    row = _bring(as_alice)
    assert Client().get(_address(name, row)).status_code == 302


def test_a_reader_sees_imports_and_changes_none(as_alice: Client, as_bob: Client) -> None:
    row = _bring(as_alice)
    assert as_bob.get(reverse("imports:list")).status_code == 200
    assert as_bob.get(_address("detail", row)).status_code == 200
    for name in ("columns", "check", "undo"):
        assert as_bob.get(_address(name, row)).status_code == 403
        assert as_bob.post(_address(name, row)).status_code == 403
    assert as_bob.get(reverse("imports:upload")).status_code == 403
    assert as_bob.post(_address("discard", row)).status_code == 403


def test_the_list_asks_the_database_as_often_for_one_file_as_for_many(
    as_alice: Client, django_assert_max_num_queries: object
) -> None:
    row = _bring(as_alice)
    Import.objects.bulk_create(
        Import(file_name=f"{number}.csv", file_size=1, received_at=row.received_at, by_kind="user")
        for number in range(30)
    )
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert as_alice.get(reverse("imports:list")).status_code == 200
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert as_alice.get(_address("columns", row)).status_code == 200


@pytest.mark.parametrize("typed", ["twenty", "nan", "inf", "1e9999", "-5", "101"])
def test_a_percentage_that_is_none_is_refused_beside_its_field(as_alice: Client, typed: str) -> None:
    row = _bring(as_alice)
    data = _form(as_alice, row) | {"answer_currency": "EUR", "answer_margin": typed, "answer_vat_rate": typed}
    response = as_alice.post(_address("columns", row), data)
    assert response.status_code == 422
    assert response.content.decode().count("Please enter a number from 0 to 100") == 2


@pytest.mark.parametrize("typed", ["twenty", "inf", "0", "-1", "1e9"])
def test_a_rate_of_exchange_that_is_none_is_refused_beside_its_field(as_alice: Client, typed: str) -> None:
    row = _bring(as_alice)
    row.questions = [
        *row.questions,
        {"key": "rate:USD", "value": "", "told": False, "optional": True, "why": "", "values": {}},
    ]
    row.save()
    data = _form(as_alice, row) | {"answer_currency": "EUR", "answer_rate:USD": typed}
    response = as_alice.post(_address("columns", row), data)
    assert response.status_code == 422
    assert "Please enter a number above zero" in response.content.decode()


def test_a_file_of_another_kind_is_asked_about_at_once(as_alice: Client) -> None:
    told = "station;temperature;wind\n" + "".join(f"S{row};{row % 30},5;{row % 50}\n" for row in range(60))
    row = _bring(as_alice, told, "station.csv")
    page = as_alice.get(_address("columns", row)).content.decode()
    assert "Is this a list of orders or invoices?" in page


_CUSTOMERS = "Customer number;Name;E-mail;City\n17;Chloé Éclair;chloe@example.org;Lyon\n"


def _checked(client: Client) -> Import:
    row = _bring(client, _CUSTOMERS, "customers.csv")
    client.post(_address("columns", row), _form(client, row) | {"source": "Shop"})
    row.refresh_from_db()
    assert row.state == Import.State.CHECKED
    return row


def test_a_person_says_what_a_file_may_change(as_alice: Client, as_bob: Client) -> None:
    row = _checked(as_alice)
    page = as_alice.get(_address("check", row)).content.decode()
    assert "New customers" in page
    assert _address("rules", row) in page
    page = as_alice.get(_address("rules", row)).content.decode()
    assert all(word in page for word in ("First ask for", "Only fill blanks", "Add beside what is there"))
    chosen = {
        "rule_city": "fill",
        "rule_email": "never",
        "rule_customer_name": "win",
        "match_1": "email",
        "match_2": "",
    }
    answer = as_alice.post(_address("rules", row), chosen | {"creates": "on", "updates": "on"}, follow=True)
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.state == Import.State.CHECKED
    assert row.handling == {
        "rules": {"customer_name": "win", "email": "never", "city": "fill"}, "match": ["email"], "creates": True,
        "updates": True,
    }  # fmt: skip
    assert as_bob.get(_address("rules", row)).status_code == 403
    assert Client().get(_address("rules", row)).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"match_1": "email", "match_2": "email", "updates": "on"},
        {"updates": "", "creates": ""},
        {"rule_email": "win", "updates": "on"},
        {"rule_city": "sometimes", "updates": "on"},
    ],
)
def test_rules_that_make_no_sense_are_refused_beside_their_field(as_alice: Client, wrong: dict[str, str]) -> None:
    row = _checked(as_alice)
    given = {"rule_city": "fill", "rule_email": "never", "rule_customer_name": "win"} | wrong
    answer = as_alice.post(_address("rules", row), given)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.handling == {}
