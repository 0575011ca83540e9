"""The same key twice: docs/rules/api.md, "The same key twice"."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from fleuve.api.actions import forget_answers
from fleuve.api.models import IdempotencyKey
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import Party
from tests.api.house import House, build_house

BODY: dict[str, Any] = {"values": {"name": "Ada Lovelace"}, "allow_duplicate": True}


def _post(house: House, key: str = "K", body: Any = BODY, **more: Any) -> Any:
    return house.ask("POST", "/customers", body, Idempotency_Key=key, **more)


def test_the_same_request_is_done_once_and_answered_alike(house: House) -> None:
    before = Party.objects.count()
    first, again = _post(house), _post(house)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Party.objects.count() == before + 1


def test_another_request_with_the_same_key_is_refused(house: House) -> None:
    _post(house)
    other = _post(house, body={"values": {"name": "Grace Hopper"}})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_key_belongs_to_who_sent_it_and_to_the_address(house: House) -> None:
    first = _post(house)
    theirs = _post(house, who="Cléo")
    tag = house.ask("POST", "/tags", {"name": "Fair"}, who="Alice", Idempotency_Key="K")
    assert theirs.status_code == tag.status_code == 201
    assert theirs.json()["id"] != first.json()["id"]


def test_a_request_that_runs_is_not_run_beside_itself(house: House) -> None:
    _post(house)
    IdempotencyKey.objects.update(state="running", status=None, body="", started_at=timezone.now())
    busy = _post(house)
    assert (busy.status_code, busy.json()["code"], busy["Retry-After"]) == (409, "key_busy", "1")


def test_a_request_that_died_is_done_after_a_minute(house: House) -> None:
    """The process was killed: its row runs for ever, and nothing of its effect was committed."""
    _post(house)
    made = Party.objects.count()
    IdempotencyKey.objects.update(
        state="running", status=None, body="", started_at=timezone.now() - timedelta(seconds=61)
    )
    again = _post(house)
    assert (again.status_code, Party.objects.count()) == (201, made + 1)
    assert _post(house)["Idempotent-Replayed"] == "true"


def test_a_refusal_stays_a_refusal(house: House) -> None:
    """What was refused is answered again, also when it would be allowed by now: the key names one attempt."""
    cleos = house.customers["Cléo"]
    address = f"/customers/{cleos}/claim"
    refused = house.ask("POST", address, Idempotency_Key="K")
    assert refused.status_code == 404
    from fleuve.parties.actions import assign_owner

    assign_owner(party_ids=[cleos], user_id=None, by=SYSTEM, at=timezone.now())
    again = house.ask("POST", address, Idempotency_Key="K")
    assert (again.status_code, again["Idempotent-Replayed"]) == (404, "true")
    assert again.content == refused.content
    assert house.ask("POST", address, Idempotency_Key="K2").status_code == 200


def test_a_fault_of_ours_leaves_the_key_free(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_values: Any) -> Any:
        raise RuntimeError("a fault")

    before = Party.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr("fleuve.parties.api.customers.create_customer", broken)
        failed = _post(house)
    assert (failed.status_code, failed["Content-Type"]) == (500, "application/problem+json")
    assert not IdempotencyKey.objects.exists()
    assert (_post(house).status_code, Party.objects.count()) == (201, before + 1)


def test_whoever_was_overtaken_takes_back_what_it_did(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower than a minute: somebody else took the key over, so this work must not stand beside theirs."""
    from fleuve.parties.actions import create_customer

    before = Party.objects.count()

    def slow(**values: Any) -> Any:
        made = create_customer(**values)
        IdempotencyKey.objects.update(started_at=timezone.now() + timedelta(seconds=5))
        return made

    monkeypatch.setattr("fleuve.parties.api.customers.create_customer", slow)
    assert _post(house).status_code == 409
    assert Party.objects.count() == before


def test_after_a_day_the_key_is_free_again_and_the_answer_forgotten(house: House) -> None:
    first = _post(house)
    IdempotencyKey.objects.update(started_at=timezone.now() - timedelta(hours=24, seconds=1))
    second = _post(house)
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]
    assert forget_answers(by=SYSTEM, at=timezone.now() + timedelta(hours=25)) == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a key", "x" * 256, "né"])
def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    answer = _post(house, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_malformed")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one(settings: Any) -> None:
    settings.FLEUVE_API_RATE = 0
    house = build_house()
    before = Party.objects.count()
    ready = threading.Barrier(4)
    answers: list[Any] = []

    def send() -> None:
        ready.wait()
        try:
            answers.append(_post(house))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(201) >= 1
    assert set(statuses) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Party.objects.count() == before + 1
    last = _post(house)
    assert (last.status_code, last["Idempotent-Replayed"]) == (201, "true")
