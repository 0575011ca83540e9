"""A valued shop of four hundred customers: its figures, its call list and the marks on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fleuve.events.models import Event
from fleuve.history.actions import mark_months
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import ANONYMOUS, SYSTEM, Principal
from fleuve.parties.models import PartyCard
from fleuve.touchpoints.models import Interaction, Purchase, PurchaseLine, SourceSettings
from fleuve.value import queries
from fleuve.value.actions import mark_call, revalue, undo_call_mark
from fleuve.value.actions.pen import Pen
from fleuve.value.errors import NotOnRecord, ValuationReplaced, ValueRefused
from fleuve.value.models import BridgeMonth, MonthEnd, Valuation
from fleuve.value.queries.values import values_of_all
from fleuve.value.tests.shop import BOB, NOW, READER

pytestmark = pytest.mark.django_db


def test_a_valuation_is_stored_whole_with_its_event(valued_shop: Valuation) -> None:
    assert valued_shop.state == "valued"
    assert valued_shop.customers == len(values_of_all(valued_shop, SYSTEM))
    assert valued_shop.series == valued_shop.pk
    assert BridgeMonth.objects.filter(valuation=valued_shop).count() >= 12
    event = Event.objects.get(name="value.revalued")
    assert (event.actor_label, event.subject_id) == ("Bob", str(valued_shop.pk))
    report = queries.report(SYSTEM)
    assert report.state == "valued"
    assert report.headline is not None
    assert report.headline.value == valued_shop.value


def test_an_overtaken_valuation_writes_nothing_more(valued_shop: Valuation) -> None:
    slow = Valuation.objects.create(
        as_of=valued_shop.as_of, basis="revenue", by_kind="user", by_id="1", by_label="A", started_at=NOW
    )
    Valuation.objects.filter(pk=slow.pk).update(state="superseded")
    with pytest.raises(ValuationReplaced):
        Pen(slow, None).insert(MonthEnd, ("id",), 1, lambda _start, _size: [(1,)], "")
    assert queries.current_valuation(SYSTEM) == valued_shop
    assert not MonthEnd.objects.filter(valuation=slow).exists()


def test_a_valuation_that_starts_later_stops_an_unfinished_one(valued_shop: Valuation) -> None:
    stuck = Valuation.objects.create(
        as_of=valued_shop.as_of, basis="revenue", by_kind="user", by_id="1", by_label="A", started_at=NOW
    )
    SourceSettings.objects.update(margin_bp=5000)
    second = revalue(by=BOB, at=NOW + timedelta(hours=1))
    stuck.refresh_from_db()
    assert (stuck.state, second.state, second.basis) == ("superseded", "valued", "margin")


def first_call(principal: Principal = SYSTEM) -> queries.CallRow:
    return queries.call_list(principal, limit=1).rows[0]


def test_a_mark_takes_a_customer_off_the_list_and_undoing_brings_them_back(valued_shop: Valuation) -> None:
    row, total = first_call(), queries.call_list(SYSTEM).total
    mark = mark_call(party_id=row.party_id, outcome="called", by=BOB, at=NOW)
    calls = queries.call_list(SYSTEM)
    assert (calls.total, calls.hidden_marked) == (total - 1, 1)
    assert row.party_id not in [other.party_id for other in calls.rows]
    shown = queries.call_list(SYSTEM, include_marked=True).rows[0]
    assert shown.mark is not None
    assert (shown.mark.outcome, shown.mark.by_label) == ("called", "Bob")
    undo_call_mark(interaction_id=mark.pk, by=BOB, at=NOW)
    undo_call_mark(interaction_id=mark.pk, by=BOB, at=NOW)
    assert queries.call_list(SYSTEM).total == total
    assert Event.objects.filter(name="value.call_marked").count() == 2


@pytest.mark.parametrize("outcome", ["called", "not_now", "wrong"])
def test_each_mark_is_an_interaction_of_the_customer(valued_shop: Valuation, outcome: str) -> None:
    row = first_call()
    mark = mark_call(party_id=row.party_id, outcome=outcome, by=BOB, at=NOW)
    stored = Interaction.objects.get(pk=mark.pk)
    assert (stored.kind, stored.outcome, stored.by_label) == ("call_mark", outcome, "Bob")
    worth = queries.customer_worth(row.party_id, SYSTEM)
    assert worth is not None
    assert worth.mark is not None
    assert worth.mark.outcome == outcome


def test_marks_are_refused_by_name(valued_shop: Valuation) -> None:
    party = first_call().party_id
    with pytest.raises(ValueRefused):
        mark_call(party_id=party, outcome="maybe", by=BOB, at=NOW)
    with pytest.raises(NotOnRecord):
        mark_call(party_id=1, outcome="called", by=BOB, at=NOW)
    with pytest.raises(NotOnRecord):
        undo_call_mark(interaction_id=1, by=BOB, at=NOW)
    for stranger in (READER, ANONYMOUS):
        with pytest.raises(PermissionRefused):
            mark_call(party_id=party, outcome="called", by=stranger, at=NOW)
    assert not Interaction.objects.exists()


def test_who_asked_not_to_be_called_is_not_on_the_list(valued_shop: Valuation) -> None:
    row, total = first_call(), queries.call_list(SYSTEM).total
    PartyCard.objects.filter(pk=row.party_id).update(has_refusal=True, may_phone=False)
    calls = queries.call_list(SYSTEM, limit=None)
    assert (calls.total, calls.hidden_refused) == (total - 1, 1)
    assert row.party_id not in [other.party_id for other in calls.rows]
    assert queries.call_list(SYSTEM, include_refused=True).total == total


def test_the_deceased_and_the_closed_are_never_called(valued_shop: Valuation) -> None:
    row, total = first_call(), queries.call_list(SYSTEM).total
    PartyCard.objects.filter(pk=row.party_id).update(special="deceased")
    assert queries.call_list(SYSTEM, include_refused=True).total == total - 1


def test_a_customer_whose_purchases_are_gone_loses_the_figures(valued_shop: Valuation) -> None:
    party = first_call().party_id
    purchases = Purchase.objects.filter(record__memberships__party=party)
    PurchaseLine.objects.filter(purchase__in=list(purchases)).delete()
    months = list(purchases.values_list("local_month", flat=True).distinct())
    purchases.delete()
    mark_months(months, at=NOW)
    revalue(by=BOB, at=NOW + timedelta(hours=1))
    card = PartyCard.objects.get(pk=party)
    assert (card.stage, card.purchase_days, card.value, card.is_slipping) == ("", 0, None, False)
    assert queries.customer_worth(party, SYSTEM) is None
