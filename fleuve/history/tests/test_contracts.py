"""Plans are told by how most of their customers pay: docs/rules/contracts.md and purchases.md, "13. Subscriptions"."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from fleuve.history.queries import understanding
from fleuve.history.tests.shop import Shop
from fleuve.touchpoints.models import SourceSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(home: Path) -> Shop:
    """An empty shop."""
    return Shop()


def pays(shop: Shop, name: str, months: int, product: str = "GOLD", price: str = "30.00", start: int = 1) -> None:
    """A debit on the same day of each month."""
    for month in range(start, start + months):
        year, number = 2010 + (month - 1) // 12, (month - 1) % 12 + 1
        shop.sells(f"{name}-{product}-{month}", f"{year}-{number:02}-05", name, (product, 1, price))


def club(shop: Shop) -> None:
    """Six members for eight months, one who joined lately, one who left at once, and visitors who buy drinks."""
    for member in range(6):
        pays(shop, f"Member {member}", 8)
    pays(shop, "Newcomer", 1, start=8)
    pays(shop, "Gone", 2)
    for visitor in range(6):
        day = date(2010, 1, 4)
        for visit in range(8):
            day += timedelta(days=3 + 5 * ((visit * 7 + visitor) % 9))
            shop.sells(f"V{visitor}-{visit}", day.isoformat(), f"Visitor {visitor}", ("DRINK", 1 + visit % 3, "4.00"))


def contracts(shop: Shop) -> set[str]:
    rows = shop.ask("SELECT party_id FROM contracts")
    names = {record.memberships.get().party_id: name for name, record in shop.records.items()}
    return {names[int(str(party))] for (party,) in rows}


def test_a_plan_makes_contracts_of_all_who_pay_for_it(shop: Shop) -> None:
    """Also of those who left after two debits, without whom nobody would ever seem to leave early."""
    club(shop)
    shop.build()
    assert contracts(shop) == {*(f"Member {member}" for member in range(6)), "Newcomer", "Gone"}


def test_what_is_bought_at_will_is_no_plan(shop: Shop) -> None:
    club(shop)
    shop.build()
    found = understanding()
    assert found is not None
    assert [(plan.name, plan.price, plan.customers, plan.regular) for plan in found.plans] == [("GOLD", 3_000, 8, 6)]


def test_who_mostly_buys_beside_the_contract_is_no_contract_customer(shop: Shop) -> None:
    club(shop)
    for week in range(12):
        day = date(2010, 1, 7) + timedelta(days=11 * week)
        shop.sells(f"X{week}", day.isoformat(), "Member 0", ("DRINK", 1, "4.00"))
    shop.build()
    assert "Member 0" not in contracts(shop)
    assert "Member 1" in contracts(shop)


def test_a_person_may_say_that_debits_are_purchases(shop: Shop) -> None:
    club(shop)
    SourceSettings.objects.update(reads_contracts=False)
    shop.build()
    assert contracts(shop) == set()
    found = understanding()
    assert found is not None
    assert found.plans, "what was seen stays said beside the switch"


def test_five_regular_payers_are_needed(shop: Shop) -> None:
    for member in range(4):
        pays(shop, f"Member {member}", 8)
    shop.build()
    assert contracts(shop) == set()


def test_a_missed_debit_and_a_rise_in_price_do_not_hide_a_plan(shop: Shop) -> None:
    for member in range(6):
        pays(shop, f"Member {member}", 5)
        pays(shop, f"Member {member}", 6, price="32.00", start=7)
    shop.build()
    assert len(contracts(shop)) == 6
