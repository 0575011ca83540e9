"""Five files as strangers bring them, each from the file to the list to call, in a browser and in its own language.

What the pages and the list say is held against the simulated shops that wrote the files.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.test import override_settings
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from fleuve.imports.tests.files import WRITERS
from fleuve.imports.tests.files.shop import Order, simulate
from fleuve.jobs.worker import run_until_idle
from fleuve.parties.models import PartyCard
from fleuve.ui.formatting import money, number
from tests.browser.conftest import PageFor

pytestmark = [pytest.mark.browser, pytest.mark.full]

HEADERS = {
    "en": "Customer number,Name,Country,Phone,E-mail,Why,Usual gap in days,Days of silence,Last purchase,"
    "Revenue, 12 months (EUR),Revenue, the 12 months before (EUR),Money at stake (EUR),"
    "What they stopped buying,Simulated",
    "fr": "Numéro de client,Nom,Pays,Téléphone,E-mail,Pourquoi,Intervalle habituel en jours,Jours de silence,"
    "Dernier achat,Chiffre d’affaires, 12 mois (EUR),Chiffre d’affaires, 12 mois précédents (EUR),Enjeu (EUR),"
    "Ce qu’il n’achète plus,Simulé",
}
Rows = list[list[str]]


@dataclass(frozen=True)
class Journey:
    """A file, what a person answers, and what its writer knows of it. Money in cents."""

    file: str
    language: str
    orders: Sequence[Order]
    told: int
    counted: float
    customers: int
    answers: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    has_names_of_people: bool = True
    accepts_are_told: bool = False


def _returned(orders: Sequence[Order]) -> int:
    return sum(item.cents for order in orders for item in order.returned)


def _goods_and_delivery(orders: Sequence[Order]) -> int:
    return sum(order.subtotal + order.shipping for order in orders)


def _people(orders: Sequence[Order]) -> int:
    return len({order.customer.number for order in orders})


def _without_vat(orders: Sequence[Order]) -> float:
    """What a shop that sells with 20 % of VAT earned: delivery does not count, nor what was paid back."""
    paid = sum(order.total - order.refunded for order in orders)
    delivery = sum(order.shipping for order in orders if order.refunded < order.total)
    return (paid - delivery) / 1.2


def shopify() -> Journey:
    """Voided orders are told and do not count."""
    orders = simulate(11)
    told = sum(order.total - order.refunded for order in orders)
    live = [order for order in orders if order.number % 97]
    return Journey(
        "orders_export_1.csv", "en", orders, told, _without_vat(live), _people(orders), accepts_are_told=True
    )


def woocommerce() -> Journey:
    """Whoever left no valid address is known by name, and so a customer apart."""
    orders = simulate(22, customers=340, months=28)
    told = sum(order.total - order.refunded for order in orders)
    live = [order for order in orders if order.number % 61 or order.refunded == order.total]
    broken = [order for order in orders if order.number % 40 == 0]
    customers = _people([order for order in orders if order.number % 40]) + len({one.customer.name for one in broken})
    return Journey(
        "woocommerce-orders.csv", "en", orders, told, _without_vat(live), customers, {"answer_currency": "EUR"}
    )


def sage() -> Journey:
    """Amounts without VAT; the counter is one customer in the file and nobody in the end."""
    orders = simulate(33, customers=320, months=26)
    told = _goods_and_delivery(orders) - _returned(orders)
    counted = told - sum(order.shipping for order in orders)
    known = _people([order for order in orders if order.number % 17])
    return Journey(
        "factures-sage.csv", "fr", orders, told, counted, known + 1, {"answer_currency": "EUR"}, exact=True,
        has_names_of_people=False,
    )  # fmt: skip


def order_list() -> Journey:
    """No lines, no VAT: a person who knows it says so."""
    orders = simulate(44, customers=400, months=30)
    told = sum(order.total for order in orders)
    counted = sum(order.total for order in orders if order.number % 43) / 1.2
    answers = {"answer_vat": "included", "answer_vat_rate": "20", "answer_margin": "45"}
    return Journey(
        "commandes.txt", "fr", orders, told, counted, _people(orders), answers, has_names_of_people=False,
        accepts_are_told=True,
    )  # fmt: skip


def workbook() -> Journey:
    """Sub-totals and the total are not counted twice."""
    orders = simulate(55, customers=330, months=26)
    told = sum(order.subtotal for order in orders) - _returned(orders)
    return Journey(
        "Ventes 2023-2025.xlsx", "fr", orders, told, told, _people(orders), exact=True, has_names_of_people=False
    )


@pytest.mark.parametrize("journey_of", [shopify, woocommerce, sage, order_list, workbook])
def test_a_stranger_comes_from_a_file_to_a_list_to_call(
    page_for: PageFor, tmp_path: Path, journey_of: Callable[[], Journey]
) -> None:
    journey = journey_of()
    path = tmp_path / journey.file
    WRITERS[journey.file](path)
    with override_settings(HOME=tmp_path / "home"):
        page = page_for(language=journey.language, currency="")
        _bring(page, path, journey)
        _read_what_was_understood(page, journey)
        rows = _exported(page, tmp_path)
        _assert_list(rows, journey)
        _assert_a_refusal_of_calls_is_honoured(page, rows, tmp_path)


def _bring(page: Page, path: Path, journey: Journey) -> None:
    """From the first page to the import under way: three buttons, and an answer where the file does not tell."""
    page.goto("/")
    page.locator("main a.button.act").click()
    page.set_input_files("input[type=file]", path)
    page.locator("main form button.primary").click()
    for name, answer in journey.answers.items():
        control = page.locator(f"[name={name}]")
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(answer)
        else:
            control.fill(answer)
    page.locator(".form-actions button.primary").click()
    page.wait_for_url("**/check/")
    with override(journey.language):
        expect(page.locator("h1, .answer").filter(has_text=money(journey.told, "EUR")).first).to_be_visible()
        expect(page.locator("main")).to_contain_text(number(journey.customers))
    page.locator("main form button.act").click()
    expect(page.locator(".progress-card")).to_be_visible()


def _read_what_was_understood(page: Page, journey: Journey) -> None:
    """Nobody polls while the jobs run in this thread: both share one connection."""
    imported = page.url
    page.goto("about:blank")
    run_until_idle(queues=("heavy", "quick"))
    page.goto(imported)
    page.locator("main a.button.act").click()
    page.wait_for_url("**/understood/")
    with override(journey.language):
        expect(page.locator("main")).to_contain_text(money(journey.told, "EUR"))
    counted = _cents(page.locator("#books tbody tr").last.locator("td").nth(1).inner_text())
    # Taking VAT out of each line rounds each line: half a cent a line at most, and far less in sum.
    assert counted == pytest.approx(journey.counted, abs=0 if journey.exact else journey.counted / 5_000)
    page.locator("main a.button.act").click()
    page.wait_for_url("**/portfolio/")


def _cents(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _exported(page: Page, folder: Path) -> Rows:
    page.goto(reverse("workspace:portfolio"))
    with page.expect_download() as download:
        page.locator("#to-call-first a.button.act").click()
    path = folder / "list.csv"
    download.value.save_as(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return list(csv.reader(lines, delimiter=";" if ";" in lines[0] else ","))


def _to_call() -> QuerySet[PartyCard]:
    """Whoever slips away, but those who refuse and have no phone that may be called."""
    return PartyCard.objects.filter(is_slipping=True).exclude(has_refusal=True, may_phone=False)


def _assert_list(rows: Rows, journey: Journey) -> None:
    header, *listed = rows
    assert ",".join(header) == HEADERS[journey.language]
    assert len(listed) == _to_call().count() >= 20
    assert all(row[5] for row in listed), "everybody on the list is there for a reason"
    at_stake = [float(row[11].replace(",", ".")) for row in listed]
    assert at_stake == sorted(at_stake, reverse=True)
    people = {order.customer.email: order.customer for order in journey.orders}
    if journey.has_names_of_people:
        assert {row[1] for row in listed} <= {person.name for person in people.values()}
    if journey.accepts_are_told:
        refusing = {email for email, person in people.items() if not person.accepts}
        assert not [row for row in listed if refusing & set(row)], "an address that refuses e-mails has left"
        may_be_called = [row for row in listed if not row[4]]
        assert all(row[3] for row in may_be_called), "who refuses e-mails is listed for the sake of a phone"


def _assert_a_refusal_of_calls_is_honoured(page: Page, rows: Rows, folder: Path) -> None:
    card = _to_call().order_by("-at_stake")[0]
    page.goto(reverse("workspace:customer", args=[card.pk]))
    page.locator(f"form[action='{reverse('workspace:refusal', args=[card.pk, 'phone'])}'] button").click()
    page.wait_for_load_state()
    assert len(_exported(page, folder)) == len(rows) - 1
