"""Customers that are none: the till, a marketplace booked under one name, staff, tests.

A name is enough for a till ("Client comptoir"). Without a name, an *impossible rhythm* is: purchases on most days on
which the shop was open **and** several orders on each of them, hundreds in all. Each condition alone is somebody's
real life: a restaurant buys bread every open day, once; a distributor sends three orders on a busy day. Measured on
Online Retail: the busiest customer bought on 43 % of the open days with 1.5 orders a day (14911, a distributor); the
next two on 37 % with 1.8 and 1.1 (12748, 17841). All are customers and stay so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fleuve.kernel.search_text import fold

__all__ = ["Rhythm", "is_impossible_rhythm", "special_of_name"]

_LEAST_SHARE_OF_OPEN_DAYS: Final = 0.6
_LEAST_ORDERS_A_DAY: Final = 2.0
_FEWEST_ORDERS: Final = 200

_WALK_IN: Final = (
    r"walk ?-?in( customers?| client)?|cash (sales?|customers?)|counter (sales?|customers?)|over the counter"
    r"|(retail|shop|store|till|pos) (sales?|customers?)|till|guest( customer)?|anonymous|unknown( customer)?|no name"
    r"|(clients?|ventes?) (de )?(comptoir|passage|caisse|anonymes?|divers|magasin|boutique|particuliers divers)"
    r"|comptoir|caisse|anonyme|client inconnu|inconnu|divers clients|particulier divers|vente directe|passage"
)
_MARKETPLACE: Final = (
    r"(amazon|ebay|etsy|cdiscount|fnac|fnac darty|darty|rakuten|manomano|zalando|veepee|back market|leboncoin"
    r"|la redoute|wish|aliexpress|bol|allegro|otto|faire|ankorstore)"
    r"( (marketplace|market place|eu|uk|fr|france|europe|com|de|fba|seller|payments?))*"
)
_STAFF: Final = (
    r"(staff|employees?|personnel|salaries?|employes?|internal|interne|usage interne)"
    r"( (sales?|ventes?|orders?|discount))?"
)
_TEST: Final = (
    r"tests?( (tests?|customer|client|order|commande|account|compte|user))*( \d+)?"
    r"|(customer|client|commande|compte) (de )?test( \d+)?"
)
_NAMES: Final = tuple(
    (special, re.compile(pattern))
    for special, pattern in (
        ("walk_in", _WALK_IN),
        ("marketplace", _MARKETPLACE),
        ("staff", _STAFF),
        ("test", _TEST),
    )
)
_SIGNS = re.compile(r"[^\w]+|_")


@dataclass(frozen=True)
class Rhythm:
    """How often a record buys: days with a purchase, days the shop was open from its first to its last, and orders."""

    purchase_days: int
    open_days: int
    orders: int


@lru_cache(maxsize=65_536)
def special_of_name(name: str) -> str:
    """The ``Record.Special`` value that the whole name says, or ``""``: "Walker Inns" says nothing.

    >>> special_of_name("CLIENT COMPTOIR"), special_of_name("Amazon.fr"), special_of_name("Chloé Passage")
    ('walk_in', 'marketplace', '')
    """
    plain = _SIGNS.sub(" ", fold(name)).strip()
    return next((special for special, pattern in _NAMES if plain and pattern.fullmatch(plain)), "")


def is_impossible_rhythm(rhythm: Rhythm) -> bool:
    """Whether no single customer buys like this: most open days, at least two orders on each, hundreds in all."""
    return (
        rhythm.orders >= _FEWEST_ORDERS
        and rhythm.purchase_days >= _LEAST_SHARE_OF_OPEN_DAYS * rhythm.open_days
        and rhythm.orders >= _LEAST_ORDERS_A_DAY * rhythm.purchase_days
    )
