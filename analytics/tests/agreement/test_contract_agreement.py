"""Contracts by an independent route: numerical integration, plain Python, brute force, event by event."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from fleuve_analytics import (
    BetaDiscreteWeibull,
    MarkovMigration,
    ShiftedBetaGeometric,
    contract_base_value,
    kaplan_meier,
    log_rank,
    nelson_aalen,
    recency_migration,
    recency_rates,
    retention_curve,
)
from fleuve_analytics.retention import (
    FittedBetaDiscreteWeibull,
    FittedShiftedBetaGeometric,
    best_policy,
    constant_retention_value,
    recency_value,
    renewal_value,
    transition_rates,
)
from fleuve_analytics.simulate import simulate_beta_discrete_weibull, simulate_recency_purchases
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import betaln, hyp2f1
from scipy.stats import beta as beta_law

SHAPES = [(0.7637, 1.2958, 1.0), (0.26, 1.72, 1.58), (3.8, 15.2, 0.6), (0.067, 0.267, 1.2)]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]


def fitted_of(alpha: float, beta: float, c: float) -> FittedBetaDiscreteWeibull:
    return FittedBetaDiscreteWeibull.of(alpha=alpha, beta=beta, c=c)


@pytest.mark.parametrize("shapes", SHAPES)
def test_survival_is_the_mean_over_personal_chances(shapes: tuple[float, float, float]) -> None:
    """S(t) = E[(1−θ)^(t^c)] with θ ~ Beta(α, β), by integration over the quantiles of the law."""
    alpha, beta, c = shapes
    for age in (0, 1, 2, 7, 30):
        mean, _ = quad(lambda u, t=age: (1 - beta_law.ppf(u, alpha, beta)) ** (t**c), 0, 1, limit=400, epsabs=1e-11)
        # The integrand has a corner at the end of the interval for α below one.
        assert float(fitted_of(*shapes).survival(age)) == pytest.approx(mean, abs=2e-7)


@pytest.mark.parametrize("interest", [0.3, 0.1, 0.01, 1e-4])
def test_discounted_lifetimes_are_the_hypergeometric_function(interest: float) -> None:
    """Fader & Hardie (2010), equations 5 and 7: DEL and DERL of the shifted beta-geometric."""
    alpha, beta, keep = 0.7637, 1.2958, 1 / (1 + interest)
    fitted = FittedShiftedBetaGeometric.of(alpha=alpha, beta=beta)
    assert fitted.discounted_lifetime(interest) == pytest.approx(hyp2f1(1, beta, alpha + beta, keep), rel=1e-11)
    for age in (0, 1, 5, 40):
        n = age + 1
        expected = (beta + n - 1) / (alpha + beta + n - 1) * hyp2f1(1, beta + n, alpha + beta + n, keep)
        assert float(fitted.discounted_residual(interest, age)) == pytest.approx(expected, rel=1e-11)


def test_an_old_contract_at_a_low_interest_is_a_sum_of_half_a_million_terms() -> None:
    """Where the hypergeometric function of scipy answers NaN: age 3,000 periods, interest .01 % a period."""
    fitted, k = FittedShiftedBetaGeometric.of(alpha=0.7637, beta=1.2958), np.arange(500_000.0)
    chances = (1.2958 + 3000 + k) / (0.7637 + 1.2958 + 3000 + k)
    direct = np.exp(np.cumsum(np.log(chances)) - k * math.log1p(1e-4)).sum()
    # Half a million logarithms are added up: their rounding is of the order of 1e-12.
    assert float(fitted.discounted_residual(1e-4, 3000)) == pytest.approx(direct, rel=1e-10)


@pytest.mark.parametrize(("alpha", "beta"), [(1.01, 3.0), (2.5, 0.4), (50.0, 300.0), (1.5, 5e4)])
def test_lifetimes_without_discount_have_a_closed_form(alpha: float, beta: float) -> None:
    """Mean of the shifted beta-geometric: (α+β−1)/(α−1), and (β+n)/(α−1) renewals after the n-th."""
    fitted = FittedShiftedBetaGeometric.of(alpha=alpha, beta=beta)
    # Far out the sum is an integral with correction terms: ten digits.
    assert fitted.expected_lifetime() == pytest.approx((alpha + beta - 1) / (alpha - 1), rel=1e-10)
    ages = np.array([0, 3, 500])
    assert fitted.expected_residual(ages) == pytest.approx((beta + ages) / (alpha - 1), rel=1e-10)


@pytest.mark.parametrize("shapes", SHAPES)
def test_sums_for_ever_are_sums_of_many_terms(shapes: tuple[float, float, float]) -> None:
    fitted, ages, k = fitted_of(*shapes), np.array([0, 4, 25]), np.arange(1, 4001)
    for interest in (0.2, 0.02):
        terms = fitted.renewal_probability(ages[:, None], k) * np.exp(-(k - 1) * math.log1p(interest))
        assert fitted.discounted_residual(interest, ages) == pytest.approx(terms.sum(axis=1), rel=1e-11)
        part = terms[:, :6].sum(axis=1)
        assert fitted.discounted_residual(interest, ages, horizon=6) == pytest.approx(part, rel=1e-12)
        later = fitted.discounted_residual(interest, ages, until_renewal=0.25)
        assert later == pytest.approx(terms.sum(axis=1) / (1 + interest) ** 0.25, rel=1e-11)


def test_the_fit_is_where_a_search_on_the_plain_formula_ends() -> None:
    """The likelihood written out with beta functions, survivors lost and left, without derivatives."""
    lost, last = -np.diff(REGULAR[:8]), REGULAR[7]

    def loss(logs: Any) -> float:
        alpha, beta, c = np.exp(logs)
        survival = np.exp(betaln(alpha, beta + np.arange(8.0) ** c) - betaln(alpha, beta))
        return float(-(lost @ np.log(-np.diff(survival)) + last * np.log(survival[-1])))

    found = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000})
    fitted = BetaDiscreteWeibull().fit_survivors(REGULAR[:8])
    assert fitted.log_likelihood == pytest.approx(-found.fun, rel=1e-10)
    # A search by values alone places a flat top to the square root of their precision.
    assert list(fitted.parameters.values()) == pytest.approx(np.exp(found.x), rel=2e-4)


def test_the_posterior_is_prior_times_likelihood() -> None:
    fitted = FittedShiftedBetaGeometric.of(alpha=0.8, beta=2.0)
    after = fitted.leaving_posterior(3)
    weight = quad(lambda x: beta_law.pdf(x, 0.8, 2.0) * (1 - x) ** 3, 0, 1)[0]
    mean = quad(lambda x: x * beta_law.pdf(x, 0.8, 2.0) * (1 - x) ** 3, 0, 1)[0] / weight
    assert float(after.mean) == pytest.approx(mean, rel=1e-7)
    assert 1 - float(after.mean) == pytest.approx(float(fitted.renewal_probability(3)))
    assert float(after.quantile(0.5)) == pytest.approx(beta_law.median(float(after.first), float(after.second)))


def test_drawn_futures_follow_the_chances_and_those_who_live_them() -> None:
    fitted = fitted_of(0.6, 2.4, 1.3)
    drawn = fitted.sample_renewals(6, [0, 2, 9], 40_000, np.random.default_rng(8))
    for k in (1, 3, 6):
        # A share over 40,000 draws is known to .0025; four of those.
        chance = fitted.renewal_probability([0, 2, 9], k)
        assert (drawn >= k).mean(axis=1) == pytest.approx(chance, abs=0.01)
    people = simulate_beta_discrete_weibull(
        np.full(60_000, 2), alpha=0.6, beta=2.4, c=1.3, rng=np.random.default_rng(9), horizon=6
    )
    came = people.future[~people.left].mean()
    assert came == pytest.approx(float(fitted.expected_residual(2, horizon=6)), rel=0.02)


def test_the_base_is_worth_the_sum_of_its_contracts() -> None:
    fitted = ShiftedBetaGeometric().fit_survivors(REGULAR[:8])
    age, margin, wait = np.array([0, 0, 3, 8, 3]), np.array([10.0, 20, 5, 8, 7]), np.array([0.1, 0.5, 0, 1, 0])
    each = renewal_value(fitted, age, margin, 0.1, until_renewal=wait)
    total = contract_base_value(fitted, age, margin, 0.1, until_renewal=wait, rng=np.random.default_rng(1))
    assert total.likely == pytest.approx(each.sum())
    assert total.low < total.likely < total.high

    def worth(shapes: Any) -> float:
        model = FittedShiftedBetaGeometric.of(alpha=shapes[0], beta=shapes[1])
        return float(renewal_value(model, age, margin, 0.1, until_renewal=wait).sum())

    at = np.array([fitted.alpha, fitted.beta])
    slope = np.array([(worth(at + step) - worth(at - step)) / 2e-5 for step in np.eye(2) * 1e-5])
    # Delta method by hand on the same total, at 80 %: 1.2816 standard errors.
    error = math.sqrt(slope @ np.array(fitted.covariance) @ slope)
    # Two hundred draws know a tenth to a sixth of a standard error, and the total bends a little.
    assert total.high - total.low == pytest.approx(2 * 1.2816 * error, rel=0.25)


def plain_survival(rows: list[tuple[float, bool, float]]) -> dict[float, tuple[float, float, float]]:
    """Time → survival, Greenwood's sum, gathered hazard; customers one by one, as a textbook tells it."""
    survival, greenwood, hazard, found = 1.0, 0.0, 0.0, {}
    for time in sorted({duration for duration, left, _ in rows if left}):
        at_risk = sum(1 for duration, _, entry in rows if entry < time <= duration)
        lost = sum(1 for duration, left, _ in rows if left and duration == time)
        survival *= 1 - lost / at_risk
        greenwood += lost / (at_risk * (at_risk - lost)) if at_risk > lost else math.inf
        hazard += lost / at_risk
        found[time] = (survival, greenwood, hazard)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_curves_with_late_entry_agree_with_a_plain_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 6, 120).astype(float)
    duration = entry + rng.integers(1, 15, 120) / (1 + seed % 2)
    left = rng.random(120) < 0.6
    expected = plain_survival(list(zip(duration.tolist(), left.tolist(), entry.tolist(), strict=True)))
    curve, hazard = kaplan_meier(duration, left, entry), nelson_aalen(duration, left, entry)
    assert curve.time.tolist() == list(expected)
    assert curve.survival == pytest.approx([row[0] for row in expected.values()], abs=1e-14)
    assert hazard.hazard == pytest.approx([row[2] for row in expected.values()])
    stays = curve.survival > 0
    greenwood = np.array([row[1] for row in expected.values()])[stays]
    assert curve.standard_error[stays] == pytest.approx(curve.survival[stays] * np.sqrt(greenwood))


