"""Month-ends closed beside other writing: all of them arrive, a fault is heard, and nobody computes for nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fleuve.kernel.principal import SYSTEM
from fleuve.value import queries
from fleuve.value.actions import revalue
from fleuve.value.actions.months import PastMonths
from fleuve.value.actions.pen import Pen
from fleuve.value.models import SlippingCustomer, Valuation
from fleuve.value.rules import slipping
from fleuve.value.tests.shop import BOB, NOW

pytestmark = pytest.mark.django_db


class _Told(PastMonths):
    """Months by name, without the rows of a real one."""

    def _rows_of(self, closed: Any) -> Any:
        return SimpleNamespace(blocks=[], bridge=closed)


@pytest.fixture
def valuation() -> Valuation:
    return Valuation.objects.create(
        as_of=date(2025, 1, 1), basis="revenue", by_kind="user", by_id="1", by_label="Bob", started_at=NOW
    )


def _months(count: int) -> Iterator[Any]:
    return (SimpleNamespace(month=month) for month in range(1, count + 1))


def test_every_month_arrives_in_order_however_late_it_is_asked_for(valuation: Valuation) -> None:
    pen = Pen(valuation, None)
    with _Told(_months(30), valuation, {}, lambda last: f"up to {last}") as months:
        months.write_ready(pen, "")
        bridges, answer = months.finish(pen, "")
        months.write_ready(pen, "")
    assert [bridge.month for bridge in bridges] == list(range(1, 31))
    assert answer == "up to 30"


def test_a_fault_in_a_month_is_raised_where_the_months_are_waited_for(valuation: Valuation) -> None:
    def faulty() -> Iterator[Any]:
        yield from _months(2)
        raise ValueError("a month without a Sunday")

    with (
        pytest.raises(ValueError, match="a month without a Sunday"),
        _Told(faulty(), valuation, {}, str) as months,
    ):
        months.finish(Pen(valuation, None), "")


def test_who_leaves_early_stops_the_computation(valuation: Valuation) -> None:
    closed = []

    def endless() -> Iterator[Any]:
        for month in range(10_000_000):
            closed.append(month)
            yield SimpleNamespace(month=month)

    with pytest.raises(KeyError), _Told(endless(), valuation, {}, str):
        raise KeyError
    assert len(closed) < 100
    assert "past months" not in {thread.name for thread in threading.enumerate()}


def test_a_list_that_a_valuation_left_unfinished_is_written_whole_by_the_next(
    valued_shop: Valuation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PastMonths, "finish", killed)
    slipping_then = queries.call_list(SYSTEM).total
    Valuation.objects.update(fingerprint="of another history")
    with pytest.raises(KeyboardInterrupt):
        revalue(by=BOB, at=NOW + timedelta(hours=1))
    valued_shop.refresh_from_db()
    assert valued_shop.cards_written_at is None, "the list may say something else than this valuation by now"
    assert queries.current_valuation(SYSTEM) == valued_shop, "and the pages still read this one"
    monkeypatch.undo()
    again = revalue(by=BOB, at=NOW + timedelta(hours=2))
    assert again.pk != valued_shop.pk
    assert again.cards_written_at is not None
    assert queries.call_list(SYSTEM).total == slipping_then


def test_the_list_to_call_keeps_the_first_and_tells_how_many_more_there_are(
    valued_shop: Valuation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stakes = sorted(SlippingCustomer.objects.values_list("at_stake", flat=True), reverse=True)
    for module in ("fleuve.value.actions.rows", "fleuve.value.queries.calls"):
        monkeypatch.setattr(f"{module}.MOST_LISTED", 3)
    assert slipping.MOST_LISTED > len(stakes) > 3
    Valuation.objects.update(fingerprint="of another history")
    again = revalue(by=BOB, at=NOW + timedelta(hours=1))
    kept = SlippingCustomer.objects.filter(valuation=again).values_list("at_stake", flat=True)
    assert sorted(kept, reverse=True) == stakes[:3]
    assert queries.call_list(SYSTEM).beyond == len(stakes) - 3
