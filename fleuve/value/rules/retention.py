"""Who stayed and what it was worth, period by period (docs/rules/retention.md).

Retention and attrition never share a name: attrition = 1 − retention. Of the customers of one period, those who
bought in the next are kept. Money kept counts at most what each brought before (gross of upsell) or all they bring
now (net).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Growth", "Kept", "Spending", "growth_between", "kept_between", "lorenz", "share_of_first", "top_share"]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Spending:
    """Money of each customer in two periods, one after the other, and whether they had bought before the second."""

    before: IntArray
    now: IntArray
    bought_before: npt.NDArray[np.bool_]
    bought_now: npt.NDArray[np.bool_]
    was_known: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Kept:
    """Customers and money of one period found again in the next, in heads and minor units."""

    customers: int
    kept: int
    lost: int
    money_before: int
    money_kept_gross: int
    money_kept_net: int
    money_lost: int

    @property
    def retention(self) -> float | None:
        """Share of customers kept."""
        return self.kept / self.customers if self.customers else None

    @property
    def attrition(self) -> float | None:
        """Share of customers not kept: one minus retention."""
        return self.lost / self.customers if self.customers else None

    @property
    def money_retention_gross(self) -> float | None:
        """Share of money kept, counting nobody for more than they brought before."""
        return self.money_kept_gross / self.money_before if self.money_before else None

    @property
    def money_retention_net(self) -> float | None:
        """Share of money kept, with what kept customers bring more."""
        return self.money_kept_net / self.money_before if self.money_before else None


def kept_between(spending: Spending) -> Kept:
    """Retention and attrition from one period to the next, counted and valued."""
    were = spending.bought_before
    kept = were & spending.bought_now
    before, now = spending.before, spending.now
    return Kept(
        customers=int(were.sum()),
        kept=int(kept.sum()),
        lost=int((were & ~kept).sum()),
        money_before=int(before[were].sum()),
        money_kept_gross=int(np.minimum(before, now)[kept].sum()),
        money_kept_net=int(now[kept].sum()),
        money_lost=int(before[were & ~kept].sum()),
    )


@dataclass(frozen=True)
class Growth:
    """What changed between two periods: before + new + returned + grown − shrunk − lost = now, exactly."""

    before: int
    new: int
    returned: int
    grown: int
    shrunk: int
    lost: int
    now: int


def growth_between(spending: Spending) -> Growth:
    """Split the change in money; ``shrunk`` and ``lost`` are amounts to take away."""
    before, now = spending.before, spending.now
    new = spending.bought_now & ~spending.was_known
    returned = spending.bought_now & spending.was_known & ~spending.bought_before
    kept = spending.bought_before & spending.bought_now
    change = now - before
    return Growth(
        before=int(before[spending.bought_before].sum()),
        new=int(now[new].sum()),
        returned=int(now[returned].sum()),
        grown=int(change[kept & (change > 0)].sum()),
        shrunk=int(-change[kept & (change < 0)].sum()),
        lost=int(before[spending.bought_before & ~spending.bought_now].sum()),
        now=int(now[spending.bought_now].sum()),
    )


def top_share(money: npt.ArrayLike, heads: int) -> float | None:
    """Share of all money that the ``heads`` best customers bring."""
    amounts = np.sort(np.maximum(np.asarray(money, dtype=np.float64), 0))[::-1]
    total = amounts.sum()
    return float(amounts[:heads].sum() / total) if total > 0 else None


def share_of_first(money: npt.ArrayLike, share: float) -> float | None:
    """Share of all money that the best ``share`` of customers brings, rounded up to whole customers."""
    amounts = np.asarray(money)
    return top_share(amounts, int(np.ceil(share * (amounts > 0).sum())))


def lorenz(money: npt.ArrayLike, points: int = 20) -> list[tuple[float, float]]:
    """Share of customers, best first, against share of money: ``points`` + 1 pairs from (0, 0) to (1, 1)."""
    amounts = np.sort(np.maximum(np.asarray(money, dtype=np.float64), 0))[::-1]
    amounts = amounts[amounts > 0]
    if not amounts.size:
        return []
    total = np.concatenate([[0.0], np.cumsum(amounts)]) / amounts.sum()
    heads = np.rint(np.linspace(0, amounts.size, points + 1)).astype(int)
    return [(float(head / amounts.size), float(total[head])) for head in heads]
