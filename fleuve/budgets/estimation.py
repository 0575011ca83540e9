"""Answers → response curves → the library's optimum, with the doubt carried through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from fleuve_analytics.equity import (
    BudgetRanges,
    OptimalBudget,
    Range,
    Response,
    ResponseRange,
    budget_ranges,
    evaluate_budgets,
    least_spend_for_retention,
    optimal_budgets,
    payback_period,
    value_of_moving,
)

from fleuve.budgets.rules import Spread

__all__ = ["Band", "BandBudget", "Estimate", "Floor", "estimate", "value_curve"]

_SEED = 2005  # any fixed seed: the same answers give the same range each time they are looked at
_MOVED = 1_000.0
_CURVE_POINTS = 41


@dataclass(frozen=True)
class Band:
    """A value band of today's customers as the history shows it: how many, and what a year of one brings.

    ``relative`` is that yearly money divided by the average customer's: the manager's margin is scaled by it.
    """

    key: str
    label: str
    customers: int
    relative: float


@dataclass(frozen=True)
class BandBudget:
    """The best yearly retention spend for one customer of a band, as a range, and what the band then costs."""

    band: Band
    margin: float
    spend: Spread
    retention: float
    lifetime_value: float

    @property
    def yearly_budget(self) -> Spread:
        heads = self.band.customers
        return Spread(self.spend.low * heads, self.spend.likely * heads, self.spend.high * heads)


@dataclass(frozen=True)
class Floor:
    """The least yearly spend a head that keeps the wished share; ``spend`` is ``None`` when no money reaches it."""

    spend: Spread | None
    price_per_customer: float  # lifetime value given up by spending that instead of the best


@dataclass(frozen=True)
class Estimate:
    """Everything that the page says, in major units per head unless the name says otherwise."""

    ranges: BudgetRanges
    floor: Floor
    payback_years: int | None
    cost_per_customer_won: float | None
    moving: Spread | None
    moved: float
    bands: tuple[BandBudget, ...]


def estimate(answers: Mapping[str, Spread], *, bands: Sequence[Band], customers: int, spend_is_known: bool) -> Estimate:
    """The best budgets for these answers. Raises the library's ``InvalidSetting`` for a contradiction.

    The value of moving money and the point "today" are only computed when today's spending is known: the spend of the
    three questions may be a supposition that only shapes the curve.
    """
    ranges = budget_ranges(
        margin=_range(answers["margin"]),
        discount_rate=_range(answers["discount_rate"]),
        acquisition=_responses(answers, "acquisition"),
        retention=_responses(answers, "retention"),
        rng=np.random.default_rng(_SEED),
    )
    best = ranges.best
    payback = payback_period(
        best.cost_per_customer_won or 0.0,
        answers["margin"].likely - best.retention_spend,
        best.retention_rate,
        answers["discount_rate"].likely,
    )
    return Estimate(
        ranges=ranges,
        floor=_floor(answers, ranges),
        payback_years=payback if best.acquisition_spend > 0 else None,
        cost_per_customer_won=best.cost_per_customer_won,
        moving=_moving(answers, customers) if spend_is_known and customers else None,
        moved=_MOVED,
        bands=tuple(_band_budget(band, answers) for band in bands),
    )


def value_curve(answers: Mapping[str, Spread], side: str) -> list[tuple[float, float]]:
    """(spend, value) points at the likely answers: lifetime value over retention spend, or equity over acquisition."""
    acquisition, retention = _responses(answers, "acquisition").likely, _responses(answers, "retention").likely
    margin, interest = answers["margin"].likely, answers["discount_rate"].likely
    best = optimal_budgets(margin=margin, discount_rate=interest, acquisition=acquisition, retention=retention)
    top = 2.5 * max(getattr(best, f"{side}_spend"), answers[f"{side}_spend"].likely)
    points = []
    for spend in np.linspace(0, top, _CURVE_POINTS):
        spends = {"acquisition_spend": best.acquisition_spend, "retention_spend": best.retention_spend}
        found = evaluate_budgets(
            margin=margin,
            discount_rate=interest,
            acquisition=acquisition,
            retention=retention,
            **(spends | {f"{side}_spend": float(spend)}),
        )
        points.append((float(spend), found.lifetime_value if side == "retention" else found.equity_per_prospect))
    return points


def _range(spread: Spread) -> Range:
    return Range(spread.low, spread.likely, spread.high)


def _responses(answers: Mapping[str, Spread], side: str) -> ResponseRange:
    base = answers.get(f"{side}_base", Spread(0, 0, 0))
    spend, rate, ceiling = (_range(answers[f"{side}_{part}"]) for part in ("spend", "rate", "ceiling"))
    return ResponseRange(spend, rate, ceiling, _range(base))


def _corners(answers: Mapping[str, Spread], side: str) -> Iterable[Response]:
    """The response at every end of today's rate and of the ceiling."""
    spend, base = answers[f"{side}_spend"].likely, answers.get(f"{side}_base", Spread(0, 0, 0)).likely
    rate, ceiling = answers[f"{side}_rate"], answers[f"{side}_ceiling"]
    for at, top in product((rate.low, rate.likely, rate.high), (ceiling.low, ceiling.likely, ceiling.high)):
        yield Response(spend, at, top, base)