def test_the_area_under_the_curve_is_the_restricted_mean() -> None:
    """Freireich's 6-MP arm, 35 weeks: area by steps; its error against a thousand resampled groups."""
    duration = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35.0])
    left = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
    curve = kaplan_meier(duration, left)
    grid = np.linspace(0, 30, 300_001)[:-1]
    found = curve.restricted_mean(30)
    assert found.estimate == pytest.approx(curve.at(grid).mean() * 30, rel=1e-5)
    rng = np.random.default_rng(2)
    means = []
    while len(means) < 400:
        rows = rng.integers(0, 21, 21)
        if duration[rows].max() >= 30:
            means.append(kaplan_meier(duration[rows], left[rows]).restricted_mean(30).estimate)
    # The bootstrap knows a standard deviation to 3.5 %, and of 21 people differs from theory by some per cent.
    assert (found.high - found.estimate) / 1.96 == pytest.approx(np.std(means), rel=0.15)


def test_without_censoring_restricted_means_and_medians_are_the_samples() -> None:
    duration = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5])
    curve = kaplan_meier(duration, np.ones(9))
    assert curve.restricted_mean(9).estimate == pytest.approx(duration.mean())
    assert curve.median().estimate == np.median(duration)
    assert curve.at([0, 3, 9, 10]) == pytest.approx([1, 5 / 9, 0, 0], abs=1e-15)


