"""Pages of webhooks: they work, refuse strangers and readers, and tell a secret once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fleuve.accounts.tests.cast import client_as
from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.actions import send_test, switch_off_endpoint
from fleuve.webhooks.models import Delivery, Endpoint
from fleuve.webhooks.tests.cast import FACT, NOW, an_endpoint, settle

pytestmark = pytest.mark.django_db

NEW = {"label": "Shop", "url": "https://shop.example/hook", "facts": [FACT]}


def _page(name: str, *numbers: int) -> str:
    return reverse(f"webhooks:{name}", args=numbers)


def test_an_empty_list_says_what_to_do_first(as_alice: Client) -> None:
    page = as_alice.get(_page("endpoints")).content.decode()
    assert "No webhook yet" in page
    assert _page("endpoint_new") in page


def test_adding_shows_the_secret_once_and_in_no_cache(as_alice: Client) -> None:
    response = as_alice.post(_page("endpoint_new"), NEW)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert re.search(r'value="whsec_[A-Za-z0-9+/]{43}="', response.content.decode())
    endpoint = Endpoint.objects.get()
    for name in ("endpoints", "endpoint"):
        page = as_alice.get(_page(name, *([] if name == "endpoints" else [endpoint.pk]))).content.decode()
        assert "Shop" in page
        assert "whsec_" not in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "http://shop.example/", "begins with https"),
        ("url", "https://127.0.0.1/", "private network"),
        ("url", "https://0x7f.1/", "private network"),
        ("url", "https://me:secret@shop.example/", "user name and password"),
        ("url", "https://shop.example:25/", "port"),
        ("facts", [], "required"),
        ("facts", ["accounts.user_signed_in"], "not one of the available choices"),
        ("label", "", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(as_alice: Client, field: str, value: object, said: str) -> None:
    response = as_alice.post(_page("endpoint_new"), {**NEW, field: value})
    assert said in response.content.decode()
    assert not Endpoint.objects.exists()


def test_a_change_is_saved_and_a_second_save_of_an_old_page_is_not(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    first = as_alice.post(_page("endpoint", endpoint.pk), {**NEW, "label": "First", "version": 1})
    assert first.status_code == 302
    second = as_alice.post(_page("endpoint", endpoint.pk), {**NEW, "label": "Second", "version": 1})
    assert second.status_code == 409
    endpoint.refresh_from_db()
    assert (endpoint.label, endpoint.version) == ("First", 2)


def test_it_is_switched_off_and_on(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    as_alice.post(_page("endpoint_state", endpoint.pk), {"state": "off"})
    page = as_alice.get(_page("endpoint", endpoint.pk)).content.decode()
    assert "Somebody switched it off." in page
    assert _page("endpoint_test", endpoint.pk) not in page
    as_alice.post(_page("endpoint_state", endpoint.pk), {"state": "on"})
    endpoint.refresh_from_db()
    assert endpoint.is_live


def test_a_test_message_waits_on_its_own_page(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    response = as_alice.post(_page("endpoint_test", endpoint.pk))
    made = Delivery.objects.get()
    assert response.headers["Location"] == _page("delivery", endpoint.pk, made.pk)
    page = as_alice.get(response.headers["Location"]).content.decode()
    assert made.message_id in page
    assert "Waiting to be sent" in page


def test_an_ended_message_is_sent_again(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    made = send_test(endpoint=endpoint, by=SYSTEM, at=NOW)
    Delivery.objects.update(state="failed", attempt=10, last_status=500, next_at=None)
    assert "The receiver answered 500." in as_alice.get(_page("delivery", endpoint.pk, made.pk)).content.decode()
    as_alice.post(_page("delivery_repetition", endpoint.pk, made.pk))
    made.refresh_from_db()
    assert (made.state, made.attempt) == ("waiting", 0)


def test_a_new_secret_is_shown_once(as_alice: Client) -> None:
    endpoint, secret = an_endpoint()
    page = as_alice.post(_page("endpoint_secret", endpoint.pk)).content.decode()
    assert "whsec_" in page
    assert secret not in page
    assert "Two secrets sign at present" in as_alice.get(_page("endpoint", endpoint.pk)).content.decode()


def test_a_removed_endpoint_is_gone_with_its_secret(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    as_alice.post(_page("endpoint_removal", endpoint.pk))
    endpoint.refresh_from_db()
    assert bytes(endpoint.secret) == b""
    assert as_alice.get(_page("endpoint", endpoint.pk)).status_code == 404


def test_a_message_of_another_endpoint_looks_missing(as_alice: Client) -> None:
    one, _secret = an_endpoint()
    other, _second = an_endpoint()
    made = send_test(endpoint=one, by=SYSTEM, at=NOW)
    assert as_alice.get(_page("delivery", other.pk, made.pk)).status_code == 404


@pytest.mark.parametrize("role", ["manager", "seller", "agent", "analyst", "reader"])
def test_whoever_may_not_configure_is_refused_and_changes_nothing(role: str) -> None:
    endpoint, _secret = an_endpoint()
    client = client_as(role)
    assert client.get(_page("endpoints")).status_code == 403
    assert client.get(_page("endpoint", endpoint.pk)).status_code == 403
    assert client.post(_page("endpoint_removal", endpoint.pk)).status_code == 403
    assert client.post(_page("endpoint_secret", endpoint.pk)).status_code == 403
    endpoint.refresh_from_db()
    assert endpoint.removed_at is None


def test_strangers_are_sent_to_sign_in(client: Client, organisation: object) -> None:
    endpoint, _secret = an_endpoint()
    assert client.get(_page("endpoint", endpoint.pk)).status_code == 302


@pytest.mark.parametrize("name", ["endpoint_state", "endpoint_test", "endpoint_removal", "endpoint_secret"])
def test_looking_changes_nothing(as_alice: Client, name: str) -> None:
    endpoint, _secret = an_endpoint()
    assert as_alice.get(_page(name, endpoint.pk)).status_code == 405


def test_older_messages_stand_on_the_next_page(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    Delivery.objects.bulk_create(Delivery.of(endpoint, fact=FACT, body="{}", at=NOW) for _number in range(60))
    page = as_alice.get(_page("endpoint", endpoint.pk)).content.decode()
    older = re.search(r'href="\?before=(\d+)"', page)
    assert older
    second = as_alice.get(_page("endpoint", endpoint.pk), {"before": older[1]}).content.decode()
    assert second.count("/deliveries/") == 10
    assert as_alice.get(_page("endpoint", endpoint.pk), {"before": "no number"}).status_code == 200


def test_no_page_asks_more_questions_of_more_messages(as_alice: Client) -> None:
    endpoint, _secret = an_endpoint()
    counts = []
    for _round in range(2):
        Delivery.objects.bulk_create(Delivery.of(endpoint, fact=FACT, body="{}", at=NOW) for _number in range(20))
        an_endpoint()
        counted = {}
        for address in (_page("endpoints"), _page("endpoint", endpoint.pk)):
            as_alice.get(address)
            with CaptureQueriesContext(connection) as captured:
                as_alice.get(address)
            counted[address] = len(captured)
        counts.append(counted)
    assert counts[0] == counts[1]


def test_the_pages_are_in_french(as_alice: Client, alice: object) -> None:
    endpoint, _secret = an_endpoint(at=timezone.now() - timedelta(days=1))
    settle([], 200, NOW)
    switch_off_endpoint(endpoint=endpoint, by=SYSTEM, at=NOW)
    type(alice).objects.filter(pk=alice.pk).update(language="fr")  # type: ignore[attr-defined]
    assert "Ajouter un webhook" in as_alice.get(_page("endpoints")).content.decode()
    assert "Quelqu’un l’a désactivé." in as_alice.get(_page("endpoint", endpoint.pk)).content.decode()