def _floor(answers: Mapping[str, Spread], ranges: BudgetRanges) -> Floor:
    wished = answers["retention_floor"].likely
    likely = least_spend_for_retention(wished, _responses(answers, "retention").likely)
    if likely is None:
        return Floor(None, 0.0)
    found = [least_spend_for_retention(wished, response) for response in _corners(answers, "retention")]
    reached = [spend for spend in found if spend is not None]
    at_floor = evaluate_budgets(
        margin=answers["margin"].likely,
        discount_rate=answers["discount_rate"].likely,
        acquisition=_responses(answers, "acquisition").likely,
        retention=_responses(answers, "retention").likely,
        acquisition_spend=ranges.best.acquisition_spend,
        retention_spend=likely,
    )
    spread = Spread(min(likely, *reached), likely, max(likely, *reached))
    return Floor(spread, max(0.0, ranges.best.lifetime_value - at_floor.lifetime_value))


def _moving(answers: Mapping[str, Spread], customers: int) -> Spread:
    """What moving money from acquiring to keeping gains: likely, and over every end of the rates and ceilings."""
    prospects = answers["prospects"].likely
    amount = min(_MOVED, prospects * answers["acquisition_spend"].likely)

    def gain(acquisition: Response, retention: Response) -> float:
        return value_of_moving(
            amount,
            margin=answers["margin"].likely,
            discount_rate=answers["discount_rate"].likely,
            acquisition=acquisition,
            retention=retention,
            acquisition_spend=answers["acquisition_spend"].likely,
            retention_spend=answers["retention_spend"].likely,
            prospects=prospects,
            customers=customers,
        ).gain

    likely = gain(_responses(answers, "acquisition").likely, _responses(answers, "retention").likely)
    gains = [gain(*pair) for pair in product(_corners(answers, "acquisition"), _corners(answers, "retention"))]
    return Spread(min(gains), likely, max(gains))


def _band_budget(band: Band, answers: Mapping[str, Spread]) -> BandBudget:
    """The band's own margin in the shared response: what differs between bands is what there is to lose."""
    overall = answers["margin"]
    acquisition = _responses(answers, "acquisition").likely
    margin = overall.likely * band.relative
    likely = _best(margin, answers, acquisition, _responses(answers, "retention").likely)
    spends = [
        _best(side * band.relative, answers, acquisition, response).retention_spend
        for side in (overall.low, overall.high)
        for response in _corners(answers, "retention")
    ]
    spread = Spread(min(likely.retention_spend, *spends), likely.retention_spend, max(likely.retention_spend, *spends))
    return BandBudget(band, margin, spread, likely.retention_rate, likely.lifetime_value)


def _best(margin: float, answers: Mapping[str, Spread], acquisition: Response, retention: Response) -> OptimalBudget:
    interest = answers["discount_rate"].likely
    return optimal_budgets(margin=margin, discount_rate=interest, acquisition=acquisition, retention=retention)