def test_log_rank_of_three_groups_agrees_with_a_plain_count() -> None:
    rng = np.random.default_rng(12)
    group = rng.integers(0, 3, 150)
    duration = np.ceil(rng.exponential(6 + 3 * group)).astype(float)
    left = rng.random(150) < 0.8
    observed, expected, covariance = np.zeros(3), np.zeros(3), np.zeros((3, 3))
    for time in np.unique(duration[left]):
        n = np.array([np.sum((duration >= time) & (group == g)) for g in range(3)], dtype=float)
        d = np.array([np.sum((duration == time) & left & (group == g)) for g in range(3)], dtype=float)
        observed, expected = observed + d, expected + d.sum() * n / n.sum()
        if n.sum() > 1:
            share = n / n.sum()
            spread = d.sum() * (n.sum() - d.sum()) / (n.sum() - 1)
            covariance += spread * (np.diag(share) - np.outer(share, share))
    off = (observed - expected)[:2]
    test = log_rank(duration, left, group)
    assert test.observed == pytest.approx(observed)
    assert test.expected == pytest.approx(expected)
    assert test.statistic == pytest.approx(off @ np.linalg.solve(covariance[:2, :2], off))
    assert test.degrees_of_freedom == 2


def test_customers_of_a_telephone_company(shared_data: Path) -> None:
    """Telco (7,043 contracts): what models project is what the bare curve shows, and short contracts end sooner."""
    table = pq.read_table(shared_data / "telco_churn_full.parquet", columns=["tenure", "churn", "contract"])
    tenure, left = table["tenure"].to_numpy(), np.array(table["churn"].to_pylist()) == "Yes"
    kind = np.array(table["contract"].to_pylist())
    known = tenure > 0
    tenure, left, kind = tenure[known], left[known], kind[known]
    test = log_rank(tenure, left, kind)
    assert test.p_value < 1e-100
    assert test.observed[0] > 1.5 * test.expected[0]
    monthly = kind == "Month-to-month"
    curve = retention_curve(tenure[monthly], left[monthly])
    # Newcomers leave at once and the old ever less: tenure itself matters, up to people without differences.
    plain, fitted = (
        model.fit(tenure[monthly], left[monthly]) for model in (ShiftedBetaGeometric(), BetaDiscreteWeibull())
    )
    assert fitted.log_likelihood > plain.log_likelihood + 100
    assert fitted.c < 0.7
    assert not fitted.converged
    # 3,875 contracts; the curve beyond two years rests on some hundreds: two points each way, and what no law explains.
    for age in (6, 12, 24, 36, 48):
        assert float(fitted.survival(age)) == pytest.approx(curve.survival[age - 1], abs=0.04)
    assert curve.survival == pytest.approx(kaplan_meier(tenure[monthly], left[monthly]).at(curve.age), abs=1e-12)


