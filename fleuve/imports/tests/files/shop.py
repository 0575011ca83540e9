"""A shop's life, simulated: customers who buy at their own rhythm, drift away at some point, return some goods."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["Customer", "Item", "Order", "Product", "simulate"]

_OPENING: Final = datetime(2023, 3, 1, 8, tzinfo=UTC)
_FIRST: Final = [
    "Chloé",
    "Léa",
    "Jean",
    "Marie",
    "Paul",
    "Zoé",
    "Inès",
    "Luc",
    "Anna",
    "Noël",
    "Emma",
    "Hugo",
    "Alice",
    "Théo",
    "Nina",
    "Gaël",
    "Eva",
    "Marc",
    "Julie",
    "Éric",
]
_LAST: Final = [
    "Martin",
    "Bernard",
    "Dubois",
    "Petit",
    "Durand",
    "Lefèvre",
    "Moreau",
    "Simon",
    "Laurent",
    "Michel",
    "García",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Rousseau",
    "Vincent",
    "Müller",
    "Faure",
    "Mercier",
    "Blanc",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
]
_COMPANIES: Final = [
    "Boulangerie",
    "Atelier",
    "Menuiserie",
    "Garage",
    "Hôtel",
    "Librairie",
    "Épicerie",
    "Cabinet",
    "Pharmacie",
    "Imprimerie",
]
_FORMS: Final = ("SARL", "SAS", "EURL", "& Fils")
_CITIES: Final = (
    ("Lyon", "69003"),
    ("Nantes", "44000"),
    ("Lille", "59800"),
    ("Béziers", "34500"),
    ("Le Mans", "72000"),
)
_STREETS: Final = ("rue de la République", "avenue Jean-Jaurès", "place du Marché", "chemin des Écoliers")
_ADJECTIVES: Final = ["Red", "Blue", "Small", "Large", "Vintage", "Oak", "Linen", "Copper", "Striped", "Round"]
_NOUNS: Final = [
    "Lantern",
    "Mug",
    "Basket",
    "Cushion",
    "Candle",
    "Notebook",
    "Apron",
    "Teapot",
    "Frame",
    "Blanket",
    "Vase",
    "Clock",
]


@dataclass(frozen=True)
class Customer:
    number: int
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    street: str
    city: str
    postcode: str
    accepts: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Product:
    code: str
    name: str
    cents: int


@dataclass(frozen=True)
class Item:
    product: Product
    quantity: int

    @property
    def cents(self) -> int:
        return self.product.cents * self.quantity


@dataclass
class Order:
    number: int
    at: datetime
    customer: Customer
    items: list[Item]
    discount: int = 0
    shipping: int = 0
    refunded: int = 0
    returned: list[Item] = field(default_factory=list)

    @property
    def subtotal(self) -> int:
        return sum(item.cents for item in self.items)

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping


def simulate(seed: int, *, customers: int = 360, months: int = 27) -> list[Order]:
    """Orders of ``customers`` people over ``months``, in the order of time."""
    rng = random.Random(seed)
    products = _products(rng)
    people = [_customer(rng, number) for number in range(1, customers + 1)]
    end = _OPENING + timedelta(days=months * 30.4)
    visits = sorted((at, person.number) for person in people for at in _visits(rng, _OPENING, end))
    return [_order(rng, 1001 + index, at, people[number - 1], products) for index, (at, number) in enumerate(visits)]


def _products(rng: random.Random) -> list[Product]:
    names = [f"{adjective} {noun}" for noun in _NOUNS for adjective in _ADJECTIVES][:80]
    return [Product(f"ART-{index:04d}", name, rng.randrange(350, 8900, 5)) for index, name in enumerate(names, start=1)]


def _customer(rng: random.Random, number: int) -> Customer:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    city, postcode = rng.choice(_CITIES)
    plain = f"{first}.{last}".lower().translate(str.maketrans("éèëïüçíñ", "eeeiucin"))
    return Customer(
        number=number,
        first_name=first,
        last_name=last,
        company=f"{rng.choice(_COMPANIES)} {last} {rng.choice(_FORMS)}",
        email=f"{plain}{number}@mail-{number % 7}.fr",
        phone=f"06 {rng.randrange(10, 29)} " + " ".join(f"{rng.randrange(10, 99)}" for _ in range(3)),
        street=f"{rng.randrange(1, 120)} {rng.choice(_STREETS)}",
        city=city,
        postcode=postcode,
        accepts=rng.random() > 0.3,
    )


def _visits(rng: random.Random, start: datetime, end: datetime) -> list[datetime]:
    """A first visit, then gaps around the person's own rhythm until they lose interest."""
    rhythm = rng.gammavariate(2.0, 30.0) + 7
    at = start + (end - start) * rng.random() ** 1.3 * 0.85
    visits = []
    while at < end:
        visits.append(
            at.replace(hour=rng.randrange(8, 20), minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        )
        if rng.random() < 0.18:
            break
        at += timedelta(days=rng.expovariate(1 / rhythm) + 1)
    return visits


def _order(rng: random.Random, number: int, at: datetime, customer: Customer, products: list[Product]) -> Order:
    items = [Item(rng.choice(products), rng.choice((1, 1, 1, 2, 3, 6))) for _ in range(rng.choice((1, 1, 2, 2, 3, 5)))]
    order = Order(number, at, customer, items)
    order.shipping = 0 if order.subtotal > 6000 else 490
    order.discount = order.subtotal // 10 if rng.random() < 0.12 else 0
    chance = rng.random()
    if chance < 0.02:
        order.refunded, order.returned = order.total, list(items)
    elif chance < 0.05:
        order.refunded, order.returned = min(items[0].cents, order.total), items[:1]
    return order
