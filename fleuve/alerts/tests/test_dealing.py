"""What people do with one alert: each with its event, each named refusal, two at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from fleuve.accounts.models import Notice, Organisation, User
from fleuve.alerts.actions import assign_alert, judge_alert, snooze_alert
from fleuve.alerts.errors import AlertRefused, NoSuchAlert
from fleuve.alerts.models import Alert, Run
from fleuve.events.models import Event
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.parties.models import Party, PartyCard

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.fixture
def alert() -> Alert:
    """Silence of a customer whom Sam looks after; Alice owns the workspace, Sam and Cléo sell, Bob reads."""
    Organisation.objects.create(name="The shop", currency="EUR", timezone="UTC", created_at=NOW)
    cast = (("Alice", "owner"), ("Sam", "seller"), ("Cléo", "seller"), ("Bob", "reader"))
    for name, role in cast:
        User.objects.create(email=f"{name[0]}@example.org".lower(), name=name, role=role, created_at=NOW)
    party = Party.objects.create(created_at=NOW)
    PartyCard.objects.create(party=party, name="Ada", owner_id=user("Sam").pk, updated_at=NOW)
    run = Run.objects.create(as_of=TODAY, per_year_bp=1_000, started_at=NOW)
    made: Alert = Alert.objects.create(
        party=party, kind="silence", since_on=TODAY - timedelta(days=81), raised_on=TODAY, first_run=run, run=run
    )
    return made


def user(name: str) -> User:
    found: User = User.objects.get(name=name)
    return found


def test_a_seller_takes_an_alert_and_gives_it_back(alert: Alert) -> None:
    sam = user("Sam")
    assert assign_alert(alert_id=alert.pk, user_id=sam.pk, by=sam.principal, at=NOW) is None
    alert.refresh_from_db()
    assert (alert.assigned_id, alert.assigned_label, alert.version) == (sam.pk, "Sam", 2)
    assert assign_alert(alert_id=alert.pk, user_id=None, by=sam.principal, at=NOW) == sam.pk
    assert Event.objects.filter(name="alerts.assigned").count() == 2
    assert not Notice.objects.exists()  # nobody is told what they did themselves


def test_an_owner_gives_it_to_a_colleague_who_is_told(alert: Alert) -> None:
    sam = user("Sam")
    assign_alert(alert_id=alert.pk, user_id=sam.pk, by=user("Alice").principal, at=NOW)
    assert [(notice.user_id, notice.kind) for notice in Notice.objects.all()] == [(sam.pk, "assigned")]


@pytest.mark.parametrize("name", ["Cléo", "Bob"])
def test_nobody_is_given_what_they_cannot_see_or_act_on(alert: Alert, name: str) -> None:
    with pytest.raises(AlertRefused):
        assign_alert(alert_id=alert.pk, user_id=user(name).pk, by=user("Alice").principal, at=NOW)


def test_a_seller_may_not_give_it_to_others(alert: Alert) -> None:
    with pytest.raises(PermissionRefused):
        assign_alert(alert_id=alert.pk, user_id=user("Alice").pk, by=user("Sam").principal, at=NOW)


def test_what_is_out_of_reach_is_missing(alert: Alert) -> None:
    for number in (alert.pk, 1):
        with pytest.raises(NoSuchAlert):
            judge_alert(alert_id=number, verdict="right", by=user("Cléo").principal, at=NOW)


def test_an_alert_about_a_customer_in_the_trash_is_missing(alert: Alert) -> None:
    PartyCard.objects.update(is_removed=True)
    with pytest.raises(NoSuchAlert):
        judge_alert(alert_id=alert.pk, verdict="right", by=user("Alice").principal, at=NOW)


def test_the_second_of_two_at_once_sees_what_the_first_did(alert: Alert) -> None:
    judge_alert(alert_id=alert.pk, verdict="right", version=1, by=user("Sam").principal, at=NOW)
    with pytest.raises(EditedMeanwhile) as refused:
        judge_alert(alert_id=alert.pk, verdict="wrong", version=1, by=user("Alice").principal, at=NOW)
    assert refused.value.theirs["verdict"] == "right"
    alert.refresh_from_db()
    assert (alert.verdict, alert.verdict_by_label) == ("right", "Sam")


def test_a_judgement_taken_back_opens_only_what_was_open(alert: Alert) -> None:
    alice = user("Alice").principal
    Alert.objects.filter(pk=alert.pk).update(is_open=False, closed_why="bought", closed_on=TODAY)
    judge_alert(alert_id=alert.pk, verdict="wrong", by=alice, at=NOW)
    found = judge_alert(alert_id=alert.pk, verdict="", by=alice, at=NOW)
    assert (found.is_open, found.closed_why, found.verdict) == (False, "bought", "")


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_an_alert_is_put_off_from_tomorrow_to_half_a_year(alert: Alert, days: int) -> None:
    by = user("Sam").principal
    with pytest.raises(AlertRefused):
        snooze_alert(alert_id=alert.pk, until=TODAY + timedelta(days=days), by=by, at=NOW)
    assert snooze_alert(alert_id=alert.pk, until=TODAY + timedelta(days=180), by=by, at=NOW) is None


def test_a_verdict_that_does_not_exist_is_refused(alert: Alert) -> None:
    with pytest.raises(AlertRefused):
        judge_alert(alert_id=alert.pk, verdict="maybe", by=user("Sam").principal, at=NOW)
