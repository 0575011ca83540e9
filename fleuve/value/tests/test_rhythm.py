"""docs/rules/slipping.md: usual gaps, the curve of returns and the two lists."""

from __future__ import annotations

import numpy as np
import pytest

from fleuve.value.estimation.customers import customers_as_of, rhythm_of
from fleuve.value.rules.rhythm import Returns, house_of, returns_of, usual_gaps
from fleuve.value.rules.slipping import at_stake, judge, naive_list, outcome_of, own_rhythm_list
from fleuve.value.tests.histories import FIRST, shop

# docs/rules/slipping.md, "The usual gap": own gaps, house gap, usual gap.
USUAL = [([], 28, 28.0), ([7], 28, 19.8), ([7] * 10, 28, 9.6), ([7] * 60, 28, 7.5), ([97], 25, 35.1)]


@pytest.mark.parametrize(("gaps", "house", "usual"), USUAL)
def test_the_usual_gap_leans_on_the_house_while_gaps_are_few(gaps: list[int], house: float, usual: float) -> None:
    found = usual_gaps([len(gaps)], [float(np.log(gaps).sum()) if gaps else 0.0], house)
    assert found[0] == pytest.approx(usual, abs=0.05)


def test_the_house_is_read_off_all_gaps() -> None:
    house = house_of([10, 10, 40, 40])
    assert house is not None
    assert house.usual == pytest.approx(20)
    assert (house.half, house.gaps) == (25, 4)
    assert house_of([]) is None


def test_the_curve_counts_unfinished_silences_as_not_yet_back() -> None:
    """docs/rules/slipping.md, "Ten customers": without the four who wait, the curve would be too quick."""
    curve = returns_of([1, 1, 2, 2, 3, 4] * 10, [1, 2, 5, 5] * 10)
    assert curve.still_waiting([0.5, 1, 2]).tolist() == pytest.approx([1.0, 0.8, 0.8 * 50 / 70], abs=1e-5)
    assert curve.share_back(curve.silence[-1]) == pytest.approx(1.0)


def test_chances_stay_between_never_and_always() -> None:
    curve = returns_of(np.linspace(0.2, 6, 400), np.linspace(0.1, 12, 100))
    chance = curve.chance_back(np.linspace(0, 60, 50), 4.0)
    assert (chance >= 0).all()
    assert (chance < 1).all()
    assert chance[-1] > 0, "no silence makes a return impossible"
    assert chance[0] > chance[-1]


def test_a_curve_survives_a_row_of_the_database() -> None:
    curve = returns_of(np.linspace(0.2, 6, 4000), np.linspace(0.1, 12, 100))
    assert len(curve.silence) <= 401
    assert Returns.from_json(curve.to_json()) == curve


def test_the_same_silence_is_nothing_for_one_and_much_for_another() -> None:
    fast, slow = list(range(0, 200, 5)), list(range(0, 200, 60))
    others = {f"o{number}": [number, number + 25, number + 50, number + 80] for number in range(40)}
    days = shop(fast=fast, slow=slow, **others).known(None)
    rhythm = rhythm_of(customers_as_of(days, FIRST.replace(month=8, day=15)))
    assert rhythm is not None
    assert rhythm.usual[0] < 7 < 30 < rhythm.usual[1]
    assert rhythm.share_back[0] > rhythm.share_back[1]


def test_money_at_stake_is_a_year_of_money_times_the_chance_not_to_return() -> None:
    """docs/rules/slipping.md, "Money at stake"."""
    assert at_stake([248_509, 539_223, -10], [0.36, 0.78, 0.5]).tolist() == [159_046, 118_629, 0]


def test_lists_are_ordered_by_what_is_at_stake() -> None:
    slipping = np.array([True, False, True, True])
    assert own_rhythm_list(slipping, np.array([5, 99, 7, 7])).tolist() == [2, 3, 0]


def test_the_naive_list_has_the_longest_silences_of_the_same_number() -> None:
    rows, days = naive_list(
        np.array([True, True, True, False]), np.array([10, 90, 40, 200]), np.array([1, 2, 3, 4]), length=2
    )
    assert rows.tolist() == [2, 1]
    assert days == 40


# docs/rules/slipping.md, "What counts as right": money of 12 months, days known, came in 91 days, fallen, missing.
OUTCOMES = [
    (36_500, 365, 0, True, 9_100),
    (36_500, 365, 4_549, True, 4_551),
    (36_500, 365, 4_550, False, 4_550),
    (36_500, 365, 20_000, False, 0),
    (10_000, 20, 7_000, True, 9_250),
]


@pytest.mark.parametrize(("money", "known", "came", "fallen", "missing"), OUTCOMES)
def test_a_customer_has_fallen_below_half_of_their_pace(
    money: int, known: int, came: int, fallen: bool, missing: int
) -> None:
    outcome = outcome_of(np.array([money]), np.array([known]), np.array([came]), 91, least_age=56)
    assert outcome.is_fallen.tolist() == [fallen]
    assert outcome.missing.tolist() == [missing]


def test_a_list_is_judged_whole_and_by_its_first_twenty() -> None:
    outcome = outcome_of(np.full(30, 3_650), np.full(30, 365), np.array([0] * 15 + [910] * 15), 91, 56)
    found = judge(np.arange(30), outcome)
    assert (found.length, found.right, found.caught) == (30, 15, 15 * 910)
    assert (found.first_length, found.first_right) == (20, 15)
    assert (found.precision, found.first_precision) == (0.5, 0.75)
