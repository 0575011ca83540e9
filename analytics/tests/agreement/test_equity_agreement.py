"""Customer equity by an independent route: sums, searches, simulated choices, plain loops."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaGeometric,
    BudgetLimits,
    DriverLogit,
    GammaGamma,
    ParetoNBD,
    Response,
    budget_ranges,
    budget_sensitivities,
    driver_effect,
    elasticities,
    movement_statement,
    optimal_budgets,
    portfolio_value,
)
from fleuve_analytics.backtest import JudgedTotal, total_range
from fleuve_analytics.backtest.totals import draw_parameters
from fleuve_analytics.equity import Market, Range, ResponseRange, customer_values, evaluate_budgets, switching_values
from fleuve_analytics.equity.drivers import choice_chances
from fleuve_analytics.simulate import simulate_driver_choices
from scipy.optimize import minimize

ANSWERS: dict[str, Any] = {
    "margin": 50.0,
    "discount_rate": 0.10,
    "acquisition": Response(spend=1, rate=0.04, ceiling=0.10),
    "retention": Response(spend=8, rate=0.60, ceiling=0.80, base_rate=0.30),
}
WEEKLY = float(np.log(1.15)) / 52


@pytest.fixture(scope="module")
def models(cdnow: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    rows = cdnow.frequency, cdnow.recency, cdnow.age, cdnow.mean_spend
    some = tuple(part[::4] for part in rows)
    return ParetoNBD().fit(*rows[:3]), GammaGamma().fit(rows[0], rows[3]), some


def test_a_portfolio_without_interest_is_purchases_times_spend_times_margin(models: Any) -> None:
    buying, spend, rows = models
    found = portfolio_value(
        buying, spend, *rows, discount_rate=0.0, horizon=26, margin=0.3, rng=np.random.default_rng(1)
    )
    expected = 0.3 * buying.expected_purchases(26, *rows[:3]) @ spend.expected_spend(rows[0], rows[3])
    assert found.likely == pytest.approx(float(expected), rel=1e-8)
    assert found.customers == 590


def test_the_range_is_that_of_parameters_drawn_for_everybody(models: Any) -> None:
    buying, spend, rows = models
    asked: dict[str, Any] = {"discount_rate": WEEKLY, "horizon": 52.0, "margin": 0.3}
    found = portfolio_value(buying, spend, *rows, **asked, rng=np.random.default_rng(1), level=0.8)
    rng = np.random.default_rng(1)
    rng.random()  # taken by the choice of those on whom the doubt is measured
    pairs = zip(draw_parameters(buying, 200, rng), draw_parameters(spend, 200, rng), strict=True)
    totals = [customer_values(one, other, *rows, **asked).sum() for one, other in pairs]
    # The same draws, on 590 customers instead of 250: what is left is the choice of the 250.
    assert [found.low, found.high] == pytest.approx(np.quantile(totals, [0.1, 0.9]), rel=0.01)


def test_a_poor_record_widens_the_range_as_in_the_range_of_totals(models: Any) -> None:
    buying, spend, rows = models
    judged = [JudgedTotal(predicted=100.0, came=80.0)]
    asked: dict[str, Any] = {"judged": judged, "rng": np.random.default_rng(1)}
    found = portfolio_value(buying, spend, *rows, discount_rate=0.0, horizon=26.0, **asked)
    same = total_range(buying, spend, 26.0, *rows, judged=judged, rng=np.random.default_rng(1))
    assert found.widened_by_backtest
    assert same.widened_by_backtest
    assert found.low <= 0.8 * found.likely
    assert found.likely == pytest.approx(same.likely, rel=1e-8)
    assert found.high == pytest.approx(found.likely / 0.8)


def test_margins_of_each_customer_count_and_a_loss_is_a_loss(models: Any) -> None:
    buying, spend, rows = models
    margin = np.where(np.arange(590) % 3 == 0, -0.1, 0.4)
    asked: dict[str, Any] = {"discount_rate": WEEKLY, "horizon": 26.0}
    each = customer_values(buying, spend, *rows, **asked)
    found = portfolio_value(buying, spend, *rows, **asked, margin=margin, rng=np.random.default_rng(1))
    assert found.likely == pytest.approx(float(each @ margin))
    assert found.low < found.likely < found.high


def test_every_buying_model_values_a_base(cdnow: Any) -> None:
    rows = cdnow.frequency[:300], cdnow.recency[:300], cdnow.age[:300], cdnow.mean_spend[:300]
    buying = BetaGeometric().fit(cdnow.frequency, cdnow.recency, cdnow.age)
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    year = customer_values(buying, spend, *rows, discount_rate=WEEKLY, horizon=52.0)
    ever = customer_values(buying, spend, *rows, discount_rate=WEEKLY)
    assert (ever > year).all()


def plain_bridge(before: list[int], same: list[int], after: list[int], flags: list[tuple[bool, ...]]) -> dict[str, int]:
    """The lines of docs/rules/bridge.md, customer by customer."""
    lines = dict.fromkeys(("new", "already_there", "won_back", "grown", "shrunk", "lost", "method"), 0)
    for old, mid, new, (first, there, was_lost, is_lost) in zip(before, same, after, flags, strict=True):
        lines["method"] += new - mid
        if first:
            line = "already_there" if there else "new"
        elif was_lost != is_lost:
            line = "lost" if is_lost else "won_back"
        else:
            line = "grown" if mid > old else "shrunk"
        lines[line] += mid - old
    return lines


@pytest.mark.parametrize("seed", range(4))
def test_the_movement_agrees_with_a_plain_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, same, after = (rng.integers(0, 10**15, 500) for _ in range(3))
    flags = rng.random((500, 4)) < 0.3
    found = movement_statement(
        before,
        same,
        after,
        is_first_seen=flags[:, 0],
        was_already_there=flags[:, 1],
        was_lost=flags[:, 2],
        is_lost=flags[:, 3],
    )
    expected = plain_bridge(before.tolist(), same.tolist(), after.tolist(), [tuple(row) for row in flags.tolist()])
    assert {line: getattr(found, line) for line in expected} == expected
    assert found.missing == 0


def test_amounts_beyond_64_bits_and_decimals_stay_exact() -> None:
    nobody = {"is_first_seen": [0, 0], "was_lost": [0, 0], "is_lost": [0, 0]}
    huge = 2**62
    found = movement_statement([huge, huge], [huge + 1, huge - 3], [huge, huge], **nobody)
    assert (found.opening, found.grown, found.shrunk, found.missing) == (2**63, 1, -3, 0)
    cents = [Decimal("0.10"), Decimal("0.20")]
    exact = movement_statement(cents, [Decimal("0.30"), Decimal("0.10")], cents, **nobody)
    assert (exact.opening, exact.grown, exact.missing) == (Decimal("0.30"), Decimal("0.20"), Decimal(0))


def test_elasticities_are_small_steps() -> None:
    asked: dict[str, Any] = {"margin": 80.0, "retention": 0.7, "discount_rate": 0.15, "acquisition_cost": 25.0}
    more: dict[str, Any] = {"newcomers": 30.0, "customers": 500.0, "margins_today": 1.0, "revenue": 400.0}
    found = elasticities(**asked, **more)
    for lever, at in asked.items():
        row = getattr(found, lever)
        up, down = (elasticities(**asked | {lever: at * step}, **more).equity for step in (1 + 1e-6, 1 - 1e-6))
        assert row.elasticity == pytest.approx((up - down) / 2e-6 / found.equity, rel=1e-6)
        assert row.percent_up == pytest.approx(elasticities(**asked | {lever: at * 1.01}, **more).equity - found.equity)
        point = 0.01 if lever in ("retention", "discount_rate") else 4.0
        gain = elasticities(**asked | {lever: at - point}, **more).equity - found.equity
        assert row.point_down == pytest.approx(gain)


def test_a_lever_at_its_end_moves_one_way_only() -> None:
    found = elasticities(margin=80, retention=0.995, discount_rate=0.0001, acquisition_cost=25)
    assert found.retention.point_up is None
    assert found.retention.point_down is not None
    assert found.margin.point_up is None


@pytest.mark.parametrize(
    "limits",
    [
        BudgetLimits(),
        BudgetLimits(acquisition_spend=2.0),
        BudgetLimits(retention_spend=6.0),
        BudgetLimits(acquisition_rate=0.05, retention_spend=3.0),
        BudgetLimits.for_volumes(10_000, most_customers=300, most_money=15_000),
    ],
)
def test_the_best_budget_under_limits_is_where_a_search_ends(limits: BudgetLimits) -> None:
    best = optimal_budgets(**ANSWERS, limits=limits)
    most = min(limits.acquisition_spend, ANSWERS["acquisition"].least_spend(limits.acquisition_rate) or np.inf)

    def loss(spends: Any) -> float:
        value = evaluate_budgets(**ANSWERS, acquisition_spend=spends[0], retention_spend=spends[1])
        return -value.equity_per_prospect

    bounds = [(0, min(most, 100)), (0, min(limits.retention_spend, 100))]
    found = minimize(loss, [0.5, 1], bounds=bounds, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-13})
    assert best.equity_per_prospect == pytest.approx(-found.fun, rel=1e-9)
    assert [best.acquisition_spend, best.retention_spend] == pytest.approx(found.x, abs=1e-3)


def test_the_next_euro_beyond_a_limit_is_worth_what_it_says() -> None:
    limits, step = {"acquisition_spend": 2.0, "retention_spend": 6.0}, 1e-5
    best = optimal_budgets(**ANSWERS, limits=BudgetLimits(**limits))
    for name, worth in (("acquisition", best.next_euro_acquiring), ("retention", best.next_euro_keeping)):
        wider = BudgetLimits(**limits | {f"{name}_spend": limits[f"{name}_spend"] + step})
        gain = optimal_budgets(**ANSWERS, limits=wider).equity_per_prospect - best.equity_per_prospect
        assert worth == pytest.approx(gain / step, rel=1e-3)
    free = optimal_budgets(**ANSWERS)
    assert (free.next_euro_acquiring, free.next_euro_keeping) == (0.0, 0.0)


def test_ranges_respect_the_limits() -> None:
    known = Range.known
    asked: dict[str, Any] = {
        "margin": Range(45, 50, 60),
        "discount_rate": known(0.1),
        "acquisition": ResponseRange(known(1), Range(0.03, 0.04, 0.05), Range(0.08, 0.10, 0.15)),
        "retention": ResponseRange(known(8), Range(0.55, 0.60, 0.65), Range(0.7, 0.80, 0.9), known(0.3)),
    }
    limits = BudgetLimits(retention_spend=6.0, acquisition_rate=0.05)
    found = budget_ranges(**asked, rng=np.random.default_rng(1), limits=limits)
    assert found.retention_spend.high <= 6.0
    assert found.acquisition_rate.high <= 0.05 + 1e-12
    assert found.equity_per_prospect.likely == pytest.approx(
        optimal_budgets(**ANSWERS, limits=limits).equity_per_prospect
    )


def test_sensitivities_are_those_of_larger_steps() -> None:
    found = budget_sensitivities(**ANSWERS)
    base = optimal_budgets(**ANSWERS).equity_per_prospect
    for step in (0.002, -0.002):
        moved = optimal_budgets(**ANSWERS | {"margin": 50.0 * (1 + step)}).equity_per_prospect
        assert found["margin"].equity_per_prospect == pytest.approx((moved / base - 1) / step, rel=0.02)
    assert "acquisition_base_rate" not in found
    assert found["retention_base_rate"].retention_spend < 0


def test_switching_values_of_many_customers_are_plain_sums() -> None:
    rng = np.random.default_rng(2)
    matrices, start = rng.dirichlet(np.ones(3), (40, 3)), np.eye(3)[rng.integers(0, 3, 40)]
    money, often = rng.random((40, 3)), rng.integers(1, 12, 40).astype(float)
    expected = np.zeros((40, 3))
    for person in range(40):
        share = start[person]
        for t in range(9):
            expected[person] += 1.1 ** (-t / often[person]) * money[person] * share
            share = share @ matrices[person]
    asked: dict[str, Any] = {"discount_rate": 0.1, "purchases_per_year": often}
    assert switching_values(matrices, start, money, **asked, purchases=8) == pytest.approx(expected)
    years = switching_values(matrices, start, money, discount_rate=0.1, purchases_per_year=4, years=2.0)
    assert years == pytest.approx(
        switching_values(matrices, start, money, discount_rate=0.1, purchases_per_year=4, purchases=8)
    )
    third = switching_values(matrices, start, money, discount_rate=0.1, purchases_per_year=often, years=1 / 3)
    for person in range(40):
        row = slice(person, person + 1)
        count = int(often[person] // 3)
        one = switching_values(
            matrices[row], start[row], money[row], discount_rate=0.1, purchases_per_year=often[row], purchases=count
        )
        assert third[row] == pytest.approx(one)
    ever, long = (switching_values(matrices, start, money, **asked, purchases=n) for n in (None, 6000))
    assert ever == pytest.approx(long, rel=1e-9)


@pytest.fixture(scope="module")
def survey() -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, (800, 3, 2)).astype(float)
    last = rng.integers(0, 3, 800)
    return ratings, last, simulate_driver_choices(ratings, last, inertia=0.8, coefficients=[0.5, 0.2], rng=rng)


def test_the_driver_logit_is_where_a_plain_search_ends(survey: Any) -> None:
    ratings, last, chosen = survey
    fitted = DriverLogit(("price", "quality")).fit(*survey)

    def loss(numbers: Any) -> float:
        chances = choice_chances(numbers, ratings)
        return -float(np.log(chances[np.arange(800), last, chosen]).sum())

    found = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-4})
    assert fitted.log_likelihood == pytest.approx(-found.fun, rel=1e-9)
    assert fitted.coefficients == pytest.approx(found.x, abs=1e-4)
    # Standard errors against the bend of the likelihood by differences of values: a few digits.
    step, bend = 1e-3, np.zeros((3, 3))
    for i, j in np.ndindex(3, 3):
        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        corners = [loss(np.array(fitted.coefficients) + step * (a * np.eye(3)[i] + b * np.eye(3)[j])) for a, b in signs]
        bend[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step**2)
    assert np.array(fitted.covariance) == pytest.approx(np.linalg.inv(bend), rel=1e-3, abs=1e-7)


def test_all_components_are_the_plain_logit_and_fewer_follow_the_common_direction(survey: Any) -> None:
    ratings, last, chosen = survey
    plain = DriverLogit(("price", "quality")).fit(*survey)
    turned = DriverLogit(("price", "quality"), components=2).fit(*survey)
    assert turned.coefficients == pytest.approx(plain.coefficients, abs=1e-6)
    assert turned.standard_errors == pytest.approx(plain.standard_errors, rel=1e-5)
    common = ratings.copy()
    common[:, :, 1] = ratings[:, :, 0] + 0.1 * ratings[:, :, 1]
    one = DriverLogit(("price", "quality"), components=1).fit(common, last, chosen)
    both = DriverLogit(("price", "quality")).fit(common, last, chosen)
    assert one.standard_errors[1] < both.standard_errors[1] / 3


def test_what_a_driver_is_worth_is_the_difference_of_two_valuations(survey: Any) -> None:
    ratings, last, _ = survey
    fitted = DriverLogit(("price", "quality")).fit(*survey)
    weights = np.random.default_rng(1).random(800) * 50
    market = Market(ratings, last, np.full(800, 20.0), 0.1, purchases_per_year=4.0, weights=weights)
    asked: dict[str, Any] = {"brand": 1, "driver": "price", "change": 0.5, "highest": 5.0}
    found = driver_effect(fitted, market, **asked, cost=1e6, rng=np.random.default_rng(1))
    better = ratings.copy()
    better[:, 1, 0] = np.minimum(ratings[:, 1, 0] + 0.5, 5)
    start, worth = np.eye(3)[last], []
    for seen in (ratings, better):
        values = switching_values(
            fitted.switching(seen), start, np.full((800, 1), 20.0), discount_rate=0.1, purchases_per_year=4.0
        )
        worth.append(weights @ values)
    assert found.equity_before == pytest.approx(worth[0][1])
    assert found.gain.likely == pytest.approx(worth[1][1] - worth[0][1])
    assert found.roi is not None
    assert found.roi.likely == pytest.approx(found.gain.likely / 1e6 - 1)
    assert 0 < found.gain.low < found.gain.likely < found.gain.high
    assert found.share_after > found.share_before
    free = driver_effect(fitted, market, **asked, cost=0, rng=np.random.default_rng(1))
    assert free.roi is None
