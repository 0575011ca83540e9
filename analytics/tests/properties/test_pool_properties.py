"""A pool is the mean of what its members say, whatever is asked."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric, ParetoNBD, fitted_from_json
from fleuve_analytics.backtest import money_ranges
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.history import PurchaseTable, SplitTable
from fleuve_analytics.lifetime import BuyingPool, FittedBuyingPool, delta_interval
from fleuve_analytics.spend import GammaGamma

PEOPLE = (np.array([0, 1, 4, 30]), np.array([0.0, 5.0, 38.0, 20.0]), np.array([39.0, 38.0, 39.0, 39.0]))


@pytest.fixture(scope="module")
def pool(cdnow: PurchaseTable) -> FittedBuyingPool:
    return BuyingPool(shares=(1, 3)).fit(cdnow.frequency, cdnow.recency, cdnow.age)


def test_every_answer_is_the_weighted_mean(pool: FittedBuyingPool) -> None:
    one, other = pool.members
    for ask in (
        lambda m: m.probability_alive(*PEOPLE),
        lambda m: m.expected_purchases(39, *PEOPLE),
        lambda m: m.probability_of_purchases(2, 39, *PEOPLE),
        lambda m: m.expected_purchases_new([1.0, 39.0]),
        lambda m: m.probability_of_purchases_new([0, 3], 20.0),
        lambda m: m.expected_discounted_purchases(0.002, *PEOPLE),
    ):
        assert ask(pool) == pytest.approx(0.25 * ask(one) + 0.75 * ask(other), rel=1e-12)


def test_futures_drawn_have_the_pools_mean_and_chances(pool: FittedBuyingPool) -> None:
    drawn = pool.sample_future_purchases(39, *PEOPLE, 40_000, np.random.default_rng(1))
    error = drawn.std(axis=1) / 200
    # Four standard errors: a wrong weight would be off by dozens.
    assert (np.abs(drawn.mean(axis=1) - pool.expected_purchases(39, *PEOPLE)) < 4 * error + 1e-12).all()
    none = pool.probability_of_purchases(0, 39, *PEOPLE)
    assert (np.abs((drawn == 0).mean(axis=1) - none) < 4 * np.sqrt(none * (1 - none) / 40_000) + 1e-12).all()


def test_the_living_are_told_by_the_member_that_believes_in_them(pool: FittedBuyingPool) -> None:
    rng = np.random.default_rng(2)
    alive = pool.probability_alive(*PEOPLE)
    drawn = pool.sample_if_alive(39, PEOPLE[0], PEOPLE[2], 40_000, rng, PEOPLE[1])
    error = drawn.std(axis=1) / 200
    expected = pool.expected_purchases(39, *PEOPLE)
    assert (np.abs(alive * drawn.mean(axis=1) - expected) < 4 * alive * error + 1e-9).all()


def test_it_survives_a_trip_through_json_and_a_move(pool: FittedBuyingPool) -> None:
    assert fitted_from_json(pool.to_json()) == pool
    assert pool.moved_to(pool.parameters.values()) == pool
    assert list(pool.parameters)[:2] == ["BetaGeometric.r", "BetaGeometric.alpha"]
    assert list(pool.standard_errors) == list(pool.parameters)


def test_intervals_and_ranges_take_a_pool(pool: FittedBuyingPool, cdnow: PurchaseTable) -> None:
    interval = delta_interval(pool, lambda m: m.expected_purchases(39, *PEOPLE))
    assert (interval.low < interval.estimate).all()
    assert (interval.estimate < interval.high).all()
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    ranges = money_ranges(pool, spend, 39, *PEOPLE, [20.0] * 4, level=0.8, rng=np.random.default_rng(3))
    assert (ranges.low <= ranges.high).all()
    assert ranges.chance_of_none == pytest.approx(pool.probability_of_purchases(0, 39, *PEOPLE), abs=0.06)


def test_made_up_customers_are_as_the_pool_expects_fresh_ones(pool: FittedBuyingPool, cdnow: PurchaseTable) -> None:
    made = pool.simulate(np.repeat(cdnow.age, 20), np.random.default_rng(4))
    never = pool.probability_of_purchases_new(0, cdnow.age).mean()
    # 47,140 people: four standard errors of a share are under 0.01, of a mean with heavy buyers about 3 %.
    assert (made.frequency == 0).mean() == pytest.approx(never, abs=0.01)
    assert made.frequency.mean() == pytest.approx(pool.expected_purchases_new(cdnow.age).mean(), rel=0.05)


def test_on_cdnow_it_gives_what_came_a_higher_chance_than_any_member(cdnow_halves: SplitTable) -> None:
    history = (cdnow_halves.frequency, cdnow_halves.recency, cdnow_halves.age)

    def score(model: object) -> float:
        fitted = model.fit(*history)  # type: ignore[attr-defined]
        chance = fitted.probability_of_purchases(cdnow_halves.holdout_frequency, cdnow_halves.horizon, *history)
        return float(np.log(chance).mean())

    best = max(score(model) for model in (BetaGeometric(), ModifiedBetaGeometric(), ParetoNBD()))
    assert score(BuyingPool()) > best + 0.002


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"models": (BetaGeometric(),)}, "models"),
        ({"models": (BetaGeometric(), BetaGeometric())}, "models"),
        ({"shares": (1.0,)}, "shares"),
        ({"shares": (1.0, -1.0)}, "shares"),
    ],
)
def test_a_pool_of_nothing_is_refused(settings: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        BuyingPool(**settings)  # type: ignore[arg-type]
    assert refused.value.code == code
