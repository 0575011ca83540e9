"""Planted rhythms, baskets and reasons to leave are found, and scatter no more than they must.

None of these models states errors of its own: the scatter of 200 estimates is held against Fisher's information, and
trees, which have no parameters to find, against the chances that were planted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics.churn import BasketModel, ChurnLogistic, ChurnModel, FittedRhythm, GapTable, RhythmModel
from fleuve_analytics.churn.baskets import BasketSummary, FittedBaskets
from fleuve_analytics.churn.rhythm import Summary
from fleuve_analytics.numerics import FloatArray
from scipy.special import expit, log_expit, logsumexp

CROWDS = 200
# Clumpy, random, regular; r, beta, the chance of leaving, and the shares of the first two.
SHAPES = (0.5, 1.0, 4.0)
RHYTHM = (2.5, 60.0, 0.03, 0.3, 0.3)
BASKET = (3.0, 0.4, 3.0, 0.6)
REASONS = np.array([-0.7, 0.8, -0.5])


def buyers(people: int, rng: np.random.Generator, days: float = 730.0) -> GapTable:
    """Everybody buys on day 0 and then, gap by gap, until she leaves after a purchase or the days are over."""
    r, beta, leaving, clumpy, random = RHYTHM
    shape = rng.choice(SHAPES, people, p=(clumpy, random, 1 - clumpy - random))
    mean, purchases = beta / rng.gamma(r, size=people), rng.geometric(leaving, people)
    now, counts, rounds = np.zeros(people), np.zeros(people, dtype=np.int64), []
    going = np.flatnonzero(purchases > 1)
    while going.size:
        gap = np.maximum(rng.gamma(shape[going], mean[going] / shape[going]), 1e-6)
        seen = now[going] + gap <= days
        going, gap = going[seen], gap[seen]
        now[going] += gap
        counts[going] += 1
        rounds.append((going, gap))
        going = going[counts[going] < purchases[going] - 1]
    who, gaps = (np.concatenate(part) for part in zip(*rounds, strict=True))
    return GapTable.of(np.arange(people), gaps[np.argsort(who, kind="stable")], counts, days - now)


def spenders(people: int, rng: np.random.Generator) -> GapTable:
    """Two to twelve baskets each, log-normal, with a mean and a variance of her own."""
    m, kappa, a, b = BASKET
    variance, counts = b / rng.gamma(a, size=people), rng.integers(2, 13, people)
    mean = rng.normal(m, np.sqrt(variance / kappa))
    logs = rng.normal(np.repeat(mean, counts), np.repeat(np.sqrt(variance), counts))
    gaps = np.ones(logs.size - people)
    return GapTable.of(np.arange(people), gaps, counts - 1, np.ones(people), np.exp(logs))


def leavers(people: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Two features that go together, and who left."""
    features = rng.normal(size=(people, 2)) @ np.array([[1.0, 0.5], [0.0, 2.0]]) + (3.0, -1.0)
    return features, rng.random(people) < expit(REASONS[0] + features @ REASONS[1:])


@pytest.mark.full
def test_the_population_of_rhythms_is_found(expected_errors: Any, check_scatter: Any) -> None:
    """200 crowds of 400, seen for two years."""
    people, rng = 400, np.random.default_rng(31)
    many = buyers(40_000, np.random.default_rng(1))
    seen = Summary.of(many)

    def log_density(at: FloatArray) -> FloatArray:
        r, beta, leaving, *shares = at.tolist()
        each = FittedRhythm(
            customers=1.0,
            shapes=SHAPES,
            shares=(*shares, 1 - sum(shares)),
            r=r,
            beta=beta,
            leaving=leaving,
            log_likelihood=0.0,
        )
        silent = np.log(leaving + (1 - leaving) * each.tail(many.silence, seen))
        return np.asarray(logsumexp(each.log_marginal(seen), axis=1) + seen.count * np.log1p(-leaving) + silent)

    least = expected_errors(log_density, RHYTHM, people)
    found = []
    for _ in range(CROWDS):
        fitted = RhythmModel(shapes=SHAPES).fit(buyers(people, rng))
        found.append([fitted.r, fitted.beta, fitted.leaving, *fitted.shares[:2]])
    check_scatter(np.array(found), np.array(RHYTHM), least)


@pytest.mark.full
def test_the_population_of_baskets_is_found(expected_errors: Any, check_scatter: Any) -> None:
    """200 crowds of 500."""
    people, rng = 500, np.random.default_rng(32)
    many = spenders(40_000, np.random.default_rng(2))

    def log_density(at: FloatArray) -> FloatArray:
        m, kappa, a, b = at.tolist()
        population = FittedBaskets(customers=1.0, m=m, kappa=kappa, a=a, b=b, log_likelihood=0.0)
        runs = population.paid(many).runs
        return population.log_marginal(BasketSummary.between(runs, runs.start[:-1], runs.start[1:]))

    least = expected_errors(log_density, BASKET, people)
    found = []
    for _ in range(CROWDS):
        fitted = BasketModel().fit(spenders(people, rng))
        found.append([fitted.m, fitted.kappa, fitted.a, fitted.b])
    check_scatter(np.array(found), np.array(BASKET), least)


@pytest.mark.full
def test_reasons_to_leave_are_found(expected_errors: Any, check_scatter: Any) -> None:
    """200 crowds of 800: the ridge, worth about one customer, moves no coefficient by a tenth of its error."""
    people, rng = 800, np.random.default_rng(33)
    rows, left = leavers(40_000, np.random.default_rng(3))
    least = expected_errors(lambda at: log_expit((2 * left - 1) * (at[0] + rows @ at[1:])), REASONS, people)
    found = []
    for _ in range(CROWDS):
        fitted = ChurnLogistic().fit(*leavers(people, rng))
        away = np.dot(fitted.coefficients, fitted.centre)
        found.append([fitted.intercept - away, *fitted.coefficients])
    check_scatter(np.array(found), REASONS, least)


def by_steps(people: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Weeks of silence and tickets, and the chance of leaving: a step, and after it another one."""
    features = np.column_stack([rng.geometric(0.2, people), rng.poisson(1, people)]).astype(np.float64)
    after = np.where(features[:, 1] >= 2, 0.8, 0.5)
    return features, np.where(features[:, 0] > 5, after, 0.15)


@pytest.mark.full
def test_steps_in_the_chance_of_leaving_are_found_by_trees() -> None:
    """200 crowds of 1,200, with few and small trees to save time."""
    model, rng = ChurnModel(rounds=20, learning_rate=0.15, leaves=4, depth=2, folds=2), np.random.default_rng(34)
    pytest.importorskip("sklearn")
    found, off = [], []
    for _ in range(CROWDS):
        features, chance = by_steps(1_200, rng)
        fitted = model.fit(features, rng.random(1_200) < chance)
        found.append(fitted.probabilities([[2, 1], [10, 0], [10, 3]]))
        others, right = by_steps(2_000, rng)
        off.append(fitted.probabilities(others).mean() - right.mean())
    # A mean of 200 is known to half a point; trees this small lend each step a little of the next.
    assert np.mean(found, axis=0) == pytest.approx([0.15, 0.5, 0.8], abs=0.04)
    # The mean chance is as certain as a share of 1,200 people with these chances, 1.2 points: no bias beyond three
    # errors of 200 such means, and no more scatter than that and a quarter for what trees add.
    least = np.sqrt(np.mean(right * (1 - right)) / 1_200)
    assert abs(np.mean(off)) < 3 * least / np.sqrt(CROWDS)
    assert np.std(off) < 1.25 * least
