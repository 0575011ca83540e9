"""Which credit line takes back which purchase line. One unit of a purchase is returned at most once.

The rule (docs/rules/purchases.md, "1. A reversed order is no purchase"): credits are read in the order in which they
happened. Each looks among the earlier purchase lines of the same customer and product, not older than the window,
that still have enough left. Those at the credit's own price come first, among them those whose rest is exactly the
credit's quantity, among them the nearest. A credit that no single purchase can bear is spread over the nearest ones,
if together they can bear all of it; else it stays unmatched, whole. A credit's answer depends on earlier facts only,
so a history cut at a day reads the same.

Vectorised over customers: the n-th credits of all (customer, product) pairs are decided together, as they share no
purchase. Rounds are as many as the most credits of one pair; pairs that have none left drop out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Credits", "Matches", "Sales", "match_returns"]

Integers: TypeAlias = NDArray[np.int64]
Taken: TypeAlias = tuple[Integers, Integers, Integers]  # positions of credits, positions of sales, measures


@dataclass(frozen=True)
class Sales:
    """Purchase lines sorted by (pair, time, line): columns of equal length."""

    line_id: Integers
    pair: Integers  # number of the (customer, product) pair
    seconds: Integers
    measure: Integers  # quantity in thousandths, or minor units of money where no product is told
    price: Integers  # unit price, positive


@dataclass(frozen=True)
class Credits:
    """Credit lines sorted by (pair, time, line); ``measure`` and ``price`` are positive."""

    line_id: Integers
    pair: Integers
    seconds: Integers
    measure: Integers
    price: Integers


@dataclass(frozen=True)
class Matches:
    """What was taken back: ``measure`` of the purchase line ``line_id`` by ``credit_line_id``."""

    credit_line_id: Integers
    line_id: Integers
    measure: Integers


def match_returns(sales: Sales, credits: Credits, window_seconds: Integers) -> Matches:
    """Match every credit; ``window_seconds`` is one window per credit (each source has its own)."""
    rest = sales.measure.copy()
    first, after = _candidates(sales, credits, window_seconds)
    found: list[Taken] = []
    for round_ in _rounds(credits.pair):
        live = round_[after[round_] > first[round_]]
        if live.size:
            found.extend(_decide(live, first, after, rest, sales, credits))
    credit, sale, measure = (
        np.concatenate([part[column] for part in found]) if found else np.empty(0, np.int64) for column in range(3)
    )
    return Matches(credits.line_id[credit], sales.line_id[sale], measure)


def _candidates(sales: Sales, credits: Credits, window: Integers) -> tuple[Integers, Integers]:
    """Per credit the run of purchases of its pair that lie before it and within its window."""
    # One sortable number per (pair, time): seconds until the year 2514 fit in 34 bits, a billion pairs in the rest.
    scale = np.int64(1) << np.int64(34)
    keys = sales.pair * scale + sales.seconds
    base = credits.pair * scale
    first = np.searchsorted(keys, base + np.maximum(credits.seconds - window, 0), side="left")
    after = np.searchsorted(keys, base + credits.seconds, side="right")
    return first.astype(np.int64), after.astype(np.int64)


def _rounds(pairs: Integers) -> list[Integers]:
    """Indices of all first credits of a pair, of all second ones, and so on."""
    if not pairs.size:
        return []
    starts = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]])
    sizes = np.diff(np.r_[starts, pairs.size])
    rank = np.arange(pairs.size) - np.repeat(starts, sizes)
    order = np.argsort(rank, kind="stable")
    return np.split(order, np.cumsum(np.bincount(rank))[:-1])


def _decide(
    live: Integers, first: Integers, after: Integers, rest: Integers, sales: Sales, credits: Credits
) -> list[Taken]:
    """Decide one credit per pair against what is left, and take it away from ``rest``."""
    sizes = after[live] - first[live]
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    owner = np.repeat(np.arange(live.size), sizes)
    sale = np.arange(sizes.sum()) - np.repeat(starts, sizes) + np.repeat(first[live], sizes)
    want, left = credits.measure[live], rest[sale]
    # One number ranks all: price before exact quantity before nearness (positions grow with time).
    step = rest.size + 1
    rank = 2 * (sales.price[sale] == credits.price[live][owner]) + (left == want[owner])
    score = np.where(left >= want[owner], rank * step + sale + 1, 0)
    best = np.maximum.reduceat(score, starts)
    single = np.flatnonzero(best > 0)
    chosen = (best[single] - 1) % step
    rest[chosen] -= want[single]
    found = [(live[single], chosen, want[single])]
    spread = _spread(best == 0, owner, sale, left, want)
    if spread is not None:
        credit, taken_from, measure = spread
        rest[taken_from] -= measure
        found.append((live[credit], taken_from, measure))
    return found


def _spread(
    is_open: NDArray[np.bool_], owner: Integers, sale: Integers, left: Integers, want: Integers
) -> Taken | None:
    """Credits larger than any single purchase: taken from the nearest ones, when all together are enough."""
    total = np.bincount(owner, weights=left, minlength=want.size)
    is_open &= total >= want
    chosen = is_open[owner] & (left > 0)
    if not chosen.any():
        return None
    owner, sale, left = owner[chosen][::-1], sale[chosen][::-1], left[chosen][::-1]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    running = np.cumsum(left)
    before = running - left - np.repeat((running - left)[starts], np.diff(np.r_[starts, owner.size]))
    measure = np.clip(want[owner] - before, 0, left)
    taken = measure > 0
    return owner[taken], sale[taken], measure[taken]
