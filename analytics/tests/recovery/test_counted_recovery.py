"""Intervals of what is merely counted hold as often as they say, and tests err as rarely: 400 small shops each."""

from __future__ import annotations

import numpy as np
from fleuve_analytics import log_rank, nelson_aalen, recency_rates, retention_curve, segment_migration
from fleuve_analytics.equity import campaign_result
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.retention import recency_migration, recency_value
from fleuve_analytics.segmentation import markov_check
from fleuve_analytics.simulate import simulate_shifted_beta_geometric

SHOPS = 400
AGAIN = (0.3, 0.2, 0.1)
MOVES = np.array([[0.8, 0.15, 0.05], [0.3, 0.6, 0.1], [0.02, 0.18, 0.8]])
# .95 over 400 shops is known to 1.1 points; three of those, and one above for shares that move in steps.
LEAST, MOST = 0.915, 0.99


def purchases_by_recency(people: int, periods: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Everybody buys in period 1, and then with a chance that the periods since decide."""
    silent, who, when = np.ones(people, dtype=np.int64), [np.arange(people)], [np.ones(people, dtype=np.int64)]
    chance = np.append(AGAIN, 0.0)
    for period in range(2, periods + 1):
        buys = rng.random(people) < chance[np.minimum(silent, 4) - 1]
        who.append(np.flatnonzero(buys))
        when.append(np.full(int(buys.sum()), period))
        silent = np.where(buys, 1, silent + 1)
    return np.concatenate(who), np.concatenate(when)


def moved(before: IntArray, rng: np.random.Generator) -> IntArray:
    """Where people in each state are one period later."""
    return np.asarray((rng.random(before.size)[:, np.newaxis] > np.cumsum(MOVES, axis=1)[before]).sum(axis=1))


def test_chances_by_recency_and_the_values_that_follow_are_covered() -> None:
    rng, inside = np.random.default_rng(41), []
    right = recency_migration(AGAIN, 40, 4).value(0.2)
    for _ in range(SHOPS):
        rates = recency_rates(*purchases_by_recency(150, 10, rng), until=10, states=3)
        worth = recency_value(rates, 40, 4, 0.2)
        shares = (rates.low <= AGAIN) & (rates.high >= AGAIN)
        # The last state, a former customer, is worth nothing for certain.
        inside.append(np.append(shares, ((worth.low <= right) & (right <= worth.high))[:-1]))
    check_coverage(np.array(inside))


def test_moves_between_segments_are_covered_and_a_chain_without_memory_is_believed() -> None:
    rng, inside, doubted = np.random.default_rng(42), [], 0
    for _ in range(SHOPS):
        first = rng.integers(0, 3, 300)
        second = moved(first, rng)
        third = moved(second, rng)
        found = segment_migration(first, second)
        inside.append(((found.low <= MOVES) & (found.high >= MOVES)).ravel())
        doubted += markov_check(first, second, third).p_value < 0.05
    check_coverage(np.array(inside))
    check_level(doubted)


def test_the_gathered_hazard_is_covered_and_like_groups_are_not_told_apart() -> None:
    """Contracts that end at a steady rate of a tenth, half of them entered late."""
    rng, inside, told = np.random.default_rng(43), [], 0
    for _ in range(SHOPS):
        life, end = rng.exponential(10, 300), rng.uniform(2, 14, 300)
        entry = np.where(rng.random(300) < 0.5, 0.0, rng.uniform(0, 5, 300))
        seen = (life > entry) & (end > entry)
        rows = np.minimum(life, end)[seen], (life <= end)[seen]
        hazard = nelson_aalen(*rows, entry[seen])
        place = np.searchsorted(hazard.time, 6.0, side="right") - 1
        told += log_rank(*rows, rng.random(rows[0].size) < 0.4, entry[seen]).p_value < 0.05
        inside.append([hazard.low[place] <= 0.6 <= hazard.high[place]])
    check_coverage(np.array(inside))
    check_level(told)


def test_shares_that_renew_are_covered() -> None:
    """One to six renewals seen of 200 contracts; the faithful remain, so the shares rise."""
    rng, inside, age = np.random.default_rng(45), [], np.arange(4)
    truth = (2.4 + age) / (0.8 + 2.4 + age)
    for _ in range(SHOPS):
        made = simulate_shifted_beta_geometric(rng.integers(1, 7, 200), alpha=0.8, beta=2.4, rng=rng)
        found = retention_curve(made.duration, made.left)
        inside.append((found.low[:4] <= truth) & (truth <= found.high[:4]))
    check_coverage(np.array(inside))


def test_what_a_campaign_brought_is_covered() -> None:
    """4 % order anyway and 6 % when contacted; a small group left alone."""
    rng, inside = np.random.default_rng(44), []
    for _ in range(SHOPS):
        orders, alone = rng.binomial(2_000, 0.06), rng.binomial(500, 0.04)
        found = campaign_result(
            contacted=2_000, orders=orders, control=500, control_orders=alone, contact_cost=1, margin=20
        )
        inside.append(
            [found.extra_orders.low <= 40 <= found.extra_orders.high, found.net.low <= -1_200 <= found.net.high]
        )
    check_coverage(np.array(inside))


def check_coverage(inside: FloatArray) -> None:
    covered = inside.mean(axis=0)
    assert ((covered > LEAST) & (covered < MOST)).all(), covered


def check_level(alarms: int) -> None:
    """A test of 5 % alarms 20 times in 400 by luck alone, give or take 4.4: three of those."""
    assert 7 <= alarms <= 33, alarms
