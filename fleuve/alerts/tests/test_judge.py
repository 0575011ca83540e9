"""A run over a whole shop: what it stores, that it repeats without harm, and what closes an alert."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fleuve.alerts.actions import judge_alert, judge_customers, set_alert_rate
from fleuve.alerts.models import Alert, Run
from fleuve.alerts.queries import has_alerts
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.parties.models import PartyCard
from fleuve.value.tests.shop import BOB, NOW, READER

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def again() -> Run:
    """A run at another rate, so that it is not the same again."""
    set_alert_rate(per_year_bp=2_000, by=BOB, at=LATER)
    return judge_customers(by=BOB, at=LATER)


def test_a_run_stores_its_promise_its_alerts_and_its_facts(judged_shop: Run) -> None:
    assert judged_shop.state == Run.State.JUDGED
    assert judged_shop.raised == Alert.objects.count() > 0
    measured = judged_shop.measured["measured"]
    assert measured["low"] <= judged_shop.per_year_bp / 10_000
    assert Event.objects.filter(name="alerts.judged").count() == 1
    assert Event.objects.filter(name="alerts.raised").count() == 1
    assert has_alerts(READER)


def test_list_rows_say_what_is_open(judged_shop: Run) -> None:
    silent = set(Alert.objects.filter(kind="silence").values_list("party_id", flat=True))
    early = set(Alert.objects.filter(kind="early").values_list("party_id", flat=True))
    assert set(PartyCard.objects.filter(alert="silence").values_list("party_id", flat=True)) == silent != set()
    assert set(PartyCard.objects.filter(early_good=True).values_list("party_id", flat=True)) == early


def test_every_silence_is_longer_than_the_day_it_alarms_from(judged_shop: Run) -> None:
    for alert in Alert.objects.filter(kind="silence"):
        assert alert.facts["silence"] >= alert.facts["fires_at"]
        assert (judged_shop.as_of - alert.since_on).days == alert.facts["silence"]
        assert alert.facts["gaps"] >= 5


def test_the_same_history_and_rate_are_not_judged_twice(judged_shop: Run) -> None:
    assert judge_customers(by=BOB, at=LATER).pk == judged_shop.pk
    assert Run.objects.count() == 1


def test_another_rate_refreshes_what_still_is_and_never_doubles(judged_shop: Run) -> None:
    before = set(Alert.objects.filter(kind="silence").values_list("pk", flat=True))
    run = again()
    kept = Alert.objects.filter(pk__in=before, is_open=True)
    assert set(kept.values_list("run_id", flat=True)) == {run.pk}
    assert kept.count() == len(before)  # more false alarms allowed: nothing that alarmed falls silent
    opened = Alert.objects.filter(is_open=True).values_list("party_id", "kind")
    assert len(opened) == len(set(opened))


def test_what_somebody_judged_is_not_raised_again(judged_shop: Run) -> None:
    alert = Alert.objects.filter(kind="silence").order_by("-at_stake")[0]
    judge_alert(alert_id=alert.pk, verdict="wrong", by=BOB, at=LATER)
    again()
    about = Alert.objects.filter(party_id=alert.party_id, kind="silence")
    assert [(one.pk, one.is_open) for one in about] == [(alert.pk, False)]
    assert PartyCard.objects.get(party_id=alert.party_id).alert != "silence"


def test_an_alert_nobody_touched_for_half_a_year_is_closed(judged_shop: Run) -> None:
    alert = Alert.objects.filter(kind="silence").order_by("-at_stake")[0]
    Alert.objects.filter(pk=alert.pk).update(raised_on=judged_shop.as_of - timedelta(days=181))
    again()
    alert.refresh_from_db()
    assert (alert.is_open, alert.closed_why) == (False, "expired")


def test_a_silence_that_a_purchase_ended_is_closed_as_bought(judged_shop: Run) -> None:
    alert = Alert.objects.filter(kind="silence").order_by("-at_stake")[0]
    earlier = alert.since_on - timedelta(days=40)
    Alert.objects.filter(pk=alert.pk).update(since_on=earlier)  # as if it had been raised before the last purchase
    again()
    alert.refresh_from_db()
    assert (alert.is_open, alert.closed_why) == (False, "bought")
    assert Alert.objects.filter(party_id=alert.party_id, kind="silence", is_open=True).count() == 1


def test_customers_set_aside_are_not_watched(judged_shop: Run) -> None:
    party = Alert.objects.filter(kind="silence").values_list("party_id", flat=True)[0]
    PartyCard.objects.filter(party_id=party).update(special="deceased")
    again()
    assert not Alert.objects.filter(party_id=party, is_open=True).exists()


def test_a_reader_cannot_have_everybody_judged(judged_shop: Run) -> None:
    with pytest.raises(PermissionRefused):
        judge_customers(by=READER, at=LATER)
    with pytest.raises(PermissionRefused):
        set_alert_rate(per_year_bp=2_000, by=READER, at=LATER)
