"""The customer equity test: spending per prospect and per customer that makes a prospect worth most.

Letters: m margin per customer and period; d discount rate; A spend per prospect, a(A) share won; R spend per customer
and period, r(R) share kept. With r' = r/(1+d), a prospect is worth CE = a·m − A + a·(m − R/r)·r'/(1 − r'), which is
a·LTV − A with LTV = (m(1+d) − R)/(1 + d − r): margin now, then each period the margin of those kept, less R for each
who could be kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleuve_analytics.equity.limits import UNLIMITED, BudgetLimits
from fleuve_analytics.equity.optimum import best_acquisition_spend, best_retention_spend, lifetime_value
from fleuve_analytics.equity.response import Response
from fleuve_analytics.errors import InvalidSetting

__all__ = [
    "Budget",
    "Move",
    "OptimalBudget",
    "evaluate_budgets",
    "least_spend_for_retention",
    "optimal_budgets",
    "value_of_moving",
]


@dataclass(frozen=True)
class Budget:
    """What spending this much on each prospect and each customer leads to, in money per prospect or customer."""

    acquisition_spend: float
    acquisition_rate: float
    retention_spend: float
    retention_rate: float
    lifetime_value: float
    equity_per_prospect: float

    @property
    def ceiling_on_acquisition_cost(self) -> float:
        """The most that winning one customer may cost: what she is worth, never below zero."""
        return max(self.lifetime_value, 0.0)

    @property
    def cost_per_customer_won(self) -> float | None:
        """What winning one customer costs on average; None when nobody is won."""
        return self.acquisition_spend / self.acquisition_rate if self.acquisition_rate > 0 else None


@dataclass(frozen=True)
class OptimalBudget(Budget):
    """The best budget, with what today's spending leads to beside it.

    next_euro_acquiring, next_euro_keeping: net gain per prospect of one more euro per prospect, per customer, where a
    limit holds the spend back; 0 where none does.
    """

    today: Budget
    next_euro_acquiring: float = 0.0
    next_euro_keeping: float = 0.0

    @property
    def gain_per_prospect(self) -> float:
        """Equity per prospect that the best budget adds to today's."""
        return self.equity_per_prospect - self.today.equity_per_prospect


@dataclass(frozen=True)
class Move:
    """What moving money from acquiring to keeping changes, at today's value of a customer.

    customers_lost: fewer people won; customers_kept: more people kept; gain: the difference in money.
    euro_in_acquiring, euro_in_keeping: value returned by the next euro spent on each before the move. Below 1, the euro
    does not come back; at the best budget both are 1.
    """

    amount: float
    customers_lost: float
    customers_kept: float
    gain: float
    euro_in_acquiring: float
    euro_in_keeping: float


def optimal_budgets(
    *,
    margin: float,
    discount_rate: float,
    acquisition: Response,
    retention: Response,
    limits: BudgetLimits = UNLIMITED,
) -> OptimalBudget:
    """Find the spend per prospect and per customer with the highest equity per prospect.

    Assumptions: margin, responses and interest stay as they are for ever; every prospect and every customer answers
    alike (fit one call per value band where they do not); people lost do not come back by themselves.

    margin: what a customer brings each period before retention spend; discount_rate: interest per period; limits: the
    most that can be spent or served. Value rises up to the best spend and falls beyond it, so that a limit below it is
    itself the best that can be done.

    Both answers are exact: R* by the Wright omega function, A* by a logarithm. At the optimum, winning one more
    customer and keeping one more customer cost the same, and as much as a customer is worth (Pfeifer 2005).

    Raises `InvalidSetting`. Reference: Blattberg & Deighton (1996).

    >>> budget = optimal_budgets(
    ...     margin=50,
    ...     discount_rate=.10,
    ...     acquisition=Response(spend=1, rate=.04, ceiling=.10),
    ...     retention=Response(spend=8, rate=.60, ceiling=.80),
    ... )
    >>> round(budget.retention_spend, 6), round(budget.acquisition_spend, 6), round(budget.equity_per_prospect, 6)
    (15.797643, 3.404609, 5.781635)
    """
    _check(margin, discount_rate, retention)
    free = float(best_retention_spend(margin, discount_rate, retention.steepness, retention.reach, retention.ceiling))
    spend = min(free, limits.retention_spend)
    worth = float(lifetime_value(margin, discount_rate, spend, retention.rate_at(spend)))
    wanted = float(best_acquisition_spend(worth, acquisition.steepness, acquisition.reach))
    reach = min(wanted, float(limits.on_acquisition(acquisition.steepness, acquisition.reach, acquisition.base_rate)))
    today = evaluate_budgets(
        margin=margin,
        discount_rate=discount_rate,
        acquisition=acquisition,
        retention=retention,
        acquisition_spend=acquisition.spend,
        retention_spend=retention.spend,
    )
    best = _budget(margin, discount_rate, acquisition, retention, reach, spend)
    kept = (float(retention.slope_at(spend)) * worth - 1) / (1 + discount_rate - best.retention_rate)
    return OptimalBudget(
        **vars(best),
        today=today,
        next_euro_acquiring=float(acquisition.slope_at(reach)) * worth - 1 if reach < wanted else 0.0,
        next_euro_keeping=best.acquisition_rate * kept if spend < free else 0.0,
    )


