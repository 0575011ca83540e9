"""A regular product that stopped being bought: longer silent than twice its gap and than ever before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fleuve.touchpoints.rules.abandoned import is_abandoned, usual_gap_days

START = date(2011, 1, 1)


def _days(*gaps: int) -> list[date]:
    days = [START]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    return days


@pytest.mark.parametrize(
    ("gaps", "silent", "abandoned"),
    [
        ((30, 30, 30), 61, True),
        ((30, 30, 30), 60, False),
        ((30, 30, 30), 20, False),
        ((30, 300, 30), 200, False),  # was away for longer once and came back
        ((30, 300, 30), 301, True),
        ((30,), 900, False),  # two purchases are no rhythm
        ((), 900, False),
    ],
)
def test_a_product_is_abandoned_relative_to_its_own_rhythm(gaps: tuple[int, ...], silent: int, abandoned: bool) -> None:
    days = _days(*gaps)
    assert is_abandoned(days, days[-1] + timedelta(days=silent)) is abandoned


def test_the_usual_gap_is_the_median() -> None:
    assert usual_gap_days(_days(10, 20, 90)) == 20
    assert usual_gap_days(_days(10)) is None
