from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from fleuve.accounts.tests.cast import client_as
from fleuve.events import record
from fleuve.events.actions.seal_events import seal_events
from fleuve.events.tests.cast import ALICE, NOON
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db

PAGES = ["events:audit", "events:seals"]


@pytest.fixture
def alice() -> Client:
    return client_as("owner")


def test_the_trail_says_who_did_what_to_whom_with_old_and_new(alice: Client) -> None:
    record("parties.customer_changed", by=ALICE, at=NOON, subject=("party", 7), values={"name": ["Ada", "Eva <b>"]})
    record("imports.file_imported", by=ALICE, at=NOON, subject=("import", 3), data={"months": [201111, 201112]})
    page = alice.get(reverse("events:audit")).content.decode()
    for words in ("Customer changed", "party 7", "from “Ada” to “Eva &lt;b&gt;”", "months: 201111, 201112", "Alice"):
        assert words in page


def test_its_filters_narrow_it_and_wrong_ones_do_not_break_it(alice: Client) -> None:
    record("history.rebuilt", by=ALICE, at=NOON)
    address = reverse("events:audit")
    assert "Nothing matches" in alice.get(address, {"day": "2020-01-01"}).content.decode()
    assert "Nothing matches" in alice.get(address, {"fact": "value.revalued"}).content.decode()
    wrong = alice.get(address, {"day": "yesterday", "fact": "x", "actor": "y", "before": "-1"})
    assert 'scope="row" class="primary">History rebuilt' in wrong.content.decode()


def test_older_facts_are_one_click_away_with_the_filter_kept(alice: Client) -> None:
    for _ in range(51):
        record("history.rebuilt", by=ALICE, at=NOON)
    page = alice.get(reverse("events:audit"), {"fact": "history.rebuilt"}).content.decode()
    assert page.count("<tr data-row>") == 50
    assert "fact=history.rebuilt&amp;before=" in page


def test_the_number_of_queries_is_bounded(alice: Client, django_assert_max_num_queries: object) -> None:
    for _ in range(60):
        record("parties.customer_changed", by=ALICE, at=NOON, values={"name": ["a", "b"]})
    alice.get(reverse("events:audit"))  # the first page of a session also writes the session
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        alice.get(reverse("events:audit"))


def test_the_seals_are_checked_on_demand(alice: Client) -> None:
    address = reverse("events:seals")
    assert "Nothing is sealed yet" in alice.get(address).content.decode()
    event = record("history.rebuilt", by=ALICE, at=NOON)
    seal_events(by=SYSTEM, at=NOON)
    assert "<strong>1</strong> sealed fact checked just now" in alice.get(address).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET name = 'x' WHERE id = %s", [event.pk])
    assert "seal <strong>1</strong> does not hold" in alice.get(address).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_reader_is_refused_and_a_stranger_sent_to_sign_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302
    answer = client_as("reader").get(reverse(name))
    assert answer.status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_they_are_only_for_reading(alice: Client, name: str) -> None:
    assert alice.post(reverse(name)).status_code == 405
