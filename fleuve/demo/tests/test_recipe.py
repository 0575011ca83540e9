"""A made-up business is what its recipe says: the same each time, and as a business is."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from fleuve.demo.generator.people import Someone, people
from fleuve.demo.generator.purchases import PRODUCTS, Purchases, purchases_of
from fleuve.demo.generator.recipe import DAYS, Recipe
from fleuve.parties.rules import read_email, read_phone

RECIPE = Recipe(customers=5_000, last_day=date(2026, 10, 31))
OPEN = 600


@pytest.fixture(scope="module")
def everybody() -> list[Someone]:
    return [someone for block in people(RECIPE) for someone in block]


@pytest.fixture(scope="module")
def bought() -> Purchases:
    return purchases_of(RECIPE, OPEN)


def test_the_same_seed_makes_the_same_people_and_purchases(everybody: list[Someone], bought: Purchases) -> None:
    again = Recipe(customers=5_000, last_day=date(2026, 10, 31))
    assert [someone for block in people(again) for someone in block] == everybody
    repeated = purchases_of(again, OPEN)
    assert all(np.array_equal(getattr(repeated, name), getattr(bought, name)) for name in vars(bought))


def test_another_seed_makes_others(everybody: list[Someone]) -> None:
    other = next(people(Recipe(customers=5_000, last_day=RECIPE.last_day, seed=8)))
    assert sum(one.name == two.name for one, two in zip(other, everybody, strict=False)) < 50


def test_customers_are_persons_and_organisations_with_few_namesakes(everybody: list[Someone]) -> None:
    kinds = Counter(someone.kind for someone in everybody)
    assert kinds["person"] / len(everybody) == pytest.approx(0.7, abs=0.03)
    assert len({someone.name for someone in everybody}) > 0.95 * len(everybody)
    assert any("é" in someone.name.casefold() for someone in everybody)


def test_nobody_can_be_reached_and_every_detail_is_a_valid_one(everybody: list[Someone]) -> None:
    addresses = [someone.email for someone in everybody if someone.email]
    assert all(read_email(address).normal == address and address.endswith("@example.org") for address in addresses)
    assert len(set(addresses)) == len(addresses)
    phones = {someone.phone for someone in everybody if someone.phone}
    assert all(read_phone(phone, "FR").is_valid for phone in phones)


def test_everybody_buys_and_ten_times_on_average(bought: Purchases) -> None:
    assert set(bought.customer.tolist()) == set(range(RECIPE.customers))
    assert len(bought) / RECIPE.customers == pytest.approx(10, rel=0.03)
    assert bought.is_credit.mean() == pytest.approx(0.03, abs=0.006)


def test_purchases_come_in_the_order_of_days_within_the_three_years(bought: Purchases) -> None:
    assert (np.diff(bought.day) >= 0).all()
    assert {*bought.day.tolist()} <= set(range(DAYS))
    assert {*bought.minute.tolist()} <= set(range(OPEN))


def test_more_is_bought_before_christmas_than_in_august(bought: Purchases) -> None:
    month = RECIPE.days[bought.day].astype("datetime64[M]").astype(str)
    assert (month == "2025-12").sum() > 1.5 * (month == "2025-08").sum()


def test_a_credit_gives_back_something_that_was_bought_before(bought: Purchases) -> None:
    sold: Counter[tuple[int, int]] = Counter()
    for place in range(len(bought)):
        key = int(bought.customer[place]), int(bought.product[place])
        sold[key] += int(bought.quantity[place])
        assert sold[key] >= 0


def test_a_subscription_costs_the_same_every_month(bought: Purchases) -> None:
    subscribed = np.flatnonzero(bought.product >= PRODUCTS)
    assert (bought.quantity[subscribed] == 1).all()
    share = np.unique(bought.customer[subscribed]).size / RECIPE.customers
    assert share == pytest.approx(0.05, abs=0.01)
    one = bought.customer[subscribed[0]]
    gaps = np.diff(bought.day[bought.customer == one])
    assert set(gaps.tolist()) <= {30, 31}


def test_no_recipe_is_too_small() -> None:
    tiny = Recipe(customers=1, last_day=RECIPE.last_day)
    assert len(next(people(tiny))) == 1
    assert len(purchases_of(tiny, OPEN)) >= 1
