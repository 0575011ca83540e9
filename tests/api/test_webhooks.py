"""Webhooks, as programs add and steer them."""

from __future__ import annotations

import pytest

from fleuve.api.models import IdempotencyKey
from fleuve.webhooks.models import Delivery, Endpoint
from tests.api.house import House

NEW = {"label": "Shop", "url": "https://shop.example/hook", "facts": ["imports.file_imported"]}


def _made(house: House) -> str:
    answer = house.ask("POST", "/webhooks", NEW, who="Alice")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_one_is_added_changed_switched_and_removed(house: House) -> None:
    address = f"/webhooks/{_made(house)}"
    read = house.ask("GET", address, who="Alice")
    assert (read.json()["state"], read.json()["facts"], read["ETag"]) == ("on", NEW["facts"], '"1"')
    changed = house.ask("PATCH", address, {"label": "Stock"}, who="Alice", If_Match='"1"')
    assert (changed.json()["label"], changed.json()["url"], changed["ETag"]) == ("Stock", NEW["url"], '"2"')
    for state in ("off", "on"):
        assert house.ask("PUT", f"{address}/state", {"state": state}, who="Alice").status_code == 428
        switched = house.ask("PUT", f"{address}/state", {"state": state}, who="Alice", If_Match='"2"')
        assert switched.json()["state"] == state
    assert house.ask("DELETE", address, who="Alice", If_Match='"1"').status_code == 412
    assert house.ask("DELETE", address, who="Alice", If_Match='"2"').status_code == 204
    assert house.ask("GET", address, who="Alice").status_code == 404
    assert house.ask("GET", "/webhooks", who="Alice").json()["items"] == []


def test_a_secret_is_told_once_and_kept_nowhere_in_the_clear(house: House) -> None:
    made = house.ask("POST", "/webhooks", NEW, who="Alice", Idempotency_Key="w-1")
    assert "whsec_" not in made.content.decode()
    told = house.ask("PUT", f"/webhooks/{made.json()['id']}/secret", who="Alice", If_Match='"1"', Idempotency_Key="w-2")
    assert told.json()["secret"].startswith("whsec_")
    assert told["Cache-Control"] == "no-store"
    assert "whsec_" not in "".join(IdempotencyKey.objects.values_list("body", flat=True))
    assert "whsec_" not in house.ask("GET", f"/webhooks/{made.json()['id']}", who="Alice").content.decode()


def test_a_message_is_sent_read_and_repeated(house: House) -> None:
    webhook = _made(house)
    sent = house.ask("POST", f"/webhooks/{webhook}/test", who="Alice")
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    assert house.ask("GET", f"/webhooks/{webhook}/deliveries", who="Alice").json()["items"] == [sent.json()]
    address = f"/deliveries/{sent.json()['id']}"
    assert house.ask("POST", f"{address}/repetition", who="Alice").status_code == 409
    Delivery.objects.update(state="failed", next_at=None)
    assert house.ask("POST", f"{address}/repetition", who="Alice").json()["state"] == "waiting"
    assert house.ask("GET", address, who="Alice").json()["message_id"] == sent.json()["message_id"]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({**NEW, "url": "http://shop.example/"}, "body.url"),
        ({**NEW, "url": "https://127.0.0.1/"}, "body.url"),
        ({**NEW, "url": "https://me:secret@shop.example/"}, "body.url"),
        ({**NEW, "facts": ["accounts.user_signed_in"]}, "body.facts"),
        ({**NEW, "facts": []}, "body.facts"),
        ({**NEW, "label": ""}, "body.label"),
        ({**NEW, "secret": "mine"}, "body.secret"),
    ],
)
def test_what_cannot_be_is_said_where_it_stands(house: House, body: dict[str, object], at: str) -> None:
    refused = house.ask("POST", "/webhooks", body, who="Alice")
    assert (refused.status_code, refused.json()["fields"][0]["at"]) == (422, at), refused.content
    assert not Endpoint.objects.exists()


def test_only_who_configures_sees_any(house: House) -> None:
    webhook = _made(house)
    sent = house.ask("POST", f"/webhooks/{webhook}/test", who="Alice").json()["id"]
    for method, address, body in (
        ("GET", "/webhooks", None), ("POST", "/webhooks", NEW), ("GET", f"/webhooks/{webhook}", None),
        ("PATCH", f"/webhooks/{webhook}", {"label": "x"}), ("DELETE", f"/webhooks/{webhook}", None),
        ("PUT", f"/webhooks/{webhook}/state", {"state": "off"}), ("PUT", f"/webhooks/{webhook}/secret", None),
        ("POST", f"/webhooks/{webhook}/test", None), ("GET", f"/webhooks/{webhook}/deliveries", None),
        ("GET", f"/deliveries/{sent}", None), ("POST", f"/deliveries/{sent}/repetition", None),
    ):  # fmt: skip
        for who in ("Sam", "Ray"):
            assert house.ask(method, address, body, who=who, If_Match='"1"').status_code == 403, (method, address)
    assert (Endpoint.objects.get().version, Delivery.objects.count()) == (1, 1)