def test_migration_is_what_happens_to_people_who_live_it() -> None:
    rates = (0.4, 0.25, 0.1)
    model = recency_migration(rates, contribution=40, remarketing=4)
    customer, period = simulate_recency_purchases(40_000, 12, repurchase=rates, rng=np.random.default_rng(3))
    found = recency_rates(customer, period, until=12, states=3)
    # Tens of thousands came to each recency: shares to a third of a point, three and a half times that.
    assert found.rate == pytest.approx(rates, abs=0.012)
    assert ((found.low < rates) & (rates < found.high)).sum() >= 2
    assert found.returned_later == 0
    expected = model.distribution((40_000, 0, 0, 0), 12)[:, 0]
    assert np.bincount(period, minlength=13) == pytest.approx(expected, rel=0.12)
    value = recency_value(found, 40, 4, 0.2)
    assert np.all((value.low <= model.value(0.2)) & (model.value(0.2) <= value.high))


def test_the_doubt_of_a_value_is_that_of_redrawn_chances() -> None:
    customer, period = simulate_recency_purchases(300, 8, repurchase=(0.4, 0.25, 0.1), rng=np.random.default_rng(5))
    rates = recency_rates(customer, period, until=8, states=3)
    found = recency_value(rates, 40, 4, 0.2)
    rng = np.random.default_rng(6)
    drawn = rng.beta(rates.bought + 0.5, rates.at_risk - rates.bought + 0.5, (4000, 3))
    values = np.array([recency_migration(row, 40, 4).value(0.2) for row in drawn])
    # Values bend with the chances: delta and draws agree to some per cent.
    assert found.standard_error[:3] == pytest.approx(values.std(axis=0)[:3], rel=0.08)


