"""Valuing: what is stored, what is said when there is too little, and what happens when asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.jobs.models import Job
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import Membership, PartyCard, Source
from fleuve.touchpoints.models import Product, Purchase, PurchaseLine
from fleuve.value import queries
from fleuve.value.actions import revalue
from fleuve.value.errors import ValuationReplaced
from fleuve.value.estimation.portfolio import Judged, Portfolio
from fleuve.value.models import BridgeMonth, MonthEnd, SlippingCustomer, Valuation, ValueBlock
from fleuve.value.tests.histories import FIRST
from fleuve.value.tests.shop import BOB, NOW, READER, found_shop, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(tmp_path: Path) -> Iterator[Source]:
    """An organisation with one source, no purchase, and a data folder that is gone after the test."""
    with override_settings(HOME=tmp_path):
        yield found_shop()


def test_too_little_history_is_a_named_state_with_facts(organisation: Source) -> None:
    parties = sell(organisation, 40, 90)
    valuation = revalue(by=BOB, at=NOW)
    page = queries.portfolio(SYSTEM)
    assert (valuation.state, page.state, page.headline) == ("too_little", "too_little", None)
    assert [missing.code for missing in page.missing] == ["months", "repeat_buyers"]
    assert all(str(missing.needed) in missing.sentence for missing in page.missing)
    assert queries.call_list(SYSTEM).rows == ()
    cards = PartyCard.objects.filter(party__in=parties)
    assert not cards.exclude(value=None).exists()
    assert cards.filter(purchase_days__gte=1).count() == len(parties)


def test_no_purchase_at_all_is_said(organisation: Source) -> None:
    valuation = revalue(by=BOB, at=NOW)
    assert valuation.state == "too_little"
    assert queries.portfolio(SYSTEM).missing
    assert queries.retention(SYSTEM).months == ()


def test_who_may_not_is_refused(organisation: Source) -> None:
    with pytest.raises(PermissionRefused):
        revalue(by=READER, at=NOW)
    assert not Valuation.objects.exists()


def test_the_job_values_and_asking_twice_makes_one(organisation: Source) -> None:
    sell(organisation, 300, 400)
    first = enqueue("value.revalue", by=BOB, unique_key="value.revalue")
    assert enqueue("value.revalue", by=BOB, unique_key="value.revalue") == first
    assert queries.is_being_computed()
    run_until_idle()
    job = Job.objects.get(pk=first)
    assert (job.state, job.result and job.result["state"]) == ("succeeded", "valued")
    assert Valuation.objects.filter(state="valued").count() == 1
    assert not queries.is_being_computed()


def test_a_later_month_continues_the_series(organisation: Source) -> None:
    """docs/rules/bridge.md: months that were closed stay as they were published."""
    parties = sell(organisation, 400, 480)
    first = revalue(by=BOB, at=NOW)
    published = {row.pk: (row.month, row.closing) for row in BridgeMonth.objects.all()}
    source_record = Membership.objects.get(party=parties[0]).record
    last = FIRST + timedelta(days=545)
    purchase = Purchase.objects.create(
        source=organisation,
        number="late",
        record=source_record,
        at=datetime(last.year, last.month, last.day, tzinfo=UTC),
        recorded_at=NOW,
        local_day=last,
        local_month=last.year * 100 + last.month,
        currency="EUR",
    )
    PurchaseLine.objects.create(
        purchase=purchase,
        ordinal=1,
        product=Product.objects.get(),
        quantity_e3=1000,
        unit_price_e4=500000,
        amount=5000,
        amount_home=5000,
    )
    second = revalue(by=BOB, at=NOW + timedelta(days=60))
    assert second.series == first.series
    assert {row.pk: (row.month, row.closing) for row in BridgeMonth.objects.filter(valuation=first)} == published
    rows = queries.portfolio(SYSTEM).bridge
    assert len(rows) > len(published)
    assert [row.opening for row in rows[1:]] == [row.closing for row in rows[:-1]]


def test_two_at_once_leave_one_whole_valuation(organisation: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second valuation starts and ends while the first one computes: the first writes nothing and says so."""
    sell(organisation, 300, 400)
    module = sys.modules["fleuve.value.actions.revalue"]
    compute: Callable[[Judged], Portfolio] = module.look_ahead
    second: list[Valuation] = []

    def overtaken(judged: Judged) -> Portfolio:
        monkeypatch.setattr(module, "look_ahead", compute)
        second.append(revalue(by=BOB, at=NOW + timedelta(minutes=1)))
        return compute(judged)

    monkeypatch.setattr(module, "look_ahead", overtaken)
    with pytest.raises(ValuationReplaced):
        revalue(by=BOB, at=NOW)
    assert queries.current_valuation(SYSTEM) == second[0]
    assert set(ValueBlock.objects.values_list("valuation", flat=True)) == {second[0].pk}
    assert set(SlippingCustomer.objects.values_list("valuation", flat=True)) <= {second[0].pk}
    assert set(MonthEnd.objects.values_list("valuation", flat=True)) == {second[0].pk}
    assert Event.objects.filter(name="value.revalued").count() == 1
