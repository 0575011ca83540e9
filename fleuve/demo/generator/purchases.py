"""What they bought: three years of purchases by people who arrive, buy at their own rhythm and leave unannounced.

Everyone has a rate (Gamma) and a moment of leaving (Pareto), which nothing else is told: the models must find them. A
third buys with a rhythm, the others at random; every twentieth has a subscription instead. Knows no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fleuve.demo.generator.recipe import DAYS, IntArray, Recipe

__all__ = ["CONTRACT_PRODUCTS", "PRODUCTS", "Purchases", "purchases_of"]

PRODUCTS: Final = 400
CONTRACT_PRODUCTS: Final = 4  # behind the others: a subscription each
_RATE_SHAPE: Final = 0.55
_LEAVE_SHAPE, _LEAVE_DAYS = 0.7, 300.0
_REGULAR: Final = 0.33
_CONTRACTS: Final = 0.05
_MONTH_DAYS: Final = 30.4375
_RETURNED: Final = 0.03
_RETURN_DAYS: Final = 40
_LATEST_ARRIVAL: Final = DAYS - 10
_FAVOURITES: Final = 3
_FAITHFUL: Final = 0.75  # of purchases, to a favourite product
_MOST_IN_A_PURCHASE: Final = 500
# January to December: presents before Christmas, little in August.
_SEASON: Final = np.array([0.8, 0.85, 0.95, 1.0, 1.05, 1.0, 0.95, 0.7, 1.05, 1.1, 1.35, 1.6])


@dataclass(frozen=True)
class Purchases:
    """One row a purchase, in the order of days; a credit gives back what the purchase ``of`` has sold."""

    customer: IntArray
    day: IntArray  # since the first day
    minute: IntArray
    product: IntArray
    quantity: IntArray  # below zero for a credit
    is_credit: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.customer.size)

    def part(self, start: int, stop: int) -> Purchases:
        """Some of them."""
        return Purchases(
            self.customer[start:stop],
            self.day[start:stop],
            self.minute[start:stop],
            self.product[start:stop],
            self.quantity[start:stop],
            self.is_credit[start:stop],
        )


def purchases_of(recipe: Recipe, minutes: int) -> Purchases:
    """All purchases; ``minutes`` is how long the business is open on a day."""
    rng = recipe.rng("purchases")
    lives = _lives(recipe, rng)
    customer, moment = _moments(lives, rng)
    day = np.where(lives.has_contract[customer], moment, _in_season(recipe, moment)).astype(np.int64)
    product = _products(customer, lives, rng)
    quantity = _quantities(customer, lives, rng)
    # The exact share, whatever chance says: a test and a promise.
    back = np.sort(rng.choice(customer.size, round(_RETURNED * customer.size), replace=False))
    back = back[(day[back] < DAYS - 2) & ~lives.has_contract[customer[back]]]
    later = np.minimum(day[back] + rng.integers(1, _RETURN_DAYS, back.size), DAYS - 1)
    given = np.maximum(1, np.ceil(quantity[back] * rng.random(back.size)).astype(np.int64))
    return _in_order(
        Purchases(
            customer=np.r_[customer, customer[back]],
            day=np.r_[day, later],
            minute=rng.integers(0, minutes, customer.size + back.size),
            product=np.r_[product, product[back]],
            quantity=np.r_[quantity, -given],
            is_credit=np.r_[np.zeros(customer.size, bool), np.ones(back.size, bool)],
        )
    )


@dataclass(frozen=True)
class _Lives:
    start: npt.NDArray[np.float64]
    active: npt.NDArray[np.float64]
    repeats: IntArray
    is_regular: npt.NDArray[np.bool_]
    has_contract: npt.NDArray[np.bool_]


def _lives(recipe: Recipe, rng: np.random.Generator) -> _Lives:
    people = recipe.customers
    start = np.sqrt(rng.random(people)) * _LATEST_ARRIVAL  # a business that grows: more arrive each year
    leaves = rng.exponential(size=people) / rng.gamma(_LEAVE_SHAPE, 1 / _LEAVE_DAYS, people)
    active = np.minimum(leaves, DAYS - 1 - start)
    has_contract = rng.random(people) < _CONTRACTS
    monthly = np.floor(active / _MONTH_DAYS).astype(np.int64)
    rate = rng.gamma(_RATE_SHAPE, 1.0, people)
    wanted = recipe.purchases_per_customer / (1 + _RETURNED) * people - people - monthly[has_contract].sum()
    scale = max(0.0, wanted) / (rate * active)[~has_contract].sum()
    repeats = np.where(has_contract, monthly, rng.poisson(rate * active * scale))
    return _Lives(start, active, repeats, rng.random(people) < _REGULAR, has_contract)


def _moments(lives: _Lives, rng: np.random.Generator) -> tuple[IntArray, npt.NDArray[np.float64]]:
    """Who buys when, people in order: the first purchase, then the repeats."""
    people = lives.start.size
    customer = np.repeat(np.arange(people), 1 + lives.repeats)
    first = np.cumsum(1 + lives.repeats) - 1 - lives.repeats
    turn = np.arange(customer.size) - first[customer]
    repeats, active = lives.repeats[customer], lives.active[customer]
    jitter = rng.random(customer.size)
    rhythm = (turn - 0.15 + 0.3 * jitter) / np.maximum(1, repeats)
    part = np.where(lives.is_regular[customer], np.clip(rhythm, 0, 1), jitter)
    elapsed = np.where(lives.has_contract[customer], turn * _MONTH_DAYS, part * active)
    return customer, lives.start[customer] + np.where(turn == 0, 0.0, elapsed)


def _in_season(recipe: Recipe, moment: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Move purchases to the days on which people like to buy, keeping everybody's order."""
    month = recipe.days.astype("datetime64[M]").astype(np.int64) % 12
    filled = np.r_[0.0, np.cumsum(_SEASON[month])]
    moved = np.interp(moment / (DAYS - 1), filled / filled[-1], np.arange(DAYS + 1))
    return np.minimum(moved, DAYS - 1)


def _products(customer: IntArray, lives: _Lives, rng: np.random.Generator) -> IntArray:
    people = lives.start.size
    favourites = _popular(rng, people * _FAVOURITES).reshape(people, _FAVOURITES)
    chosen = favourites[customer, rng.integers(0, _FAVOURITES, customer.size)]
    found = np.where(rng.random(customer.size) < _FAITHFUL, chosen, _popular(rng, customer.size))
    subscription = PRODUCTS + rng.integers(0, CONTRACT_PRODUCTS, people)
    return np.where(lives.has_contract[customer], subscription[customer], found)


def _popular(rng: np.random.Generator, count: int) -> IntArray:
    """Products by Zipf's law: the first sells 400 times as often as the last."""
    weight = 1 / np.arange(1, PRODUCTS + 1)
    return np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(count)).clip(0, PRODUCTS - 1)


def _quantities(customer: IntArray, lives: _Lives, rng: np.random.Generator) -> IntArray:
    usual = rng.gamma(1.2, 2.5, lives.start.size)
    found = 1 + rng.poisson(usual[customer])
    return np.where(lives.has_contract[customer], 1, np.minimum(found, _MOST_IN_A_PURCHASE))


def _in_order(them: Purchases) -> Purchases:
    order = np.lexsort((them.is_credit, them.minute, them.day))
    return Purchases(
        them.customer[order],
        them.day[order],
        them.minute[order],
        them.product[order],
        them.quantity[order],
        them.is_credit[order],
    )
