"""Contracts are valued by their renewal: docs/rules/contracts.md and docs/rules/purchases.md, "13. Subscriptions"."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from fleuve_analytics.lifetime import FittedBuying

from fleuve.value.estimation.contracts import CONTRACT, FittedDebits, fit_debits
from fleuve.value.estimation.customers import customers_as_of, rhythm_of, spent_between
from fleuve.value.estimation.days import HeldPurchases, day_number
from fleuve.value.estimation.models import fit_buying
from fleuve.value.estimation.portfolio import Portfolio, contracts_apart, value_portfolio
from fleuve.value.rules.contracts import PERIOD_DAYS, contract_stages, renewals_of
from fleuve.value.rules.stages import STAGES
from fleuve.value.tests.gym import ALPHA, BETA, gym
from fleuve.value.tests.histories import FIRST, all_together, question

DAYS = 800
LAST = FIRST + timedelta(days=DAYS - 1)

# docs/rules/contracts.md, "Where a contract stands": silent, first debit, already there, stage.
STANDS = [
    (10, 20, False, "new"),
    (10, 20, True, "active"),
    (10, 400, False, "active"),
    (38, 400, False, "active"),
    (39, 400, False, "slipping"),
    (69, 400, False, "slipping"),
    (70, 400, False, "lost"),
    (70, 80, False, "lost"),
]


@pytest.mark.parametrize(("silent", "age", "there", "stage"), STANDS)
def test_a_contract_stands_where_its_debits_say(silent: int, age: int, there: bool, stage: str) -> None:
    assert STAGES[int(contract_stages([silent], [age], [there])[0])] == stage


def test_months_between_debits_are_whole_however_long_the_month() -> None:
    assert renewals_of([0, 28, 31, 59, 62, 365, 730]).tolist() == [0, 1, 1, 2, 2, 12, 24]


def fitted(pauses: float, seed: int = 5, family: str = "ShiftedBetaGeometric") -> FittedDebits:
    people = customers_as_of(gym(3_000, 0, DAYS, seed, pauses).told.days, LAST)
    return fit_debits(family, people, np.arange(len(people)))


def test_the_planted_chance_of_leaving_is_found_again() -> None:
    """Retention of each of the first twelve renewals within three points; 3,000 members know it to about one."""
    found = fitted(0.0)
    months = np.arange(1, 13)
    planted = (BETA + months - 1) / (ALPHA + BETA + months - 1)
    assert found.renewal.retention_rate(months) == pytest.approx(planted, abs=0.03)
    assert found.paid_share == 1.0


def test_paused_and_failed_debits_are_not_taken_for_leaving() -> None:
    """A debit in twenty is missed: the contract goes on, that debit is not paid, and who missed one may return."""
    found = fitted(0.05)
    planted = BETA / (ALPHA + BETA)
    assert float(found.renewal.retention_rate(1)) == pytest.approx(planted, abs=0.04)
    assert found.paid_share == pytest.approx(0.95, abs=0.02)
    assert found.probability_alive([5] * 4, [150] * 4, [160, 185, 200, 260]).tolist() == [
        1,
        found.pays_late,
        found.resumes,
        0,
    ]
    assert 0.2 < found.resumes <= found.pays_late < 0.6


def test_chances_of_numbers_of_debits_agree_with_their_mean_and_with_draws() -> None:
    model = fitted(0.05)
    history = (np.array([5, 20]), np.array([152.0, 609.0]), np.array([160.0, 615.0]))
    counts = np.arange(8)
    chances = np.array([model.probability_of_purchases(count, 183, *history) for count in counts])
    assert chances.sum(axis=0) == pytest.approx([1, 1])
    assert counts @ chances == pytest.approx(model.expected_purchases(183, *history))
    drawn = model.sample_if_alive(183, history[0], history[1], 40_000, np.random.default_rng(1))
    assert drawn.mean(axis=1) == pytest.approx(counts @ chances, rel=0.02)
    assert FittedDebits.from_json(json.loads(model.to_json())) == model


def valued(purchases: HeldPurchases) -> Portfolio:
    asked = question(purchases, DAYS)
    cut = FIRST + timedelta(days=DAYS - 1 - 365)
    group_of = contracts_apart(all_together, purchases, cut)
    return value_portfolio(type(asked)(**vars(asked) | {"group_of": group_of}))


def test_a_purchase_model_alone_would_have_misled() -> None:
    """docs/rules/contracts.md, "What a purchase model makes of debits": 1,500 members, a year judged."""
    club = gym(1_500, 600, DAYS, seed=11)
    cut = FIRST + timedelta(days=DAYS - 1 - 365)
    people = customers_as_of(club.told.known(cut), cut)
    rows = np.flatnonzero(people.is_contract)
    history = (people.frequency[rows], people.recency[rows], people.age[rows])
    came, _money = spent_between(club.told.days, people.ids[rows], day_number(cut), day_number(LAST))
    renewals = fit_debits("ShiftedBetaGeometric", people, rows)
    expected = renewals.expected_purchases(365, *history)
    irregular = [fit_buying(family, people, rows) for family in ("BetaGeometric", "ModifiedBetaGeometric", "ParetoNBD")]
    regular = fit_buying("ModifiedBetaGeometricRegular", people, rows)
    predictions = [model.expected_purchases(365, *history) for model in irregular]
    assert abs(expected.sum() / came.sum() - 1) < 0.03
    assert np.abs(expected - came).mean() < 0.8 * min(np.abs(other - came).mean() for other in predictions)
    assert score(renewals, came, history) > 0.5 + max(score(model, came, history) for model in irregular)
    assert score(renewals, came, history) > 0.15 + score(regular, came, history)
    over = people.has_ended[rows]
    assert came[over].sum() == expected[over].sum() == 0
    assert min(other[over].sum() for other in predictions) > 200, "debits expected of members who had left"


def score(model: FittedBuying | FittedDebits, came: np.ndarray, history: tuple[np.ndarray, ...]) -> float:
    """Mean logarithm of the chance given to what came."""
    return float(np.log(np.maximum(model.probability_of_purchases(came, 365, *history), 1e-12)).mean())


def test_contracts_are_a_group_of_their_own_with_honest_ranges() -> None:
    club = gym(1_500, 600, DAYS, seed=11)
    told = valued(club.told).outlook
    assert told is not None
    assert {choice.group for choice in told.test.choices} == {"all", CONTRACT}
    assert abs(told.test.predicted / told.test.came - 1) < 0.12
    assert told.test.judged_ranges > 300
    assert 0.80 <= told.test.coverage < 0.95, "numbers of debits are whole: a range holds more than it must"


def test_debits_read_as_purchases_know_no_difference_between_people() -> None:
    """Amounts that never differ have no spread: the spend model ends in a limit, and says so."""
    untold = valued(gym(1_500, 600, DAYS, seed=11).untold)
    assert untold.outlook is not None
    assert not any(fit.spend.converged for fit in untold.outlook.fits.values())
    told = valued(gym(1_500, 600, DAYS, seed=11).told)
    assert told.outlook is not None
    assert told.outlook.fits.keys() != untold.outlook.fits.keys()


def test_who_left_is_worth_nothing_and_who_stays_what_renewals_bring() -> None:
    club = gym(1_500, 600, DAYS, seed=12)
    portfolio = valued(club.told)
    outlook, people = portfolio.outlook, portfolio.facts.customers
    assert outlook is not None
    left = people.is_contract & (people.silent > 69)
    assert left.sum() > 300
    assert set(portfolio.facts.stage[left].tolist()) == {"lost"}
    assert outlook.predicted.value[left & outlook.predicted.is_personal].max() == 0
    old = people.is_contract & (people.silent <= 31) & (people.recency > 500)
    young = people.is_contract & (people.silent <= 31) & (people.recency < 100) & outlook.predicted.is_personal
    assert outlook.predicted.purchases[old].mean() > 1.1 * outlook.predicted.purchases[young].mean()
    assert outlook.predicted.purchases[old].max() <= 12
    assert (portfolio.facts.stage[portfolio.facts.is_slipping & people.is_contract] == "slipping").all()


def test_debits_are_no_rhythm_of_the_house() -> None:
    club = gym(1_500, 600, DAYS, seed=13)
    alone = gym(0, 600, DAYS, seed=13)
    told, bare = (rhythm_of(customers_as_of(one.told.days, LAST)) for one in (club, alone))
    assert told is not None
    assert bare is not None
    assert told.house == bare.house
    assert told.returns == bare.returns


def test_few_contracts_are_not_a_group_of_their_own() -> None:
    few = gym(40, 600, DAYS, seed=14)
    group_of = contracts_apart(all_together, few.told, LAST)
    assert set(group_of(few.members)) == {"all"}


def test_a_year_of_debits_is_twelve_of_them() -> None:
    assert round(365 / PERIOD_DAYS) == 12
