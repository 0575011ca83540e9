"""A run over a whole shop: what it stores, that it repeats without harm, and what closes an alert."""

from __future__ import annotations

import pytest

from fleuve.alerts.actions import judge_customers
from fleuve.alerts.models import Alert, Run
from fleuve.events.models import Event
from fleuve.parties.models import PartyCard
from fleuve.value.tests.shop import BOB, NOW

pytestmark = pytest.mark.django_db


def test_a_run_keeps_its_promise_and_says_what_it_found(judged_shop: Run) -> None:
    assert judged_shop.state == Run.State.JUDGED
    assert judged_shop.raised == Alert.objects.count() > 0
    print(judged_shop.measured, judged_shop.watched, judged_shop.customers, list(Alert.objects.values_list("kind", "facts", "at_stake")[:6]), judged_shop.early)
