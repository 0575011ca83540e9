"""Alarms keep their promise: false ones are as rare as stated for every rhythm, true ones come soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fleuve_analytics.churn import (
    BasketModel,
    FittedRhythm,
    GapTable,
    RhythmModel,
    basket_change,
    calibrated_rate,
    past_silence_alarms,
    rhythm_change,
    silence_alert,
)
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.simulate import simulate_rhythms
from scipy.stats import beta, chi2

YEAR = 365.25
# Clumpy, random, regular; mean gaps of frequent, usual and rare buyers.
SHAPES, PACES = (0.5, 1.0, 8.0), (10.0, 30.0, 90.0)
CLASSES = [(shape, pace) for shape in SHAPES for pace in PACES]
PER_YEAR = 0.1


@dataclass(frozen=True)
class World:
    """People of nine classes in equal parts, nothing ever changing, and the population fitted on them."""

    people: GapTable
    rhythm: FittedRhythm
    kind: Any
    years: float


def people(each: int, years: float, seed: int, **change: float) -> tuple[GapTable, Any]:
    rng = np.random.default_rng(seed)
    kind = np.repeat(np.arange(9), each)
    shape, pace = np.array(CLASSES)[kind].T
    mean = pace * rng.lognormal(0, 0.3, kind.size)
    return simulate_rhythms(mean, shape, days=years * YEAR, rng=rng, **change), kind


def world(each: int, years: float, seed: int) -> World:
    table, kind = people(each, years, seed)
    return World(table, RhythmModel(shapes=(0.35, 0.5, 0.7, 1.0, 2.0, 8.0)).fit(table), kind, years)


@pytest.fixture(scope="module")
def small() -> World:
    return world(45, 3.0, 1)


@pytest.fixture(scope="module")
def large() -> World:
    return world(1_000, 1.5, 2)


def least_rate(alarms: float, years: float) -> float:
    """Lower end of the exact 99.9 % Poisson interval: nine classes and three alarms, wrong once in a hundred runs."""
    return float(chi2.ppf(0.001, 2 * alarms)) / 2 / years if alarms else 0.0


def least_share(hits: int, count: int) -> float:
    """Lower end of the exact binomial interval at the same level."""
    return float(beta.ppf(0.001, hits, count - hits + 1)) if hits else 0.0


def judged_years(one: World) -> tuple[Any, FloatArray]:
    """Who owns each past gap that could be alarmed, and how long it was, in years."""
    runs = one.people.gaps
    late = runs.place >= 5
    return runs.owner[late], runs.value[late] / YEAR


def check_silence(one: World) -> None:
    past = past_silence_alarms(one.rhythm, one.people, per_year=PER_YEAR)
    owner, years = judged_years(one)
    alarmed = one.people.gaps.owner[past.gap]
    assert least_rate(past.alarms, past.years) <= PER_YEAR
    # Caution costs at most two thirds: a rule that never alarmed would keep the rate, too.
    assert past.rate > PER_YEAR / 3
    for kind, name in enumerate(CLASSES):
        alarms = int((one.kind[alarmed] == kind).sum())
        assert least_rate(alarms, float(years[one.kind[owner] == kind].sum())) <= PER_YEAR, name


def check_change(one: World, alerts: Any, runs: Any) -> None:
    first = alerts.first_alarm(runs) >= 0
    for kind, name in enumerate(CLASSES):
        members = one.kind == kind
        assert least_share(int(first[members].sum()), int(members.sum())) <= PER_YEAR * one.years, name


def test_false_alarms_on_silence_are_as_rare_as_stated_for_every_rhythm(small: World) -> None:
    check_silence(small)


def test_false_alarms_on_changes_are_as_rare_as_stated_for_every_rhythm(small: World) -> None:
    check_change(small, rhythm_change(small.rhythm, small.people, per_year=PER_YEAR), small.people.gaps)
    baskets = BasketModel().fit(small.people)
    check_change(small, basket_change(baskets, small.people, per_year=PER_YEAR), small.people.spends)


@pytest.mark.full
def test_a_thousand_customers_of_each_rhythm_get_no_more_false_alarms_of_silence_than_stated(large: World) -> None:
    check_silence(large)


@pytest.mark.full
def test_a_thousand_customers_of_each_rhythm_get_no_more_false_alarms_of_change_than_stated(large: World) -> None:
    check_change(large, rhythm_change(large.rhythm, large.people, per_year=PER_YEAR), large.people.gaps)
    baskets = BasketModel().fit(large.people)
    check_change(large, basket_change(baskets, large.people, per_year=PER_YEAR), large.people.spends)


def test_the_population_is_found(small: World) -> None:
    """A third each of clumpy, random and regular: 405 people, so a share is known to 2.5 points, and gaps tell most."""
    shares = dict(zip(small.rhythm.shapes, small.rhythm.shares, strict=True))
    clumpy, regular = sum(share for shape, share in shares.items() if shape <= 0.7), shares.get(8.0, 0.0)
    assert clumpy == pytest.approx(1 / 3, abs=0.08)
    assert regular == pytest.approx(1 / 3, abs=0.08)
    # Nobody ever left.
    assert small.rhythm.leaving < 0.005


def test_the_exact_average_rate_is_met_without_caution(small: World) -> None:
    """Under the model itself, chances of longer gaps are uniform: 5,000 gaps, so a share is known to 0.7 points."""
    from fleuve_analytics.churn.rhythm import Summary

    runs = small.people.gaps
    ends = np.flatnonzero(runs.place >= 5)
    own = Summary.between(small.people, runs.start[:-1][runs.owner[ends]], ends)
    chance = small.rhythm.tail(runs.value[ends], own)
    for share in (0.05, 0.2, 0.5, 0.9):
        assert (chance < share).mean() == pytest.approx(share, abs=0.02)


def test_a_calibrated_rate_holds_whatever_the_truth_about_rhythms() -> None:
    """Gaps with a season: twice as long for half of the year. The model knows nothing of it; the measured rate does."""
    table, _ = people(45, 4.0, 3)
    begun = np.concatenate([np.cumsum(part) for part in np.split(table.gaps.value, table.gaps.start[1:-1])])
    slow = np.where((begun % YEAR) < YEAR / 2, 2.0, 0.5)
    seasonal = GapTable.of(table.customer, table.gaps.value * slow, np.diff(table.gaps.start), table.silence)
    rhythm = RhythmModel(shapes=(0.35, 0.7, 1.0, 2.0)).fit(seasonal)
    half = np.arange(len(seasonal)) % 2 == 0
    learned, later = (part_of(seasonal, chosen) for chosen in (half, ~half))
    nominal = calibrated_rate(rhythm, learned, per_year=0.3)
    measured = past_silence_alarms(rhythm, later, per_year=nominal)
    assert past_silence_alarms(rhythm, learned, per_year=nominal).rate <= 0.3
    # The other half of the people: the same up to luck, which the interval around the measurement tells.
    assert measured.low <= 0.3
    assert measured.rate > 0.1


def part_of(table: GapTable, chosen: Any) -> GapTable:
    kept = chosen[table.gaps.owner]
    return GapTable.of(
        table.customer[chosen], table.gaps.value[kept], np.diff(table.gaps.start)[chosen], table.silence[chosen]
    )


def test_those_who_stop_are_noticed_the_sooner_the_more_regular_they_are(small: World) -> None:
    """Days of silence until the alarm, in gaps of the customer's own: half of the regular ones within three."""
    alerts = silence_alert(small.rhythm, small.people, per_year=0.3)
    known = np.isfinite(alerts.fires_at)
    own = small.people.gaps.running(small.people.gaps.value)
    start = small.people.gaps.start
    mean = (own[start[1:]] - own[start[:-1]]) / np.maximum(np.diff(start), 1)
    gaps: dict[float, list[float]] = {shape: [] for shape in SHAPES}
    for kind, (shape, _) in enumerate(CLASSES):
        members = known & (small.kind == kind)
        gaps[shape].extend((alerts.fires_at[members] / mean[members]).tolist())
    waits = [float(np.median(gaps[shape])) for shape in SHAPES]
    assert waits[0] > waits[1] > waits[2]
    assert waits[2] < 3


