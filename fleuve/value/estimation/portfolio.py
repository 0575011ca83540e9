"""One valuation of everybody, from purchases to figures: what the action stores and pages read."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from fleuve_analytics.errors import AnalyticsError

from fleuve.value.estimation.backtest import GroupOf, back_test
from fleuve.value.estimation.contracts import CONTRACT
from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm, rhythm_of
from fleuve.value.estimation.days import IntArray, Purchases, day_number
from fleuve.value.estimation.known import AlreadyThere
from fleuve.value.estimation.models import ALL, Fits, Group, Predicted, fit_groups, predict
from fleuve.value.estimation.month_ends import stage_codes, standing_of
from fleuve.value.estimation.ranges import Ranges, parameter_spread, ranges_of
from fleuve.value.estimation.statement import statement_of
from fleuve.value.estimation.summed import customers_at
from fleuve.value.rules.bands import bands_of, limits_of
from fleuve.value.rules.contracts import is_late
from fleuve.value.rules.honesty import BackTest, widest_range
from fleuve.value.rules.horizons import LEAST_REPEAT_BUYERS, Horizon, Need, horizon_of, needs_of
from fleuve.value.rules.slipping import CALL_WINDOW_DAYS, at_stake
from fleuve.value.rules.stages import STAGES, is_slipping

__all__ = ["SEED", "Facts", "Outlook", "Portfolio", "Question", "contracts_apart", "groups_by_kind", "value_portfolio"]

SEED: Final = 2004  # any fixed number: the same purchases give the same ranges each time
# A group fitted apart must itself pass the test of enough repeat buyers, at the cut and not only today.
LEAST_REPEAT_BUYERS_APART: Final = 200


@dataclass(frozen=True)
class Question:
    """What is to be valued: the history, its days, and what is known of its customers."""

    purchases: Purchases
    first_day: date
    as_of: date
    complete_months: Sequence[int]
    group_of: GroupOf
    already_there: AlreadyThere
    limits: tuple[int, ...] | None = None  # bands of an earlier valuation, kept so that months compare


@dataclass(frozen=True)
class Facts:
    """What is known without any estimate, per customer."""

    customers: Customers
    rhythm: Rhythm | None
    already_there: BoolArray
    is_slipping: BoolArray
    stage: np.ndarray
    band: IntArray
    limits: tuple[int, ...]
    chance_back: np.ndarray
    at_stake: IntArray
    statement: dict[str, Any]


@dataclass(frozen=True)
class Outlook:
    """What is estimated: fits, predictions, ranges of those with one, the total and its honesty."""

    horizon: Horizon
    test: BackTest
    fits: Fits
    predicted: Predicted
    rows: np.ndarray
    ranges: Ranges
    value: int
    low: int
    high: int
    range_from: str


@dataclass(frozen=True)
class Portfolio:
    """A valuation: facts always, an outlook when history is long enough, else what it needs."""

    facts: Facts
    outlook: Outlook | None
    needs: list[Need]


def value_portfolio(question: Question) -> Portfolio:
    """Value every customer who had bought by the day of the question."""
    customers = customers_at(question.purchases, question.as_of)
    rhythm = rhythm_of(customers, question.purchases.house_days)
    limits = question.limits if question.limits is not None else limits_of(customers.money_12)
    already_there = question.already_there(customers, rhythm.house.half if rhythm else 0.0)
    days = question.purchases.known(question.as_of)
    # Facts need no estimate: a second core works them out beside the first.
    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(statement_of, days, customers, rhythm, already_there, question.complete_months, limits)
        outlook, needs = _outlook(question, customers, rhythm)
        statement = told.result()
    slipping, chance, stake = _slipping(customers, rhythm, outlook)
    facts = Facts(
        customers=customers,
        rhythm=rhythm,
        already_there=already_there,
        is_slipping=slipping,
        stage=_stages(customers, rhythm, already_there, slipping),
        band=bands_of(customers.money_12, limits),
        limits=limits,
        chance_back=chance,
        at_stake=stake,
        statement=statement,
    )
    return Portfolio(facts, outlook, needs)


def _outlook(question: Question, customers: Customers, rhythm: Rhythm | None) -> tuple[Outlook | None, list[Need]]:
    horizon = horizon_of(question.first_day, question.as_of)
    needs = needs_of(question.first_day, question.as_of, _repeat_buyers_at(question, horizon))
    if needs or horizon is None or rhythm is None:
        return None, needs
    rng = np.random.default_rng([SEED, day_number(question.as_of)])
    group = question.group_of(customers.ids)
    try:
        test = back_test(question.purchases, question.first_day, question.as_of, horizon, question.group_of, rng)
        fits = fit_groups(test.families, customers, group) if test else {}
    except AnalyticsError as problem:
        return None, [Need(problem.code, 0, 0)]
    if test is None:
        return None, [Need("repeat_buyers", 0, 0)]
    return _look_ahead(customers, group, rhythm, horizon, test, fits, rng), []


def _repeat_buyers_at(question: Question, horizon: Horizon | None) -> int:
    """Repeat buyers in the part to learn from: half of the history when it is too short for any horizon."""
    half = question.first_day + (question.as_of - question.first_day) / 2
    cut = horizon.cut if horizon else half
    return int((customers_at(question.purchases, cut).purchases >= 2).sum())


def _look_ahead(
    customers: Customers,
    group: Group,
    rhythm: Rhythm,
    horizon: Horizon,
    test: BackTest,
    fits: Fits,
    rng: np.random.Generator,
) -> Outlook:
    predicted = predict(fits, customers, group, horizon.days, rhythm.house.half)
    rows = np.flatnonzero(predicted.is_personal)
    ranges = ranges_of(fits, customers, group, rows, horizon.days, test.levels, rng)
    total = int(predicted.value.sum())
    spread = parameter_spread(fits, customers, group, horizon.days, rng) * total
    low, high, range_from = widest_range(total, spread, test.errors)
    return Outlook(horizon, test, fits, predicted, rows, ranges, total, low, high, range_from)


def _slipping(
    customers: Customers, rhythm: Rhythm | None, outlook: Outlook | None
) -> tuple[BoolArray, np.ndarray, IntArray]:
    """Who is slipping by the rule that the back-test chose, their chance to come back, and the money at stake.

    A list that history could not judge is not shown: nobody is slipping then. Contracts have a rule of their own.
    """
    lists = outlook.test.lists if outlook else None
    if rhythm is None:
        return np.zeros(len(customers), dtype=bool), np.zeros(len(customers)), np.zeros(len(customers), dtype=np.int64)
    chance = _chance_back(customers, rhythm, outlook)
    stake = at_stake(customers.money_12, chance)
    if lists is None:
        slipping = np.zeros(len(customers), dtype=bool)
    elif lists.uses == "own":
        slipping = is_slipping(customers.purchases, rhythm.share_back)
    else:
        slipping = (customers.purchases >= 2) & (customers.silent >= lists.naive_days)
        stake = np.where(customers.is_contract, stake, np.maximum(customers.money_12, 0))
    slipping = np.where(customers.is_contract, is_late(customers.silent), slipping)
    return slipping, chance, np.where(slipping, stake, 0)


def _chance_back(customers: Customers, rhythm: Rhythm, outlook: Outlook | None) -> np.ndarray:
    """Chance of a purchase, or of a debit that is paid, within the call window."""
    chance = rhythm.chance_back(customers.silent, CALL_WINDOW_DAYS)
    rows = np.flatnonzero(customers.is_contract)
    if rows.size and outlook and CONTRACT in outlook.fits:
        history = (customers.frequency[rows], customers.recency[rows], customers.age[rows])
        model = outlook.fits[CONTRACT].lifetime
        chance[rows] = 1 - model.probability_of_purchases(0, CALL_WINDOW_DAYS, *history)
    return chance


def _stages(customers: Customers, rhythm: Rhythm | None, already_there: BoolArray, slipping: BoolArray) -> np.ndarray:
    if rhythm is None:
        return np.where(already_there, "one_time", "new")
    standing = standing_of(customers, rhythm, already_there, slipping)
    return np.asarray(STAGES)[stage_codes(customers, standing, rhythm.house.nine_tenths)]


def groups_by_kind(kinds: dict[str, IntArray], question_purchases: Purchases, cut: date) -> GroupOf:
    """Businesses and consumers apart where both are known and numerous enough at the cut; all together otherwise.

    Whose kind is not known goes with the larger of the two.
    """
    customers = customers_at(question_purchases, cut)
    repeat = customers.ids[customers.purchases >= 2]
    found = {name: np.sort(ids) for name, ids in kinds.items()}
    sizes = {name: int(np.isin(repeat, ids).sum()) for name, ids in found.items()}
    if len(sizes) < 2 or min(sizes.values()) < LEAST_REPEAT_BUYERS_APART:
        return _all_together
    larger, smaller = sorted(sizes, key=lambda name: -sizes[name])[:2]

    def group_of(ids: IntArray) -> Group:
        few = found[smaller]
        place = np.minimum(np.searchsorted(few, ids), few.size - 1)
        return np.where(few[place] == ids, smaller, larger)

    return group_of


def contracts_apart(group_of: GroupOf, purchases: Purchases, cut: date) -> GroupOf:
    """Customers under contract as a group of their own, where at the cut there were enough to learn from."""
    customers = customers_at(purchases, cut)
    if int((customers.is_contract & (customers.purchases >= 2)).sum()) < LEAST_REPEAT_BUYERS:
        return group_of
    contracts = purchases.known(cut).contracts

    def group(ids: IntArray) -> Group:
        place = np.minimum(np.searchsorted(contracts, ids), contracts.size - 1)
        return np.where(contracts[place] == ids, CONTRACT, group_of(ids))

    return group


def _all_together(ids: IntArray) -> Group:
    return np.full(ids.size, ALL)
