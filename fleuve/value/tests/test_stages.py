"""docs/rules/stages.md: the table, line by line."""

from __future__ import annotations

import numpy as np
import pytest

from fleuve.value.rules.stages import Standing, is_lost, is_slipping, stages_of

# docs/rules/stages.md, "The table": purchases, silent, first seen, share back, was there, slipping, from loss, stage.
TABLE = [
    (1, 10, 10, 0.1, False, False, False, "new"),
    (3, 5, 60, 0.1, False, False, False, "new"),
    (1, 10, 10, 0.1, True, False, False, "one_time"),
    (1, 200, 200, 0.95, False, False, False, "one_time"),
    (4, 30, 300, 0.4, False, False, False, "active"),
    (4, 30, 300, 0.4, True, False, False, "active"),
    (4, 120, 300, 0.93, False, True, False, "slipping"),
    (4, 364, 700, 0.99, False, True, False, "slipping"),
    (4, 365, 700, 0.99, False, True, False, "lost"),
    (4, 400, 2000, 0.60, False, False, False, "active"),
    (1, 365, 365, 0.99, False, False, False, "lost"),
    (5, 20, 900, 0.2, False, False, True, "won_back"),
    (5, 92, 900, 0.5, False, False, True, "active"),
]


def standing(*rows: tuple[object, ...]) -> Standing:
    purchases, silent, first, back, there, slipping, returned, *_ = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    return Standing(purchases, silent, first, back, there, slipping, returned)


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[-1]}-{place}" for place, row in enumerate(TABLE)])
def test_the_table_of_stages(row: tuple[object, ...]) -> None:
    assert stages_of(standing(row), new_for_days=110).tolist() == [row[-1]]


def test_nobody_is_lost_before_a_full_season() -> None:
    assert not is_lost(np.arange(365), np.ones(365)).any()


def test_nobody_is_lost_before_their_own_rhythm_says_so() -> None:
    """A customer who buys once a year is not lost after fourteen months."""
    assert not is_lost([430], [0.7]).any()


def test_someone_who_bought_once_has_no_rhythm_to_slip_from() -> None:
    assert is_slipping([1, 2], [1.0, 1.0]).tolist() == [False, True]