def test_a_change_of_rhythm_is_noticed_within_a_few_purchases() -> None:
    table, kind = people(40, 4.0, 5, change_at=2 * YEAR, gap_factor=3.0)
    rhythm = RhythmModel(shapes=(0.5, 1.0, 2.0, 8.0)).fit(people(40, 4.0, 6)[0])
    first = rhythm_change(rhythm, table, per_year=PER_YEAR).first_alarm(table.gaps)
    usual = np.isin(kind, [3, 4, 6, 7])
    # Random and regular buyers of usual and frequent pace, gaps three times as long.
    assert (first[usual] >= 0).mean() > 0.6
    regular = np.isin(kind, [6, 7])
    runs = table.gaps
    begun = np.concatenate([np.cumsum(part) - part for part in np.split(runs.value, runs.start[1:-1])])
    changed = np.bincount(runs.owner, weights=begun < 2 * YEAR, minlength=len(table))
    late = (first - changed + 1)[regular & (first >= changed)]
    assert np.median(late) <= 4


def test_a_change_of_basket_is_noticed() -> None:
    table, kind = people(40, 4.0, 7, change_at=2 * YEAR, basket_factor=0.4)
    baskets = BasketModel().fit(people(40, 4.0, 8)[0])
    alerts = basket_change(baskets, table, per_year=PER_YEAR)
    frequent = np.isin(kind, [0, 1, 3, 4, 6, 7])
    assert (alerts.first_alarm(table.spends)[frequent] >= 0).mean() > 0.8
    spent = np.nanmedian(alerts.factor[alerts.is_alarm]) if alerts.is_alarm.any() else 0.6
    assert spent == 0.6