def evaluate_budgets(
    *,
    margin: float,
    discount_rate: float,
    acquisition: Response,
    retention: Response,
    acquisition_spend: float,
    retention_spend: float,
) -> Budget:
    """What given spends per prospect and per customer lead to; arguments otherwise as in `optimal_budgets`."""
    _check(margin, discount_rate, retention)
    if not (acquisition_spend >= 0 and retention_spend >= 0):
        raise InvalidSetting("A spend cannot be negative.", code="spend")
    return _budget(margin, discount_rate, acquisition, retention, acquisition_spend, retention_spend)


def least_spend_for_retention(floor: float, retention: Response) -> float | None:
    """The least spend per customer that keeps at least `floor` of them; None when no money does."""
    return retention.least_spend(floor)


def value_of_moving(
    amount: float,
    *,
    margin: float,
    discount_rate: float,
    acquisition: Response,
    retention: Response,
    acquisition_spend: float,
    retention_spend: float,
    prospects: float,
    customers: float,
) -> Move:
    """What happens when `amount` of one period's money goes from acquiring to keeping (negative: the other way).

    prospects, customers: how many people share each budget this period. A person won or kept is worth the lifetime
    value under the present spends, in the money of the moment of spending. The move is for one period; policy for ever
    is the matter of `optimal_budgets`.
    """
    if not (prospects > 0 and customers > 0):
        raise InvalidSetting("Numbers of prospects and customers must be above zero.", code="volumes")
    less, more = acquisition_spend - amount / prospects, retention_spend + amount / customers
    if less < 0 or more < 0:
        raise InvalidSetting("There is less money in that budget than is to be moved.", code="amount", amount=amount)
    worth = float(lifetime_value(margin, discount_rate, retention_spend, retention.rate_at(retention_spend)))
    lost = prospects * float(acquisition.rate_at(acquisition_spend) - acquisition.rate_at(less))
    kept = customers * float(retention.rate_at(more) - retention.rate_at(retention_spend))
    return Move(
        amount=amount,
        customers_lost=lost,
        customers_kept=kept,
        gain=(kept - lost) * worth,
        euro_in_acquiring=float(acquisition.slope_at(acquisition_spend)) * worth,
        euro_in_keeping=float(retention.slope_at(retention_spend)) * worth,
    )


def _budget(
    margin: float, discount_rate: float, acquisition: Response, retention: Response, reach: float, spend: float
) -> Budget:
    won, kept = float(acquisition.rate_at(reach)), float(retention.rate_at(spend))
    worth = float(lifetime_value(margin, discount_rate, spend, kept))
    return Budget(reach, won, spend, kept, worth, won * worth - reach)


def _check(margin: float, discount_rate: float, retention: Response) -> None:
    if not math.isfinite(margin):
        raise InvalidSetting("The margin must be a number.", code="margin")
    if not (math.isfinite(discount_rate) and discount_rate >= 0):
        raise InvalidSetting("The discount rate must be zero or more.", code="discount_rate")
    if 1 + discount_rate - retention.ceiling <= 0:
        raise InvalidSetting(
            "With no discount and a ceiling of 100 %, a customer would be worth an infinite sum. Lower the ceiling or "
            "set a discount rate.",
            code="ceiling",
        )
