"""Every page of the workspace: works, wrong method, stranger, read-only role, query count."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleuve.events.models import Event
from fleuve.parties.models import Channel, PartyCard, Refusal
from fleuve.touchpoints.models import Interaction

Queries = Callable[[int], AbstractContextManager[Any]]

pytestmark = pytest.mark.django_db

PAGES = ("today", "portfolio", "retention", "customers", "matrix", "start", "settings")
READABLE = [*(f"workspace:{name}" for name in PAGES), "budgets:page"]


def a_slipping_customer() -> PartyCard:
    return PartyCard.objects.filter(is_slipping=True, may_phone=True).order_by("-at_stake")[0]


@pytest.mark.parametrize("name", READABLE)
def test_a_page_answers_owner_and_reader_in_both_languages(as_alice: Client, as_bob: Client, name: str) -> None:
    for client in (as_alice, as_bob):
        assert client.get(reverse(name)).status_code == 200
    french = as_alice.get(reverse(name), headers={"accept-language": "fr"})
    assert french.status_code == 200


@pytest.mark.parametrize("name", READABLE)
def test_a_page_sends_a_stranger_to_sign_in_and_refuses_other_methods(as_alice: Client, name: str) -> None:
    answer = Client().get(reverse(name))
    assert (answer.status_code, "sign-in" in answer["Location"]) == (302, True)
    assert as_alice.delete(reverse(name)).status_code == 405


@pytest.mark.parametrize(
    ("name", "most"), [("portfolio", 40), ("retention", 15), ("customers", 15), ("start", 10), ("settings", 10)]
)
def test_a_page_asks_few_questions_of_the_database(as_alice: Client, name: str, most: int) -> None:
    as_alice.get(reverse(f"workspace:{name}"))
    with CaptureQueriesContext(connection) as asked:
        as_alice.get(reverse(f"workspace:{name}"))
    assert len(asked) <= most, "\n".join(query["sql"][:120] for query in asked)


@pytest.mark.parametrize(
    ("address", "most"),
    [("/customers/{}/", 12), ("/panels/customer.history/?party={}", 12), ("/panels/customer.record/?party={}", 15)],
)
def test_a_customer_asks_few_questions_whatever_they_bought(as_alice: Client, address: str, most: int) -> None:
    by_lines = PartyCard.objects.order_by("purchase_days", "pk")
    for card in (by_lines.first(), by_lines.last()):
        assert card is not None
        as_alice.get(address.format(card.pk), headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as asked:
            answer = as_alice.get(address.format(card.pk), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert len(asked) <= most, "\n".join(query["sql"][:120] for query in asked)


def test_the_customer_list_asks_as_much_for_fifty_rows_as_for_one(as_alice: Client) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert as_alice.get(address).status_code == 200
        return len(asked)

    one = PartyCard.objects.order_by("pk")[0]
    address = reverse("workspace:customers")
    queries(address)  # the first look fills what stays in memory
    assert queries(f"{address}?sort=name") <= queries(f"{address}?sort=name&q={one.customer_number}") + 1


def test_the_portfolio_says_the_money_the_range_and_whom_to_call(as_alice: Client) -> None:
    page = as_alice.get(reverse("workspace:portfolio")).content.decode()
    assert "should buy again by" in page
    assert "To call first" in page
    assert "How far these figures can be trusted" in page
    assert a_slipping_customer().name in page


def test_the_call_list_leaves_as_a_file_without_those_who_refuse_calls(as_alice: Client) -> None:
    address = reverse("workspace:call_list_export")
    before = _rows(as_alice.get(address))
    refusing = a_slipping_customer()
    as_alice.post(reverse("workspace:refusal", args=[refusing.pk, "phone"]))
    after = _rows(as_alice.get(address))
    assert refusing.customer_number in {row[0] for row in before}
    assert refusing.customer_number not in {row[0] for row in after}
    assert Event.objects.filter(name="workspace.list_exported").count() == 2


def test_an_export_of_customers_leaves_refused_contact_details_out(as_alice: Client) -> None:
    card = PartyCard.objects.filter(may_email=True).order_by("pk")[0]
    as_alice.post(reverse("workspace:refusal", args=[card.pk, "email"]))
    address = reverse("lists:export")
    by_default = _rows(as_alice.get(address, {"cols": "email"}))
    asked_for = _rows(as_alice.get(address, {"cols": "email", "refused": "yes"}))
    # This shop knows its customers by e-mail only: the address must not leave as the customer's number either.
    assert card.customer_number == card.email
    assert not [row for row in by_default if card.email in row]
    assert [(row[0], row[2]) for row in asked_for if card.email in row] == [(card.email, card.email)]
    assert len(by_default) == len(asked_for) == PartyCard.objects.count()


def test_a_reader_can_neither_export_nor_mark_nor_record_a_refusal(as_bob: Client) -> None:
    card = a_slipping_customer()
    assert as_bob.get(reverse("workspace:call_list_export")).status_code == 403
    assert as_bob.get(reverse("lists:export")).status_code == 403
    assert as_bob.post(reverse("workspace:call_mark", args=[card.pk]), {"outcome": "called"}).status_code == 403
    assert as_bob.post(reverse("workspace:refusal", args=[card.pk, "phone"])).status_code == 403
    assert not Interaction.objects.exists()
    assert not Event.objects.filter(name="workspace.list_exported").exists()


def test_a_mark_takes_a_customer_off_the_list_and_its_undo_brings_them_back(as_alice: Client) -> None:
    card = a_slipping_customer()
    as_alice.post(reverse("workspace:call_mark", args=[card.pk]), {"outcome": "called"})
    mark = Interaction.objects.get()
    assert card.customer_number not in {row[0] for row in _rows(as_alice.get(reverse("workspace:call_list_export")))}
    as_alice.post(reverse("workspace:call_mark_undone", args=[mark.pk]))
    assert card.customer_number in {row[0] for row in _rows(as_alice.get(reverse("workspace:call_list_export")))}


def test_a_mark_that_does_not_exist_is_refused_and_changes_nothing(as_alice: Client) -> None:
    card = a_slipping_customer()
    answer = as_alice.post(reverse("workspace:call_mark", args=[card.pk]), {"outcome": "sent a pigeon"})
    assert answer.status_code == 400
    assert not Interaction.objects.exists()


def test_a_mark_never_redirects_to_another_site(as_alice: Client) -> None:
    address = reverse("workspace:call_mark", args=[a_slipping_customer().pk])
    answer = as_alice.post(address, {"outcome": "called", "back": "//elsewhere.example/customers/"})
    assert answer["Location"].startswith("/portfolio/")


def test_the_customer_page_shows_facts_refusals_and_why(as_alice: Client) -> None:
    card = a_slipping_customer()
    page = as_alice.get(reverse("workspace:customer", args=[card.pk])).content.decode()
    assert card.name in page
    assert "Money at stake" in page
    why = as_alice.get(reverse("workspace:customer_why", args=[card.pk])).content.decode()
    assert "Days with a purchase that the estimate rests on" in why


@pytest.mark.parametrize("name", ["customer", "customer_why"])
def test_a_customer_that_does_not_exist_is_not_found(as_alice: Client, name: str) -> None:
    assert as_alice.get(reverse(f"workspace:{name}", args=[1])).status_code == 404


def test_a_refusal_holds_at_once_and_can_be_withdrawn(as_alice: Client) -> None:
    card = PartyCard.objects.filter(may_email=True).order_by("pk")[0]
    as_alice.post(reverse("workspace:refusal", args=[card.pk, Channel.EMAIL]))
    card.refresh_from_db()
    assert not card.may_email
    assert as_alice.post(reverse("workspace:refusal", args=[card.pk, Channel.EMAIL])).status_code == 409
    as_alice.post(reverse("workspace:refusal_withdrawn", args=[card.pk, Channel.EMAIL]))
    card.refresh_from_db()
    assert card.may_email
    assert Refusal.objects.filter(record__memberships__party=card.pk, withdrawn_at__isnull=False).count() == 1


def test_tabs_words_and_filters_narrow_the_list(as_alice: Client) -> None:
    address = reverse("workspace:customers")
    card = a_slipping_customer()
    slipping = as_alice.get(address, {"show": "slipping"}).content.decode()
    assert card.name in slipping
    found = as_alice.get(address, {"q": card.name}).content.decode()
    assert card.name in found
    none = as_alice.get(address, {"q": "nobody-is-called-this"}).content.decode()
    assert card.name not in none


def test_a_broken_filter_is_said_and_shows_everyone(as_alice: Client) -> None:
    answer = as_alice.get(reverse("workspace:customers"), {"f": "nonsense:is:1"})
    assert answer.status_code == 200
    assert "nonsense" in answer.content.decode()


def test_an_owner_sets_the_house_rule_and_a_reader_cannot(as_alice: Client, as_bob: Client) -> None:
    address = reverse("workspace:house_rule")
    assert as_bob.post(address, {"days": "45"}).status_code == 403
    assert as_alice.post(address, {"days": "many"}).status_code == 400
    assert as_alice.post(address, {"days": "45"})["Location"] == reverse("workspace:retention")
    assert "as you set it" in as_alice.get(reverse("workspace:retention")).content.decode()


def test_the_palette_finds_pages_and_customers(as_alice: Client) -> None:
    card = a_slipping_customer()
    found = as_alice.get(reverse("ui:palette"), {"q": card.name}).content.decode()
    assert card.name.split()[0] in found
    pages = as_alice.get(reverse("ui:palette"), {"q": "reten"}).content.decode()
    assert "Retention" in pages


def _rows(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    text = b"".join(cast("Iterable[bytes]", response.streaming_content)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]