def test_value_for_ever_is_value_over_many_periods() -> None:
    rng = np.random.default_rng(7)
    model = MarkovMigration(tuple(map(tuple, rng.dirichlet(np.ones(5), 5))), tuple(rng.normal(0, 10, 5)))
    assert model.value(0.1) == pytest.approx(model.value(0.1, horizon=400), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_policy_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances, money = rng.dirichlet(np.ones(4), (3, 4)), rng.normal(0, 10, (3, 4))
    best, states = best_policy(chances, money, 0.1), np.arange(4)
    worth = [
        np.linalg.solve(np.eye(4) - chances[list(rule), states] / 1.1, money[list(rule), states])
        for rule in itertools.product(range(3), repeat=4)
    ]
    # The best rule is best from every state at once.
    assert best.value == pytest.approx(np.max(worth, axis=0))


def test_best_stopping_is_the_best_of_all_stopping_rules() -> None:
    model = recency_migration((0.35, 0.10, 0.02, 0.12, 0.01), contribution=40, remarketing=4)
    chances, money = np.array(model.transition), np.array(model.reward)
    worth = []
    for rule in itertools.product([0.0, 1.0], repeat=6):
        keep = np.array(rule)
        worth.append(np.linalg.solve(np.eye(6) - keep[:, None] * chances / 1.2, keep * money))
    assert model.best_stop(0.2).value == pytest.approx(np.max(worth, axis=0), abs=1e-12)


def test_moves_between_dates_are_counted() -> None:
    rng = np.random.default_rng(1)
    before, after, weight = rng.integers(0, 3, 400), rng.integers(0, 3, 400), rng.random(400)
    found = transition_rates(before, after, states=4, weights=weight)
    count = [[weight[(before == i) & (after == j)].sum() for j in range(4)] for i in range(4)]
    assert found.count == pytest.approx(np.array(count))
    assert found.rate[:3].sum(axis=1) == pytest.approx(1)
    assert np.isnan(found.rate[3]).all()
    assert found.low[3] == pytest.approx(0, abs=1e-12)
    assert found.high[3] == pytest.approx(1)


def test_half_years_are_discounted_by_half() -> None:
    """Berger & Nasr (1998), case 2a, written out: sales every half-year, promotion a quarter-year later."""
    expected = sum(40 * 0.8**i / 1.15 ** (i / 2) for i in range(9))
    expected -= sum(6 * 0.8 ** (i - 1) / 1.15 ** ((i - 0.5) / 2) for i in range(1, 9))
    found = constant_retention_value(40, 0.8, 0.15, 8, promotion_cost=6, per_year=2)
    assert found == pytest.approx(expected)
    growing = constant_retention_value([10, 20, 30], 0.5, 0.0, 2)
    assert growing == pytest.approx(10 + 10 + 7.5)
