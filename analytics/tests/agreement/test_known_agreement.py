"""Covariates and tied propensities by independent roads: integrals over people, groups told apart, plain models."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import (
    BetaGeometric,
    BetaGeometricCovariates,
    ParetoNBD,
    ParetoNBDCovariates,
    likelihood_ratio,
)
from fleuve_analytics.lifetime import (
    FittedBetaGeometric,
    FittedBetaGeometricCorrelated,
    FittedBetaGeometricCovariates,
    FittedParetoNBD,
    FittedParetoNBDCorrelated,
    FittedParetoNBDCovariates,
    geometric,
)
from fleuve_analytics.lifetime.effects import Terms, _Likelihood
from fleuve_analytics.lifetime.families import GeometricFamily, ParetoFamily
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.lifetime.profiles import observe_profiles
from fleuve_analytics.simulate import simulate_beta_geometric_correlated, simulate_pareto_nbd_correlated
from scipy.special import beta as beta_function
from scipy.special import gammaln, pdtr, pdtrc

HISTORIES = [(0, 0.0, 10.0), (1, 3.0, 30.0), (2, 30.43, 38.86), (7, 20.0, 20.0), (15, 5.0, 38.0)]
HORIZON, DISCOUNT, STEP = 13.0, 0.02, 0.15
GEOMETRIC = {"r": 0.55, "alpha": 6.0, "a": 0.9, "b": 2.2}
PARETO = {"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}


@dataclass
class People:
    """A grid over all possible people: what each would do, and how many of them there are.

    The trapezoidal rule in the logarithm of a propensity (or of the odds of a chance) errs far below 1e-9 with these
    steps: the integrands are analytic and vanish at both ends.
    """

    rate: Any
    leaving: Any
    crowd: Any
    pareto: bool

    def seen(self, x: int, last: float, age: float) -> tuple[Any, Any]:
        """Likelihood of the history while still a customer, and after having left."""
        rate, leaving = self.rate, self.leaving
        if self.pareto:
            total = rate + leaving
            stays = rate**x * np.exp(-total * age)
            return stays, rate**x * leaving / total * (np.exp(-total * last) - np.exp(-total * age))
        stays = (1 - leaving) ** x * rate**x * np.exp(-rate * age)
        return stays, (leaving * (1 - leaving) ** (x - 1) * rate**x * np.exp(-rate * last) if x else 0 * stays)

    def mean(self) -> Any:
        if self.pareto:
            return self.rate * -np.expm1(-self.leaving * HORIZON) / self.leaving
        return -np.expm1(-self.rate * self.leaving * HORIZON) / self.leaving

    def discounted(self) -> Any:
        stays = self.leaving if self.pareto else self.rate * self.leaving
        return self.rate / (stays + DISCOUNT)

    def none(self) -> Any:
        if self.pareto:
            total = self.rate + self.leaving
            return (self.leaving + self.rate * np.exp(-total * HORIZON)) / total
        return np.exp(-self.rate * HORIZON)


def people(letters: dict[str, float], m: float, reference: float | None, factor: float = 1.0) -> People:
    u = np.arange(-50, 5, STEP)
    rate = np.exp(u)
    buying = np.exp(letters["r"] * np.log(letters["alpha"]) - gammaln(letters["r"]) + letters["r"] * u)
    crowd_rate = STEP * buying * np.exp(-letters["alpha"] * rate)
    c = letters["alpha"] if reference is None else reference
    quiet = np.exp(-c * rate)
    if "beta" in letters:
        s, beta = letters["s"], letters["beta"]
        leaving = rate
        crowd_leaving = STEP * np.exp(s * np.log(beta) - gammaln(s) + s * u - beta * leaving)
        staying = np.exp(-(beta if reference is None else reference) * leaving)
    else:
        a, b = letters["a"], letters["b"]
        odds = np.arange(-40, 25, STEP)
        leaving, stays = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        crowd_leaving = STEP * leaving**a * stays**b / beta_function(a, b)
        staying = stays
    tie = 1 + m * np.outer(quiet - crowd_rate @ quiet, staying - crowd_leaving @ staying)
    crowd = np.outer(crowd_rate, crowd_leaving) * tie
    return People(factor * rate[:, np.newaxis], leaving[np.newaxis, :], crowd, "beta" in letters)


TIED = [
    pytest.param(FittedParetoNBDCorrelated, PARETO, 2.5, None, id="Pareto, own scales, together"),
    pytest.param(FittedParetoNBDCorrelated, PARETO, -2.0, None, id="Pareto, own scales, opposed"),
    pytest.param(FittedParetoNBDCorrelated, PARETO, 15.0, 1.0, id="Pareto, one week"),
    pytest.param(FittedBetaGeometricCorrelated, GEOMETRIC, 2.5, None, id="geometric, own scale, together"),
    pytest.param(FittedBetaGeometricCorrelated, GEOMETRIC, -1.5, 2.0, id="geometric, two weeks, opposed"),
]


@pytest.mark.parametrize(("kind", "letters", "m", "reference"), TIED)
def test_tied_models_equal_integrals_over_all_people(
    kind: Any, letters: Any, m: float, reference: float | None
) -> None:
    fitted = kind.of(**letters, m=m, reference_time=reference)
    crowd = people(letters, m, reference)
    assert crowd.crowd.min() >= 0
    assert crowd.crowd.sum() == pytest.approx(1, rel=1e-9)
    who = fitted.for_customers({})
    for x, last, age in HISTORIES:
        stays, left = crowd.seen(x, last, age)
        alive, total = crowd.crowd * stays, (crowd.crowd * (stays + left)).sum()
        # 24 nodes know a Pareto/NBD likelihood to 3e-9; the sum of four members, some negative, to ten times that.
        assert np.exp(who.log_likelihood(x, last, age)) == pytest.approx(total, rel=1e-7)
        assert fitted.probability_alive(x, last, age) == pytest.approx(alive.sum() / total, rel=1e-7)
        mean = (alive * crowd.mean()).sum() / total
        assert fitted.expected_purchases(HORIZON, x, last, age) == pytest.approx(mean, rel=1e-6)
        discounted = (alive * crowd.discounted()).sum() / total
        assert fitted.expected_discounted_purchases(DISCOUNT, x, last, age) == pytest.approx(discounted, rel=1e-6)
        none = 1 - (alive * (1 - crowd.none())).sum() / total
        assert fitted.probability_of_purchases(0, HORIZON, x, last, age) == pytest.approx(none, rel=1e-6)
    assert fitted.expected_purchases_new(HORIZON) == pytest.approx((crowd.crowd * crowd.mean()).sum(), rel=1e-6)
    assert fitted.probability_of_purchases_new(0, HORIZON) == pytest.approx(
        (crowd.crowd * crowd.none()).sum(), rel=1e-6
    )


@pytest.mark.parametrize(("kind", "letters", "m", "reference"), TIED)
def test_the_correlation_is_that_of_all_people(kind: Any, letters: Any, m: float, reference: float | None) -> None:
    crowd = people(letters, m, reference)

    def mean(values: Any) -> float:
        return float((crowd.crowd * values).sum())

    rate, leaving = mean(crowd.rate), mean(crowd.leaving)
    spread = np.sqrt(mean((crowd.rate - rate) ** 2) * mean((crowd.leaving - leaving) ** 2))
    together = mean((crowd.rate - rate) * (crowd.leaving - leaving)) / spread
    fitted = kind.of(**letters, m=m, reference_time=reference)
    assert fitted.correlation == pytest.approx(together, rel=1e-8)
    least, most = fitted.correlation_bounds
    assert least < fitted.correlation < most


def test_chances_of_counts_add_up_and_give_the_mean() -> None:
    for kind, letters, m in ((FittedParetoNBDCorrelated, PARETO, 3.0), (FittedBetaGeometricCorrelated, GEOMETRIC, 3.0)):
        fitted = kind.of(**letters, m=m)
        counts = np.arange(120)
        chances = fitted.probability_of_purchases(counts, HORIZON, 4, 25.0, 30.0)
        assert chances.sum() == pytest.approx(1, abs=1e-7)
        assert chances @ counts == pytest.approx(fitted.expected_purchases(HORIZON, 4, 25.0, 30.0), rel=1e-6)


def test_geometric_counts_equal_integrals_over_all_people() -> None:
    crowd = people(GEOMETRIC, 2.5, None)
    fitted = FittedBetaGeometricCorrelated.of(**GEOMETRIC, m=2.5)
    wish, chance = crowd.rate * HORIZON, crowd.leaving
    for count in (1, 3):
        exactly = pdtr(count, wish) - pdtr(count - 1, wish)
        made = exactly * (1 - chance) ** count + pdtrc(count, wish) * chance * (1 - chance) ** (count - 1)
        # The last of `count` wished purchases may be one that she leaves after: that, too, is exactly `count`.
        made = made + exactly * chance * (1 - chance) ** (count - 1)
        assert fitted.probability_of_purchases_new(count, HORIZON) == pytest.approx(
            (crowd.crowd * made).sum(), rel=1e-6
        )


def test_covariates_equal_integrals_over_people_whose_propensity_is_multiplied() -> None:
    fitted = FittedParetoNBDCovariates.of(**PARETO, **{"purchase[x]": 0.4})
    who = fitted.for_customers({"x": [1.5]})
    crowd = people(PARETO, 0.0, None, factor=float(np.exp(0.4 * 1.5)))
    for x, last, age in HISTORIES:
        stays, left = crowd.seen(x, last, age)
        assert np.exp(who.log_likelihood(x, last, age)) == pytest.approx((crowd.crowd * (stays + left)).sum(), rel=1e-8)


def test_no_tie_and_no_effect_are_the_plain_models(cdnow: Any) -> None:
    history = cdnow.frequency[:300], cdnow.recency[:300], cdnow.age[:300]
    for plain, kinds in (
        (FittedBetaGeometric.of(**GEOMETRIC), (FittedBetaGeometricCorrelated, FittedBetaGeometricCovariates)),
        (FittedParetoNBD.of(**PARETO), (FittedParetoNBDCorrelated, FittedParetoNBDCovariates)),
    ):
        for kind in kinds:
            stated = {**plain.parameters, **({"m": 0.0} if "m" in kind.parameter_names() else {})}
            other: Any = kind.of(**stated)
            for ask in (
                lambda model: model.probability_alive(*history),
                lambda model: model.expected_purchases(39, *history),
                lambda model: model.probability_of_purchases(2, 39, *history),
                lambda model: model.expected_purchases_new([4, 52]),
                lambda model: model.probability_of_purchases_new([0, 3], 52),
            ):
                assert ask(other) == pytest.approx(ask(plain), rel=1e-12)
            asked = [part[:5] for part in history]
            # The plain models have roads of their own here: closed forms and rows shared.
            discounted = [model.expected_discounted_purchases(0.01, *asked) for model in (other, plain)]
            assert discounted[0] == pytest.approx(discounted[1], rel=1e-8)
            waits = [model.next_purchase_time(0.1, *asked) for model in (other, plain)]
            assert waits[0] == pytest.approx(waits[1], rel=1e-8)


@pytest.mark.parametrize("models", [(BetaGeometric(), BetaGeometricCovariates()), (ParetoNBD(), ParetoNBDCovariates())])
def test_fits_without_columns_are_those_of_the_plain_models(models: Any, cdnow: Any) -> None:
    plain, other = (model.fit(cdnow.frequency, cdnow.recency, cdnow.age) for model in models)
    # β is flat: gradients below 1e-9 a customer place it to about 1e-6.
    assert other.parameters == pytest.approx(plain.parameters, rel=2e-6)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert other.standard_errors == pytest.approx(plain.standard_errors, rel=1e-4)


def test_a_dummy_tells_groups_apart_as_two_likelihoods_with_one_shape_do(cdnow: Any) -> None:
    """With its own effect on α, a and b, a 0/1 column is two BG/NBD populations that share r alone."""
    column = np.arange(len(cdnow)) % 3 == 0
    fitted = BetaGeometricCovariates(purchase=["one"], dropout=["one"], staying=["one"]).fit(
        cdnow.frequency, cdnow.recency, cdnow.age, covariates={"one": column}
    )
    total, slopes = 0.0, np.zeros(4)
    for value in (0, 1):
        rows = column == value
        seen = observe(cdnow.frequency[rows], cdnow.recency[rows], cdnow.age[rows], None)
        group: Any = fitted.for_group({"one": value})
        at = np.log([group.r, group.alpha / seen.scale, group.a, group.b])
        mean, gradient = geometric.mean_log_likelihood(at, seen, 0)
        total += mean * seen.total - seen.purchases * np.log(seen.scale)
        # Each group's own three parameters are at their best; the shape they share balances between the groups.
        assert np.abs(gradient[1:]).max() < 1e-6
        slopes += gradient * seen.total
    assert fitted.log_likelihood == pytest.approx(total, rel=1e-12)
    assert abs(slopes[0]) / len(cdnow) < 1e-6


def test_equal_effects_are_effects_that_are_equal(cdnow: Any) -> None:
    column = {"x": np.cos(np.arange(len(cdnow)))}
    history = cdnow.frequency, cdnow.recency, cdnow.age
    one = ParetoNBDCovariates(equal=["x"]).fit(*history, covariates=column)
    effect = one.parameters["equal[x]"]
    stated = {name: one.parameters[name] for name in ("r", "alpha", "s", "beta")}
    two = FittedParetoNBDCovariates.of(**stated, **{"purchase[x]": effect, "dropout[x]": effect})
    assert two.for_customers(column).log_likelihood(*history).sum() == pytest.approx(one.log_likelihood, rel=1e-12)
    free = ParetoNBDCovariates(purchase=["x"], dropout=["x"]).fit(*history, covariates=column)
    assert 0 <= likelihood_ratio(one, free).p_value <= 1


CASES = [
    (family, tied, reference, effects)
    for family, tied, reference, effects in itertools.product(
        (GeometricFamily(), ParetoFamily()), (False, True), (None, 0.4), (False, True)
    )
    if not (tied and effects and (reference or isinstance(family, GeometricFamily))) and (tied or reference is None)
]


@pytest.mark.parametrize(("family", "tied", "reference", "effects"), CASES)
def test_gradients_equal_differences(family: Any, tied: bool, reference: float | None, effects: bool) -> None:
    rng = np.random.default_rng(3)
    x = rng.poisson(2, 200)
    age = rng.uniform(5, 40, 200)
    last = np.where(x > 0, age * rng.uniform(0.1, 1, 200), 0)
    processes = tuple(family.loads) if effects else ()
    columns = tuple("abcd"[: len(processes)])
    seen = observe_profiles(x, last, age, rng.integers(1, 4, 200), rng.normal(size=(200, len(columns))), columns)
    likelihood = _Likelihood(family, Terms(processes, columns, np.full(len(columns), 0.03)), tied, reference)
    at = rng.normal(size=4 + tied + len(columns)) * 0.4
    exact = likelihood(at, seen)[1]
    for place, shift in enumerate(np.eye(at.size) * 1e-5):
        difference = (likelihood(at + shift, seen)[0] - likelihood(at - shift, seen)[0]) / 2e-5
        # Central differences over 1e-5 are right to their square times a third derivative, and rounding over 1e-5.
        assert exact[place] == pytest.approx(difference, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("kind", [FittedParetoNBDCorrelated, FittedBetaGeometricCorrelated])
def test_made_up_and_drawn_customers_follow_the_formulas(kind: Any) -> None:
    letters = PARETO if kind is FittedParetoNBDCorrelated else GEOMETRIC
    live: Any = simulate_pareto_nbd_correlated if "beta" in letters else simulate_beta_geometric_correlated
    fitted = kind.of(**letters, m=2.5)
    rng = np.random.default_rng(8)
    size = 40_000
    lived = live(np.full(size, 30.0), HORIZON, **letters, m=2.5, rng=rng)
    made = fitted.simulate(np.full(size, 30.0), rng)
    for count in (0, 1, 4):
        chance = float(fitted.probability_of_purchases_new(count, 30.0))
        # Shares of 40,000 people are known to .0025; four of those.
        assert (lived.frequency == count).mean() == pytest.approx(chance, abs=0.01)
        assert (made.frequency == count).mean() == pytest.approx(chance, abs=0.01)
    alive = fitted.probability_alive(lived.frequency, lived.recency, lived.age)
    assert alive.mean() == pytest.approx(lived.alive.mean(), abs=0.01)
    drawn = fitted.sample_if_alive(HORIZON, [0, 3, 12], [30.0] * 3, 30_000, rng)
    at_the_end = np.array([0, 3, 12]), np.array([0.0, 30.0, 30.0]), np.full(3, 30.0)
    expected = fitted.expected_purchases(HORIZON, *at_the_end) / fitted.probability_alive(*at_the_end)
    # Four standard errors of each mean.
    assert (np.abs(drawn.mean(axis=1) - expected) < 4 * drawn.std(axis=1) / np.sqrt(30_000)).all()
