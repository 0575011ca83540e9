"""One valuation of everybody, from purchases to figures: what the action stores and pages read."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from fleuve_analytics.errors import AnalyticsError

from fleuve.value.estimation.backtest import GroupOf, back_test, list_test
from fleuve.value.estimation.contracts import CONTRACT
from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm, rhythm_of
from fleuve.value.estimation.days import IntArray, Purchases, day_number
from fleuve.value.estimation.known import AlreadyThere
from fleuve.value.estimation.models import ALL, Fits, Group, Predicted, fit_groups, predict
from fleuve.value.estimation.month_ends import stage_codes, standing_of
from fleuve.value.estimation.ranges import Ranges, parameter_spread, ranges_of
from fleuve.value.estimation.statement import statement_of
from fleuve.value.estimation.summed import customers_at, repeat_buyers_at
from fleuve.value.estimation.windows import windows_of
from fleuve.value.rules.bands import bands_of, limits_of
from fleuve.value.rules.contracts import is_late
from fleuve.value.rules.honesty import BackTest, ListTest, widest_range
from fleuve.value.rules.horizons import LEAST_REPEAT_BUYERS, Horizon, Need, horizon_of, needs_of
from fleuve.value.rules.slipping import CALL_WINDOW_DAYS, at_stake
from fleuve.value.rules.stages import STAGES, is_slipping

__all__ = [
    "SEED",
    "Facts",
    "Judged",
    "Outlook",
    "Portfolio",
    "Prospect",
    "Question",
    "contracts_apart",
    "groups_by_kind",
    "judge",
    "look_ahead",
    "value_portfolio",
]

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


@dataclass(frozen=True)
class Prospect:
    """What chooses and fits the models of an outlook: a horizon that history could check, its test, today's fits."""

    horizon: Horizon
    test: BackTest
    fits: Fits


@dataclass(frozen=True)
class Judged:
    """The customers of a valuation with everything that is known of them before anybody looks ahead.

    ``prospect``: nothing where history is too short, and then ``needs`` says what is missing.
    """

    as_of: date
    customers: Customers
    rhythm: Rhythm | None
    already_there: BoolArray
    limits: tuple[int, ...]
    group: Group
    statement: dict[str, Any]
    prospect: Prospect | None
    needs: list[Need]


def value_portfolio(question: Question) -> Portfolio:
    """Value every customer who had bought by the day of the question."""
    return look_ahead(judge(question, customers_at(question.purchases, question.as_of)))


def judge(question: Question, customers: Customers) -> Judged:
    """Sum up facts, judge models on the past and fit the best; ``customers``: everybody on the day of the question."""
    rhythm = rhythm_of(customers, question.purchases.house_days)
    limits = question.limits if question.limits is not None else limits_of(customers.money_12)
    already_there = question.already_there(customers, rhythm.house.half if rhythm else 0.0)
    group = question.group_of(customers.ids)
    windows = windows_of(question.purchases, customers.ids, question.as_of)
    # Facts and lists need no model: a second core works them out beside the first.
    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(statement_of, windows, customers, rhythm, already_there, question.complete_months, limits)
        lists = beside.submit(list_test, question.purchases, question.first_day, question.as_of)
        prospect, needs = _prospect(question, customers, rhythm, group, lists)
        statement = told.result()
    return Judged(question.as_of, customers, rhythm, already_there, limits, group, statement, prospect, needs)


def look_ahead(judged: Judged) -> Portfolio:
    """What may be expected of everybody, and what follows from it today."""
    customers, rhythm, already_there = judged.customers, judged.rhythm, judged.already_there
    outlook = _outlook(judged)
    slipping, chance, stake = _slipping(customers, rhythm, outlook)
    facts = Facts(
        customers=customers,
        rhythm=rhythm,
        already_there=already_there,
        is_slipping=slipping,
        stage=_stages(customers, rhythm, already_there, slipping),
        band=bands_of(customers.money_12, judged.limits),
        limits=judged.limits,
        chance_back=chance,
        at_stake=stake,
        statement=judged.statement,
    )
    return Portfolio(facts, outlook, judged.needs)


def _prospect(
    question: Question, customers: Customers, rhythm: Rhythm | None, group: Group, lists: Future[ListTest | None]
) -> tuple[Prospect | None, list[Need]]:
    horizon = horizon_of(question.first_day, question.as_of)
    needs = needs_of(question.first_day, question.as_of, _repeat_buyers_at(question, horizon))
    if needs or horizon is None or rhythm is None:
        return None, needs
    rng = np.random.default_rng([SEED, day_number(question.as_of)])
    try:
        test = back_test(question.purchases, question.first_day, question.as_of, horizon, question.group_of, rng)
        fits = fit_groups(test.families, customers, group) if test else {}
    except AnalyticsError as problem:
        return None, [Need(problem.code, 0, 0)]
    if test is None:
        return None, [Need("repeat_buyers", 0, 0)]
    return Prospect(horizon, replace(test, lists=lists.result()), fits), []


def _repeat_buyers_at(question: Question, horizon: Horizon | None) -> int:
    """Repeat buyers in the part to learn from: half of the history when it is too short for any horizon."""
    half = question.first_day + (question.as_of - question.first_day) / 2
    cut = horizon.cut if horizon else half
    return repeat_buyers_at(question.purchases, cut)


def _outlook(judged: Judged) -> Outlook | None:
    customers, group, rhythm, prospect = judged.customers, judged.group, judged.rhythm, judged.prospect
    if rhythm is None or prospect is None:
        return None
    test, fits, days = prospect.test, prospect.fits, prospect.horizon.days
    rng = np.random.default_rng([SEED, day_number(judged.as_of), 1])
    predicted = predict(fits, customers, group, days, rhythm.house.half)
    rows = np.flatnonzero(predicted.is_personal)
    ranges = ranges_of(fits, customers, group, rows, days, test.levels, rng)
    total = int(predicted.value.sum())
    spread = parameter_spread(fits, customers, group, days, rng) * total
    low, high, range_from = widest_range(total, spread, test.errors)
    return Outlook(prospect.horizon, test, fits, predicted, rows, ranges, total, low, high, range_from)


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
    if len(kinds) < 2:
        return _all_together
    customers = customers_at(question_purchases, cut)
    repeat = customers.ids[customers.purchases >= 2]
    found = {name: np.sort(ids) for name, ids in kinds.items()}
    sizes = {name: int(np.isin(repeat, ids).sum()) for name, ids in found.items()}
    if min(sizes.values()) < LEAST_REPEAT_BUYERS_APART:
        return _all_together
    larger, smaller = sorted(sizes, key=lambda name: -sizes[name])[:2]

    def group_of(ids: IntArray) -> Group:
        few = found[smaller]
        place = np.minimum(np.searchsorted(few, ids), few.size - 1)
        return np.where(few[place] == ids, smaller, larger)

    return group_of


def contracts_apart(group_of: GroupOf, purchases: Purchases, cut: date) -> GroupOf:
    """Customers under contract as a group of their own, where at the cut there were enough to learn from."""
    contracts = purchases.contracts
    if not contracts.size:
        return group_of
    customers = customers_at(purchases, cut)
    if int((customers.is_contract & (customers.purchases >= 2)).sum()) < LEAST_REPEAT_BUYERS:
        return group_of

    def group(ids: IntArray) -> Group:
        place = np.minimum(np.searchsorted(contracts, ids), contracts.size - 1)
        return np.where(contracts[place] == ids, CONTRACT, group_of(ids))

    return group


def _all_together(ids: IntArray) -> Group:
    return np.full(ids.size, ALL)
