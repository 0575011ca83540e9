"""docs/rules/matrix.md: cells, policies, borders that stay."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from fleuve.events.models import Event
from fleuve.jobs.models import Job
from fleuve.kernel.errors import PermissionRefused
from fleuve.parties.models import PartyCard
from fleuve.value.actions import move_borders, place_customers, set_policy
from fleuve.value.errors import ValueRefused
from fleuve.value.estimation.matrix import borders_of
from fleuve.value.models import Policy, Valuation
from fleuve.value.queries import matrix
from fleuve.value.rules.matrix import CELLS, DEFAULT_POLICIES, Borders, cells_of
from fleuve.value.tests.shop import BOB, NOW, READER

LATER = NOW + timedelta(hours=1)


def test_four_customers_fall_into_their_cells() -> None:
    """Section *Four customers*."""
    value, loyalty = np.array([100, 40, 30, 10]), np.array([0.9, 0.2, 0.8, 0.1])
    borders = borders_of(value, loyalty)
    assert borders == Borders(100, 0.5)
    policies = [DEFAULT_POLICIES[CELLS[place]] for place in cells_of(value, loyalty, borders)]
    assert policies == ["grow", "leave", "serve_lower", "leave"]


@pytest.mark.parametrize(("value", "loyalty", "cell"), [(100, 0.5, "hh"), (99, 0.5, "lh"), (100, 0.49, "hl")])
def test_a_border_belongs_to_the_high_side(value: int, loyalty: float, cell: str) -> None:
    assert CELLS[cells_of(np.array([value]), np.array([loyalty]), Borders(100, 0.5))[0]] == cell


@pytest.mark.django_db
def test_everybody_valued_is_placed_and_the_totals_add_up(valued_shop: Valuation) -> None:
    place_customers(by=BOB, at=LATER)
    view = matrix(READER)
    assert view is not None
    assert sum(cell.customers for cell in view.cells) + view.unplaced == valued_shop.customers
    assert PartyCard.objects.exclude(policy="").count() == valued_shop.customers - view.unplaced
    rich = [cell.value for cell in view.cells if cell.cell.startswith("h")]
    assert sum(rich) >= sum(cell.value for cell in view.cells) / 2
    assert place_customers(by=BOB, at=LATER) == 0


@pytest.mark.django_db
def test_a_decision_moves_the_list_rows_and_leaves_a_fact(valued_shop: Valuation) -> None:
    place_customers(by=BOB, at=LATER)
    many = PartyCard.objects.filter(policy="serve_lower").count()
    assert many > 0
    assert set_policy(cell="lh", policy="keep", by=BOB, at=LATER)
    assert not set_policy(cell="lh", policy="keep", by=BOB, at=LATER)
    assert Job.objects.filter(name="value.place").exists()
    assert Event.objects.filter(name="value.policy_set").count() == 1
    assert place_customers(by=BOB, at=LATER) == many
    assert PartyCard.objects.filter(policy="keep").count() == many


@pytest.mark.django_db
def test_borders_stay_until_somebody_moves_them(valued_shop: Valuation) -> None:
    place_customers(by=BOB, at=LATER)
    read = matrix(BOB)
    assert read is not None
    Policy.objects.update(value_from=read.borders.value * 2)
    place_customers(by=BOB, at=LATER)
    kept = matrix(BOB)
    assert kept is not None
    assert kept.borders.value == read.borders.value * 2
    assert move_borders(by=BOB, at=LATER) == read.borders


@pytest.mark.django_db
@pytest.mark.parametrize(("cell", "policy"), [("xx", "keep"), ("hh", "shout"), ("", "")])
def test_what_does_not_exist_is_refused(valued_shop: Valuation, cell: str, policy: str) -> None:
    place_customers(by=BOB, at=LATER)
    with pytest.raises(ValueRefused):
        set_policy(cell=cell, policy=policy, by=BOB, at=LATER)


@pytest.mark.django_db
def test_a_reader_decides_nothing(valued_shop: Valuation) -> None:
    with pytest.raises(PermissionRefused):
        set_policy(cell="hh", policy="keep", by=READER, at=LATER)
    with pytest.raises(PermissionRefused):
        move_borders(by=READER, at=LATER)
