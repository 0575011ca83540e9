"""Fit on the first part of the history, judge on the rest, beside what anybody could have done without a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics.errors import AnalyticsError

from fleuve.value.estimation.contracts import CONTRACT, CONTRACT_FAMILIES
from fleuve.value.estimation.customers import Customers, FloatArray, rhythm_of
from fleuve.value.estimation.days import IntArray, Purchases, day_number
from fleuve.value.estimation.models import (
    FAMILIES,
    Families,
    Fit,
    Fits,
    Group,
    Predicted,
    Rows,
    fit_groups,
    fit_rows,
    predict,
)
from fleuve.value.estimation.ranges import Levels, levels_of, ranges_of
from fleuve.value.estimation.summed import customers_at, spent_at
from fleuve.value.rules.honesty import (
    BackTest,
    ListJudgement,
    ListTest,
    deciles_of,
    own_rhythm_is_better,
    relative_error,
)
from fleuve.value.rules.horizons import LEAST_REPEAT_BUYERS, Horizon
from fleuve.value.rules.model_choice import ModelChoice, choose_model
from fleuve.value.rules.slipping import (
    CALL_WINDOW_DAYS,
    at_stake,
    judge,
    naive_list,
    outcome_of,
    own_rhythm_list,
)
from fleuve.value.rules.stages import is_slipping

__all__ = ["GroupOf", "back_test", "list_test", "missed_by"]

GroupOf = Callable[[IntArray], Group]
# Lists are short and their luck is large: four dates a month apart are judged together.
_LIST_DATES: Final = 4
_MOST_JUDGED: Final = 50_000
# Lists, and the fold before the fold, are judged on so many customers at most.
_MOST_BEFORE: Final = 200_000


@dataclass(frozen=True)
class _Fold:
    """Customers as known at a cut, and what they bought in the days after it."""

    customers: Customers
    group: Group
    house_half: float
    days: int
    bought: IntArray
    came: IntArray

    def predicted(self, fits: Fits) -> Predicted:
        return predict(fits, self.customers, self.group, self.days, self.house_half)


def _fold(purchases: Purchases, cut: date, days: int, group_of: GroupOf) -> _Fold | None:
    customers = customers_at(purchases, cut)
    rhythm = rhythm_of(customers, purchases.house_days)
    if rhythm is None or int((customers.purchases >= 2).sum()) < LEAST_REPEAT_BUYERS:
        return None
    until = cut + timedelta(days=days)
    bought, came = spent_at(purchases, customers.ids, customers.as_of, until)
    return _Fold(customers, group_of(customers.ids), rhythm.house.half, days, bought, came)


def back_test(
    purchases: Purchases, first_day: date, as_of: date, horizon: Horizon, group_of: GroupOf, rng: np.random.Generator
) -> BackTest | None:
    """Judge every model at the cut of the horizon and report the best; nothing when the first part is too small.

    Lists are judged apart, by ``list_test``.
    """
    fold = _fold(purchases, horizon.cut, horizon.days, group_of)
    if fold is None:
        return None
    fits, choices = _chosen(fold)
    families = {choice.group: choice.chosen for choice in choices}
    earlier_days = min(horizon.days, (horizon.cut - first_day).days // 2)
    some = purchases.sample(_MOST_BEFORE)
    earlier = _fold(some, horizon.cut - timedelta(days=earlier_days), earlier_days, group_of)
    levels_before, error_before = _calibrate(earlier, families, rng)
    predicted = fold.predicted(fits)
    judged = _judge_ranges(fold, fits, predicted, levels_before, rng)
    before = spent_at(purchases, fold.customers.ids, day_number(horizon.cut) - horizon.days, horizon.cut)[1]
    total, came = int(predicted.value.sum()), int(fold.came.sum())
    return BackTest(
        learned_from=first_day.isoformat(),
        cut=horizon.cut.isoformat(),
        until=as_of.isoformat(),
        horizon_days=horizon.days,
        customers=len(fold.customers),
        choices=choices,
        predicted=total,
        came=came,
        naive_predicted=int(before.sum()),
        predicted_purchases=float(predicted.purchases.sum()),
        came_purchases=int(fold.bought.sum()),
        predicted_buyers=float(predicted.probability_active.sum()),
        came_buyers=int((fold.bought > 0).sum()),
        mean_miss=round(float(np.abs(predicted.money - fold.came).mean())),
        naive_mean_miss=round(float(np.abs(before - fold.came).mean())),
        judged_ranges=int(judged.size),
        levels_before=levels_before,
        coverage=float(judged.mean()) if judged.size else 0.0,
        levels=levels_of(fits, fold.customers, fold.group, fold.came, fold.days, rng),
        errors=(missed_by(total, came), *error_before),
        deciles=tuple(deciles_of(predicted.money, fold.came, predicted.probability_active, fold.bought > 0)),
        lists=None,
    )


def _chosen(fold: _Fold) -> tuple[Fits, tuple[ModelChoice, ...]]:
    """For each group of customers: the model that its own history chooses, fitted, and the scores of all."""
    fits: Fits = {}
    choices = []
    for name in np.unique(fold.group).tolist():
        rows = np.flatnonzero(fold.group == name)
        fitted, fault = _families_of(fold, rows, CONTRACT_FAMILIES if name == CONTRACT else FAMILIES)
        if name == CONTRACT and not fitted:
            fitted, fault = _families_of(fold, rows, FAMILIES)
        if fault and not fitted:
            raise fault
        judged = rows[:: max(1, -(-rows.size // _MOST_JUDGED))]
        choice = choose_model(name, {family: _log_chances(fit, fold, judged) for family, fit in fitted.items()})
        fits[name] = fitted[choice.chosen]
        choices.append(choice)
    return fits, tuple(choices)


def _families_of(fold: _Fold, rows: Rows, families: Iterable[str]) -> tuple[dict[str, Fit], AnalyticsError | None]:
    """Every model that can be fitted on these customers, and the fault of the last that cannot."""
    fits: dict[str, Fit] = {}
    fault: AnalyticsError | None = None
    for family in families:
        try:
            fits[family] = fit_rows(family, fold.customers, rows)
        except AnalyticsError as problem:
            fault = problem
    return fits, fault


def _log_chances(fit: Fit, fold: _Fold, rows: Rows) -> FloatArray:
    """Proper scoring: the logarithm of the chance that a model gave to what came of each customer."""
    people = fold.customers
    history = (people.frequency[rows], people.recency[rows], people.age[rows])
    chance = fit.lifetime.probability_of_purchases(fold.bought[rows], fold.days, *history)
    return np.log(np.maximum(chance, 1e-12))


def _judge_ranges(
    fold: _Fold, fits: Fits, predicted: Predicted, levels: Levels, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Which ranges held what came, of those with an estimate of their own; of many customers, an even sample."""
    rows: Rows = np.flatnonzero(predicted.is_personal & ~fold.customers.has_ended)
    rows = rows[:: max(1, -(-rows.size // _MOST_JUDGED))]
    ends = ranges_of(fits, fold.customers, fold.group, rows, fold.days, levels, rng)
    return np.asarray((fold.came[rows] >= ends.low) & (fold.came[rows] <= ends.high))


def _calibrate(fold: _Fold | None, families: Families, rng: np.random.Generator) -> tuple[Levels, tuple[float, ...]]:
    """The levels that an earlier fold asks for, and by how much its total was missed; nothing where it cannot tell."""
    if fold is None:
        return {}, ()
    try:
        fits = fit_groups(families, fold.customers, fold.group)
    except AnalyticsError:
        return {}, ()
    predicted = fold.predicted(fits)
    levels = levels_of(fits, fold.customers, fold.group, fold.came, fold.days, rng)
    return levels, (missed_by(float(predicted.value.sum()), float(fold.came.sum())),)


def list_test(purchases: Purchases, first_day: date, as_of: date) -> ListTest | None:
    """The list by own rhythm and the naive one of equal length, judged at dates of the second half of the history.

    Of a large base, an even sample is judged.
    """
    some = purchases.sample(_MOST_BEFORE)
    half = first_day + (as_of - first_day) / 2
    wanted = (as_of - timedelta(days=CALL_WINDOW_DAYS + 30 * back) for back in range(_LIST_DATES))
    dates = [day for day in wanted if day >= half]
    judged = [found for day in dates if (found := _lists_at(some, day))]
    if not judged:
        return None
    own, naive = _summed([one.own for one in judged]), _summed([one.naive for one in judged])
    return ListTest(
        dates=tuple(day.isoformat() for day in dates),
        window_days=CALL_WINDOW_DAYS,
        base=sum(one.fallen for one in judged) / max(1, sum(one.repeat for one in judged)),
        own=own,
        naive=naive,
        naive_days=judged[0].naive_days,
        uses="own" if own_rhythm_is_better(own, naive) else "naive",
    )


@dataclass(frozen=True)
class _ListsAt:
    own: ListJudgement
    naive: ListJudgement
    naive_days: int
    repeat: int
    fallen: int


def _lists_at(purchases: Purchases, cut: date) -> _ListsAt | None:
    customers = customers_at(purchases, cut)
    rhythm = rhythm_of(customers, purchases.house_days)
    if rhythm is None:
        return None
    until = cut + timedelta(days=CALL_WINDOW_DAYS)
    came = spent_at(purchases, customers.ids, customers.as_of, until)[1]
    outcome = outcome_of(customers.money_12, customers.age, came, CALL_WINDOW_DAYS, 2 * rhythm.house.half)
    stake = at_stake(customers.money_12, rhythm.chance_back(customers.silent, CALL_WINDOW_DAYS))
    own = own_rhythm_list(is_slipping(customers.purchases, rhythm.share_back) & ~customers.is_contract, stake)
    repeat = (customers.purchases >= 2) & ~customers.is_contract
    naive, naive_days = naive_list(repeat, customers.silent, customers.money_12, own.size)
    fallen = int(outcome.is_fallen[repeat].sum())
    return _ListsAt(judge(own, outcome), judge(naive, outcome), naive_days, int(repeat.sum()), fallen)


def _summed(judgements: Sequence[ListJudgement]) -> ListJudgement:
    total = judgements[0]
    for one in judgements[1:]:
        total += one
    return total


def missed_by(predicted: float, came: float) -> float:
    """By how much a total was missed, at most tenfold: nothing at all came is an infinite ratio, which JSON cannot say,
    and a range of a total is never wider than that."""
    return min(relative_error(predicted, came), math.log(10.0))
