"""Which lever moves customer equity most: one per cent, or one point, of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fleuve_analytics.equity.budgets import optimal_budgets
from fleuve_analytics.equity.margins import margin_multiple
from fleuve_analytics.equity.response import Response
from fleuve_analytics.errors import InvalidSetting

__all__ = ["BudgetSensitivity", "Elasticities", "Elasticity", "budget_sensitivities", "elasticities"]

Levers = dict[str, float]
ANSWERS = ("spend", "rate", "ceiling", "base_rate")
STEP = 1e-4


@dataclass(frozen=True)
class Elasticity:
    """What customer equity gains or loses when one lever moves.

    elasticity: per cent of equity for one per cent of the lever, for small moves. percent_up, percent_down: money for
    the lever times 1.01, times 0.99. point_up, point_down: money for one point more, one point less (a point of margin
    or cost is one per cent of revenue). None where the lever cannot move so far, or revenue is not known.
    """

    lever: str
    elasticity: float
    percent_up: float | None
    percent_down: float | None
    point_up: float | None
    point_down: float | None

    @property
    def improvement(self) -> float:
        """What one per cent in the good direction is worth, for small moves, as a share of equity."""
        return abs(self.elasticity) / 100


@dataclass(frozen=True)
class Elasticities:
    """Customer equity today and how it answers to each lever."""

    equity: float
    retention: Elasticity
    margin: Elasticity
    acquisition_cost: Elasticity
    discount_rate: Elasticity

    @property
    def order(self) -> tuple[str, ...]:
        """The levers, from the one that moves equity most for one per cent to the one that moves it least."""
        levers = (self.retention, self.margin, self.acquisition_cost, self.discount_rate)
        return tuple(one.lever for one in sorted(levers, key=lambda one: -one.improvement))


@dataclass(frozen=True)
class BudgetSensitivity:
    """Per cent by which the best budget moves for one per cent of an answer; None for a best spend of zero."""

    acquisition_spend: float | None
    retention_spend: float | None
    equity_per_prospect: float | None


def elasticities(
    *,
    margin: float,
    retention: float,
    discount_rate: float,
    acquisition_cost: float,
    newcomers: float = 1.0,
    customers: float = 0.0,
    margins_today: float = 0.0,
    revenue: float | None = None,
) -> Elasticities:
    """How customer equity answers to retention, margin, acquisition cost and interest.

    Equity = (customers + newcomers) · m · (r/(1+i−r) + margins_today) − newcomers · acquisition_cost

    Assumptions: those of `margin_multiple`; each lever moves alone.

    margin: money per customer and year; retention: yearly share kept; discount_rate: yearly interest; acquisition_cost:
    money per newcomer; newcomers, customers: how many to be won, how many there; margins_today: margins earned at once
    (1 when the first comes today); revenue: per customer and year, to speak of points of margin.

    Reference: Gupta & Lehmann (2003), "Customers as Assets"; Gupta, Lehmann & Stuart (2004), "Valuing Customers",
    Journal of Marketing Research 41: retention moves value most, then margin, then acquisition cost.

    >>> found = elasticities(margin=100, retention=.80, discount_rate=.12, acquisition_cost=40)
    >>> found.order
    ('retention', 'margin', 'discount_rate', 'acquisition_cost')
    >>> round(found.retention.elasticity, 3), round(found.margin.elasticity, 3)
    (4.167, 1.19)
    """
    if newcomers < 0 or customers < 0 or margins_today < 0 or (revenue is not None and revenue <= 0):
        raise InvalidSetting("Numbers of customers and revenue cannot be negative.", code="volumes")
    levers = {
        "retention": retention,
        "margin": margin,
        "acquisition_cost": acquisition_cost,
        "discount_rate": discount_rate,
    }

    def equity(at: Levers) -> float:
        multiple = float(margin_multiple(at["retention"], at["discount_rate"])) + margins_today
        return (customers + newcomers) * at["margin"] * multiple - newcomers * at["acquisition_cost"]

    base = equity(levers)
    if base == 0:
        raise InvalidSetting("These customers are worth nothing: no share of nothing can be said.", code="equity")
    slopes = _slopes(margin, retention, discount_rate, newcomers, customers, margins_today)
    money = None if revenue is None else 0.01 * revenue
    point = {"retention": 0.01, "discount_rate": 0.01, "margin": money, "acquisition_cost": money}
    found = {
        lever: _elasticity(equity, levers, lever, slopes[lever] * at / base, point[lever])
        for lever, at in levers.items()
    }
    return Elasticities(equity=base, **found)


def budget_sensitivities(
    *, margin: float, discount_rate: float, acquisition: Response, retention: Response
) -> dict[str, BudgetSensitivity]:
    """How the best budget answers to each of the manager's answers: per cent for one per cent.

    Each answer moves alone, by a hundredth of a per cent to either side of what was said (one side where the other
    contradicts itself), and the exact optimum is found again. Answers of zero are left out. Keys as in
    `BudgetRanges.matters`.

    >>> found = budget_sensitivities(
    ...     margin=50,
    ...     discount_rate=.10,
    ...     acquisition=Response(spend=1, rate=.04, ceiling=.10),
    ...     retention=Response(spend=8, rate=.60, ceiling=.80),
    ... )
    >>> max(found, key=lambda answer: abs(found[answer].equity_per_prospect or 0))
    'margin'
    """
    answers = {"margin": margin, "discount_rate": discount_rate}
    for side, response in (("acquisition", acquisition), ("retention", retention)):
        answers |= {f"{side}_{name}": getattr(response, name) for name in ANSWERS}
    base = _best(answers)
    found = {}
    for name, value in answers.items():
        if value != 0:
            near = [_best_or_none(answers | {name: value * (1 + step)}) for step in (STEP, -STEP)]
            found[name] = BudgetSensitivity(*(_relative(part, base, near) for part in range(3)))
    return found


def _slopes(
    margin: float, retention: float, discount_rate: float, newcomers: float, customers: float, margins_today: float
) -> dict[str, float]:
    """Derivatives of equity by each lever."""
    gap = 1 + discount_rate - retention
    everybody = customers + newcomers
    return {
        "retention": everybody * margin * (1 + discount_rate) / gap**2,
        "margin": everybody * (retention / gap + margins_today),
        "acquisition_cost": -newcomers,
        "discount_rate": -everybody * margin * retention / gap**2,
    }


def _elasticity(
    equity: Callable[[Levers], float], levers: Levers, lever: str, share: float, point: float | None
) -> Elasticity:
    at = levers[lever]
    percent = 0.01 * abs(at)
    return Elasticity(lever, share, *_moves(equity, levers, lever, percent), *_moves(equity, levers, lever, point))


def _moves(
    equity: Callable[[Levers], float], levers: Levers, lever: str, step: float | None
) -> tuple[float | None, float | None]:
    """Money for one step up and one step down; None where no such state of affairs exists."""
    if step is None:
        return None, None
    moves: list[float | None] = []
    for value in (levers[lever] + step, levers[lever] - step):
        try:
            moves.append(equity(levers | {lever: value}) - equity(levers))
        except InvalidSetting:
            moves.append(None)
    return moves[0], moves[1]


def _best(answers: dict[str, float]) -> tuple[float, float, float]:
    acquisition, retention = (
        Response(**{name: answers[f"{side}_{name}"] for name in ANSWERS}) for side in ("acquisition", "retention")
    )
    best = optimal_budgets(
        margin=answers["margin"],
        discount_rate=answers["discount_rate"],
        acquisition=acquisition,
        retention=retention,
    )
    return best.acquisition_spend, best.retention_spend, best.equity_per_prospect


def _best_or_none(answers: dict[str, float]) -> tuple[float, float, float] | None:
    try:
        return _best(answers)
    except InvalidSetting:
        return None


def _relative(
    part: int, base: tuple[float, float, float], near: list[tuple[float, float, float] | None]
) -> float | None:
    up, down = (base if place is None else place for place in near)
    sides = sum(place is not None for place in near)
    if base[part] == 0 or sides == 0:
        return None
    return (up[part] - down[part]) / (sides * STEP * base[part])
