"""The page's figures are the published ones at the published answers, and ranges hold what they should."""

from __future__ import annotations

import pytest

from fleuve.budgets.estimation import Band, estimate, value_curve
from fleuve.budgets.rules import QUESTIONS, Spread, around

BANDS = (Band("top", "Top", 100, 8.0), Band("tail", "Tail", 900, 0.4))


def published() -> dict[str, Spread]:
    """Blattberg & Deighton's (1996) inputs: 1 € → 4 % (10 %), 8 € → 60 % (80 %), margin 50, interest 10 %."""
    return {item.key: Spread(item.default, item.default, item.default) for item in QUESTIONS}


def test_the_published_inputs_give_the_published_optimum() -> None:
    found = estimate(published(), bands=(), customers=1000, spend_is_known=True)
    best = found.ranges.best
    assert best.retention_spend == pytest.approx(15.797643, rel=1e-6)
    assert best.acquisition_spend == pytest.approx(3.404609, rel=1e-6)
    assert best.equity_per_prospect == pytest.approx(5.781635, rel=1e-6)
    assert best.today.lifetime_value == pytest.approx(94.00, rel=1e-9)


def test_the_least_spend_for_half_of_the_customers_is_the_published_one() -> None:
    floor = estimate(published(), bands=(), customers=1000, spend_is_known=True).floor
    assert floor.spend is not None
    assert floor.spend.likely == pytest.approx(5.660150, rel=1e-6)
    assert floor.price_per_customer > 0


def test_a_floor_above_the_ceiling_is_said_to_be_out_of_reach() -> None:
    answers = published() | {"retention_floor": Spread(0.9, 0.9, 0.9)}
    assert estimate(answers, bands=(), customers=1000, spend_is_known=True).floor.spend is None


def test_doubt_in_the_answers_widens_every_answer_and_certainty_closes_it() -> None:
    sure = estimate(published(), bands=BANDS, customers=1000, spend_is_known=True)
    unsure = estimate(
        published() | {key: around(key, published()[key].likely) for key in ("margin", "acquisition_rate")},
        bands=BANDS,
        customers=1000,
        spend_is_known=True,
    )
    assert sure.ranges.acquisition_spend.low == pytest.approx(sure.ranges.acquisition_spend.high)
    assert unsure.ranges.acquisition_spend.low < 3.404609 < unsure.ranges.acquisition_spend.high
    assert unsure.moving is not None
    assert unsure.moving.low < unsure.moving.likely < unsure.moving.high


def test_customers_who_bring_more_are_worth_more_effort() -> None:
    top, tail = estimate(published(), bands=BANDS, customers=1000, spend_is_known=True).bands
    assert top.spend.likely > 15.797643 > tail.spend.likely
    assert top.yearly_budget.likely == pytest.approx(100 * top.spend.likely)
    assert tail.spend.low <= tail.spend.likely <= tail.spend.high


def test_without_known_spending_no_move_is_valued() -> None:
    assert estimate(published(), bands=(), customers=1000, spend_is_known=False).moving is None


@pytest.mark.parametrize("side", ["acquisition", "retention"])
def test_the_curve_peaks_at_the_best_spend(side: str) -> None:
    points = value_curve(published(), side)
    best = estimate(published(), bands=(), customers=0, spend_is_known=False).ranges.best
    peak = max(points, key=lambda point: point[1])[0]
    step = points[1][0] - points[0][0]
    assert abs(peak - getattr(best, f"{side}_spend")) <= step


@pytest.mark.parametrize(
    ("figure", "today", "best"),
    [
        ("acquisition_spend", 1.00, 3.40),
        ("acquisition_rate", 0.040, 0.082),
        ("retention_spend", 8.00, 15.80),
        ("retention_rate", 0.600, 0.748),
        ("lifetime_value", 94.00, 111.44),
        ("equity_per_prospect", 2.76, 5.78),
    ],
)
def test_the_worked_example_of_the_rules_holds(figure: str, today: float, best: float) -> None:
    """docs/rules/budgets.md, "Worked example": printed to two decimals, rates to a tenth of a per cent."""
    found = estimate(published(), bands=(), customers=1000, spend_is_known=True).ranges.best
    precision = 0.0005 if figure.endswith("rate") else 0.005
    assert getattr(found.today, figure) == pytest.approx(today, abs=precision)
    assert getattr(found, figure) == pytest.approx(best, abs=precision)
