"""From the fact to the receiver: once per fact and endpoint, signed, tried again, switched off."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from fleuve.events import record
from fleuve.events.models import Event, Outbox
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.actions import (
    add_endpoint,
    claim_deliveries,
    prune,
    queue_deliveries,
    repeat_delivery,
    rotate_secret,
    switch_off_after_restore,
    switch_off_endpoint,
    switch_on_endpoint,
)
from fleuve.webhooks.errors import EndpointIsOff, SecretUnreadable, StillWaiting
from fleuve.webhooks.models import Delivery, Endpoint
from fleuve.webhooks.rules import ATTEMPTS, FAILURES_BEFORE_NOTICE
from fleuve.webhooks.sending import send
from fleuve.webhooks.tests.cast import FACT, NOW, an_endpoint, receiver, round_at, settle

pytestmark = pytest.mark.django_db


def a_fact(name: str = FACT, at: datetime = NOW) -> Event:
    """Record a fact about a valuation."""
    with transaction.atomic():
        return record(name, by=SYSTEM, at=at, subject=("valuation", 2**60), data={"customers": 12})


def _told(at: datetime = NOW) -> Delivery:
    event = a_fact(at=at)
    queue_deliveries(event)
    return Delivery.objects.get(event_id=event.pk)


def test_a_fact_that_nobody_wants_costs_no_row_of_the_outbox() -> None:
    an_endpoint()
    a_fact("imports.file_imported")
    assert not Outbox.objects.filter(listener__contains="webhooks").exists()
    a_fact()
    assert Outbox.objects.filter(listener__contains="webhooks").count() == 1


def test_facts_about_how_the_house_is_run_are_told_to_nobody() -> None:
    add_endpoint(label="All", url="https://a.example/", facts=["accounts.user_signed_in"], by=SYSTEM, at=NOW)
    a_fact("accounts.user_signed_in")
    assert not Outbox.objects.filter(listener__contains="webhooks").exists()


def test_a_fact_handed_over_twice_makes_one_message() -> None:
    an_endpoint()
    event = a_fact()
    queue_deliveries(event)
    queue_deliveries(event)
    assert Delivery.objects.count() == 1


def test_an_endpoint_is_not_told_of_the_time_before_it_was_added() -> None:
    an_endpoint(at=NOW + timedelta(seconds=1))
    queue_deliveries(a_fact())
    assert not Delivery.objects.exists()


def test_a_body_holds_ids_and_codes_and_nothing_else() -> None:
    an_endpoint()
    event = a_fact()
    queue_deliveries(event)
    body = json.loads(Delivery.objects.get().body)
    assert body["type"] == FACT
    assert body["data"]["event"] == str(event.pk)
    assert body["data"]["subject"] == {"kind": "valuation", "id": str(2**60)}
    assert body["data"]["details"] == {"customers": 12}
    assert SYSTEM.label not in Delivery.objects.get().body.replace(FACT, "")


def test_every_delivery_is_verified_by_the_library_of_receivers() -> None:
    now = timezone.now()
    with receiver(500, 302, 200) as listening:
        _endpoint, secret = an_endpoint(listening.url)
        delivery = _told()
        at = NOW
        for _attempt in range(3):
            round_at(at, sent_at=now)
            delivery.refresh_from_db()
            at = delivery.next_at or at
    assert delivery.state == Delivery.State.SENT
    assert len(listening.requests) == 3
    for headers, body in listening.requests:
        assert Webhook(secret).verify(body, headers)["type"] == FACT


def test_the_worked_example_of_the_rules() -> None:
    """docs/rules/webhooks.md, "Worked example"."""
    with receiver(500, 500, 200) as listening:
        an_endpoint(listening.url)
        delivery = _told()
        attempted = []
        for _attempt in range(3):
            assert delivery.next_at is not None
            at = delivery.next_at
            assert claim_deliveries(at - timedelta(milliseconds=1)) == []
            round_at(at)
            attempted.append(at.time().isoformat())
            delivery.refresh_from_db()
    assert attempted == ["10:00:00", "10:00:05", "10:05:05"]
    assert delivery.state == Delivery.State.SENT
    heads = [headers for headers, _body in listening.requests]
    assert len({one["webhook-id"] for one in heads}) == 1
    assert len({one["webhook-timestamp"] for one in heads}) == 3
    assert len({one["webhook-signature"] for one in heads}) == 3


def test_after_the_last_attempt_it_has_failed() -> None:
    an_endpoint()
    delivery = _told()
    for number in range(1, ATTEMPTS + 1):
        assert delivery.next_at is not None
        attempts = claim_deliveries(delivery.next_at)
        assert [one.number for one in attempts] == [number]
        settle(attempts, 500, delivery.next_at)
        delivery.refresh_from_db()
    assert (delivery.state, delivery.next_at, delivery.last_status) == (Delivery.State.FAILED, None, 500)


def test_a_claim_whose_worker_died_is_due_again_after_a_minute() -> None:
    an_endpoint()
    _told()
    (first,) = claim_deliveries(NOW)
    assert claim_deliveries(NOW + timedelta(seconds=59)) == []
    (second,) = claim_deliveries(NOW + timedelta(seconds=60))
    assert (second.number, second.message_id) == (2, first.message_id)
    settle([first], 500, NOW + timedelta(seconds=61))
    assert Delivery.objects.get().last_status is None, "an outcome of an earlier claim changes nothing"
    settle([second], 200, NOW + timedelta(seconds=62))
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_both_secrets_sign_for_a_day_after_a_new_one_was_made() -> None:
    now = timezone.now()
    with receiver() as listening:
        endpoint, old = an_endpoint(listening.url, at=now)
        new = rotate_secret(endpoint=endpoint, by=SYSTEM, at=now)
        for at in (now, now + timedelta(hours=24)):
            _told(at)
            round_at(at, sent_at=now)
    (both, first), (single, second) = listening.requests
    assert Webhook(old).verify(first, both)
    assert Webhook(new).verify(first, both)
    assert len(both["webhook-signature"].split()) == 2
    assert Webhook(new).verify(second, single)
    assert len(single["webhook-signature"].split()) == 1


def test_a_secret_stands_nowhere_in_the_clear() -> None:
    endpoint, secret = an_endpoint()
    assert secret.removeprefix("whsec_").encode() not in bytes(endpoint.secret)
    assert secret not in str(list(Event.objects.values()))


def test_410_switches_off_and_drops_what_waits_and_tells_owners(alice: object) -> None:
    with receiver(410) as listening:
        endpoint, _secret = an_endpoint(listening.url)
        first = _told()
        _told(NOW + timedelta(hours=1))
        round_at(NOW)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.off_why) == (Endpoint.State.OFF, Endpoint.Why.GONE)
    assert Delivery.objects.get(pk=first.pk).state == Delivery.State.FAILED
    assert Delivery.objects.exclude(pk=first.pk).get().state == Delivery.State.GONE
    assert Event.objects.get(name="webhooks.endpoint_disabled").data == {"why": "gone", "waiting": 1}
    assert list(alice.notices.values_list("kind", flat=True)) == ["webhook_off"]  # type: ignore[attr-defined]
    queue_deliveries(a_fact(at=NOW + timedelta(hours=2)))
    assert Delivery.objects.count() == 2, "nothing is queued for it any more"


def test_many_failures_in_a_row_make_it_failing_and_then_one_at_a_time_is_tried(alice: object) -> None:
    endpoint, _secret = an_endpoint()
    at = NOW
    for _number in range(FAILURES_BEFORE_NOTICE + 3):
        _told(at)
    while endpoint.state == Endpoint.State.ON:
        attempts = claim_deliveries(at)
        assert len(attempts) <= 4, "half of the places"
        settle(attempts, None, at, error="outbound_timeout")
        at += timedelta(seconds=1)
        endpoint.refresh_from_db()
    assert endpoint.state == Endpoint.State.FAILING
    assert list(alice.notices.values_list("kind", flat=True)) == ["webhook_failing"]  # type: ignore[attr-defined]
    assert claim_deliveries(at) == [], "everything waits for the next look"
    later = at + timedelta(minutes=5)
    attempts = claim_deliveries(later)
    assert len(attempts) == 1
    settle(attempts, 200, later)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.failures, endpoint.failing_since) == (Endpoint.State.ON, 0, None)


def test_five_days_of_failing_switch_it_off() -> None:
    endpoint, _secret = an_endpoint()
    Endpoint.objects.update(state="failing", failures=30, failing_since=NOW)
    _told()
    later = NOW + timedelta(days=5)
    settle(claim_deliveries(later), 503, later)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.off_why) == (Endpoint.State.OFF, Endpoint.Why.FAILING)


def test_a_failing_receiver_does_not_hold_up_another() -> None:
    bad, _secret = an_endpoint()
    for _number in range(10):
        _told()
    Endpoint.objects.filter(pk=bad.pk).update(state="failing", failures=20, failing_since=NOW)
    good, _other = an_endpoint("https://good.example/", at=NOW)
    Endpoint.objects.filter(pk=bad.pk).update(facts=[])
    _told()
    attempts = claim_deliveries(NOW)
    assert sorted(one.endpoint_id for one in attempts) == sorted([bad.pk, good.pk])


def test_a_message_that_ended_is_sent_again_under_its_id() -> None:
    an_endpoint()
    delivery = _told()
    with pytest.raises(StillWaiting):
        repeat_delivery(delivery=delivery, by=SYSTEM, at=NOW)
    settle(claim_deliveries(NOW), 200, NOW)
    repeat_delivery(delivery=delivery, by=SYSTEM, at=NOW)
    (again,) = claim_deliveries(NOW)
    assert (again.message_id, again.number) == (delivery.message_id, 1)


def test_nothing_is_repeated_to_an_endpoint_that_is_off() -> None:
    endpoint, _secret = an_endpoint()
    delivery = _told()
    switch_off_endpoint(endpoint=endpoint, by=SYSTEM, at=NOW)
    fresh = Delivery.objects.select_related("endpoint").get(pk=delivery.pk)
    assert fresh.state == Delivery.State.GONE
    with pytest.raises(EndpointIsOff):
        repeat_delivery(delivery=fresh, by=SYSTEM, at=NOW)


def test_after_a_restore_every_endpoint_is_off_and_another_key_reads_no_secret(settings: object) -> None:
    endpoint, _secret = an_endpoint()
    _told()
    assert switch_off_after_restore(by=SYSTEM, at=NOW) == 1
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.off_why) == (Endpoint.State.OFF, Endpoint.Why.RESTORED)
    assert claim_deliveries(NOW) == []
    settings.SECRET_KEY = "that of another install"  # type: ignore[attr-defined]
    with pytest.raises(SecretUnreadable):
        switch_on_endpoint(endpoint=endpoint, by=SYSTEM, at=NOW)
    rotate_secret(endpoint=endpoint, by=SYSTEM, at=NOW)
    switch_on_endpoint(endpoint=endpoint, by=SYSTEM, at=NOW)
    endpoint.refresh_from_db()
    assert endpoint.state == Endpoint.State.ON
    assert endpoint.former_secret is None


def test_an_unreadable_secret_sends_nothing_and_says_so(settings: object) -> None:
    an_endpoint()
    _told()
    settings.SECRET_KEY = "that of another install"  # type: ignore[attr-defined]
    (attempt,) = claim_deliveries(NOW)
    assert send(attempt, NOW).error == "secret_unreadable"


def test_a_refused_address_is_told_by_its_code() -> None:
    an_endpoint("https://[::1]:8443/")
    _told()
    round_at(NOW)
    assert Delivery.objects.get().last_error == "outbound_address"


def test_old_messages_are_forgotten_unless_they_wait() -> None:
    an_endpoint()
    delivery = _told()
    later = NOW + timedelta(days=31)
    assert prune(by=SYSTEM, at=later) == 0
    settle(claim_deliveries(NOW), 200, NOW)
    assert prune(by=SYSTEM, at=NOW + timedelta(days=29)) == 0
    assert prune(by=SYSTEM, at=later) == 1
    assert not Delivery.objects.filter(pk=delivery.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_queue_carries_a_fact_to_the_receiver() -> None:
    now = timezone.now()
    with receiver() as listening:
        _endpoint, secret = an_endpoint(listening.url, at=now)
        a_fact(at=now)
        run_until_idle()
    ((headers, body),) = listening.requests
    assert Webhook(secret).verify(body, headers)["data"]["details"] == {"customers": 12}
    assert Delivery.objects.get().state == Delivery.State.SENT
