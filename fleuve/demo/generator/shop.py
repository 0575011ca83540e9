"""Rows of trade: a source, its products, and every purchase with its one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fleuve.demo.generator.house import House
from fleuve.demo.generator.purchases import CONTRACT_PRODUCTS, PRODUCTS, Purchases, purchases_of
from fleuve.demo.generator.recipe import IntArray
from fleuve.demo.generator.tables import OPEN_MINUTES, Rows
from fleuve.demo.generator.words import WORDS
from fleuve.parties.models import Source
from fleuve.touchpoints.models import Product, ProductKind, Purchase, PurchaseLine, SourceSettings

__all__ = ["CURRENCY", "shop", "trade"]

CURRENCY: Final = "EUR"
_BATCH: Final = 50_000
_ANSWERED: Final = ["vat_included", "vat_bp", "margin_bp"]
_CONTRACT_PRICES: Final = (990, 1490, 2990, 4900)
_CHEAPEST, _DEAREST = 200, 15_000  # minor units


def shop(house: House) -> Iterator[Rows]:
    """The source, how it is to be read, and what it sells."""
    yield Rows(Source, 1, {"id": house.source, "key": "generator", "name": "Simulated shop", "created_at": house.at})
    settings = {
        "id": house.next_ids(SourceSettings, 1),
        "source_id": house.source,
        "vat_included": False,
        "margin_is_assumed": False,
        "answered": json.dumps(_ANSWERED),
        "updated_at": house.at,
    }
    yield Rows(SourceSettings, 1, settings)
    yield _products(house)


def trade(house: House) -> Iterator[Rows]:
    """Every purchase and its line, in the order in which they happened."""
    them = purchases_of(house.recipe, OPEN_MINUTES)
    prices, costs = _prices(house)
    products = house.recipe.ids(Product._meta.db_table, prices.size)
    for start in range(0, len(them), _BATCH):
        some = them.part(start, start + _BATCH)
        ids = house.next_ids(Purchase, len(some))
        yield _purchases(house, some, ids, start)
        yield _lines(house, some, ids, products, prices, costs)


def _products(house: House) -> Rows:
    """400 things with a category each, the popular ones in all categories, and some subscriptions."""
    count = PRODUCTS + CONTRACT_PRODUCTS
    category = [WORDS["category"][place % len(WORDS["category"])] for place in range(PRODUCTS)]
    told = {
        "id": house.recipe.ids(Product._meta.db_table, count),
        "source_id": house.source,
        "code": [*(f"A{place + 1:04d}" for place in range(PRODUCTS)), *(f"S{place + 1}" for place in range(4))],
        "name": [*_product_names(category), *(f"Flower subscription {size}" for size in ("S", "M", "L", "XL"))],
        "category": [*category, *["Subscriptions"] * CONTRACT_PRODUCTS],
        "kind": ProductKind.PRODUCT.value,
        "kind_by": "person",
    }
    return Rows(Product, count, told)


def _product_names(category: list[str]) -> Iterator[str]:
    adjectives, nouns = WORDS["product"]["adjective"], WORDS["product"]["noun"]
    for place, name in enumerate(category):
        turn = place // len(WORDS["category"])
        yield f"{adjectives[(turn * 7 + place) % len(adjectives)]} {nouns[name][turn % len(nouns[name])]}"


def _prices(house: House) -> tuple[IntArray, IntArray]:
    """Price and cost of one piece, in minor units."""
    rng = house.recipe.rng("prices")
    drawn = np.exp(rng.normal(np.log(1200), 0.7, PRODUCTS)).clip(_CHEAPEST, _DEAREST)
    price = np.r_[(drawn / 10).astype(np.int64) * 10 + 9, np.array(_CONTRACT_PRICES)]
    return price, np.rint(price * rng.uniform(0.35, 0.75, price.size)).astype(np.int64)


def _purchases(house: House, some: Purchases, ids: IntArray, start: int) -> Rows:
    credit = some.is_credit.tolist()
    at = house.calendar.at(some.day, some.minute)
    told: dict[str, Any] = {
        "id": ids,
        "source_id": house.source,
        "number": [f"{'C' if back else 'P'}{start + place:08d}" for place, back in enumerate(credit)],
        "kind": pa.array(["sale", "credit"]).take(pa.array(some.is_credit.astype(np.int8))),
        "record_id": house.records[some.customer],
        "at": at,
        "recorded_at": at,
        "local_day": house.calendar.day(some.day),
        "local_month": house.calendar.month(some.day),
        "currency": CURRENCY,
    }
    return Rows(Purchase, len(some), told)


def _lines(
    house: House, some: Purchases, purchases: IntArray, products: IntArray, prices: IntArray, costs: IntArray
) -> Rows:
    amount = some.quantity * prices[some.product]
    told = {
        "id": house.next_ids(PurchaseLine, len(some)),
        "purchase_id": purchases,
        "ordinal": 1,
        "product_id": products[some.product],
        "quantity_e3": 1_000 * some.quantity,
        "unit_price_e4": 100 * prices[some.product],
        "amount": amount,
        "amount_home": amount,
        "cost_home": some.quantity * costs[some.product],
    }
    return Rows(PurchaseLine, len(some), told)
