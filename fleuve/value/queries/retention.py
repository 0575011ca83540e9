"""Who stays, who leaves, and what it is worth: facts of the statement, with one estimate (a point of retention)."""

from __future__ import annotations

from typing import Any

from fleuve.kernel.principal import Principal
from fleuve.value.models import Valuation
from fleuve.value.queries.current import current_valuation, stage_counts
from fleuve.value.queries.house import house_rule_days
from fleuve.value.queries.views import Cohort, PeriodRow, RetentionView, Returns
from fleuve.value.rules.periods import months_between
from fleuve.value.rules.retention import Growth, Kept

__all__ = ["retention"]


def retention(principal: Principal) -> RetentionView:
    """Everything of the retention page."""
    valuation = current_valuation(principal)
    if valuation is None:
        return RetentionView("none")
    statement = valuation.statement
    periods = statement.get("periods", {})
    point, heads = _point_of_retention(valuation)
    return RetentionView(
        state=str(valuation.state),
        currency=valuation.currency,
        basis=valuation.basis,
        margin_is_assumed=valuation.margin_is_assumed,
        as_of=valuation.as_of,
        months=_periods("month", periods),
        quarters=_periods("quarter", periods),
        years=_periods("year", periods),
        cohorts=_cohorts(statement.get("cohorts")),
        returns=_returns(statement.get("returns")),
        point_of_retention=point,
        point_customers=heads,
        horizon_months=valuation.horizon_months,
        stages=stage_counts(valuation),
        house_rule_days=house_rule_days(),
        yearly_retention=_yearly(statement.get("yearly")),
    )


def _periods(unit: str, stored: dict[str, list[dict[str, Any]]]) -> tuple[PeriodRow, ...]:
    return tuple(
        PeriodRow(
            unit,
            row["key"],
            row["customers"],
            row["money"],
            Kept(**row["kept"]) if "kept" in row else None,
            Growth(**row["growth"]) if "growth" in row else None,
        )
        for row in stored.get(unit, ())
    )


def _cohorts(stored: dict[str, Any] | None) -> tuple[Cohort, ...]:
    """The newest months last; the month of each cell tells whether it is complete."""
    if not stored:
        return ()
    incomplete = set(stored["incomplete_months"])
    cohorts = []
    for row in stored["rows"]:
        months = _months_from(row["month"], len(row["buyers"]))
        places = frozenset(place for place, month in enumerate(months) if month in incomplete)
        cohorts.append(Cohort(row["month"], row["buyers"][0], tuple(row["buyers"]), tuple(row["money"]), places))
    return tuple(cohorts)


def _months_from(first: int, count: int) -> list[int]:
    place = first // 100 * 12 + first % 100 - 1 + count - 1
    return months_between(first, place // 12 * 100 + place % 12 + 1)


def _returns(stored: dict[str, Any] | None) -> Returns | None:
    if not stored:
        return None
    points = tuple((int(day), float(share)) for day, share in stored["points"])
    return Returns(stored["usual"], stored["half"], stored["nine_tenths"], stored["gaps"], stored["never"], points)


def _point_of_retention(valuation: Valuation) -> tuple[int | None, int | None]:
    """One more in a hundred of the last twelve months' buyers buying again: its money over the horizon, and how many.

    An average customer who buys again brings the total value over the number expected to buy again.
    """
    buyers = valuation.statement.get("concentration", {}).get("customers", 0)
    if valuation.state != Valuation.State.VALUED or valuation.expected_active <= 0:
        return None, None
    heads = buyers / 100
    return round(valuation.value / valuation.expected_active * heads), round(heads)


def _yearly(stored: dict[str, int] | None) -> float | None:
    return stored["kept"] / stored["were"] if stored and stored["were"] else None
