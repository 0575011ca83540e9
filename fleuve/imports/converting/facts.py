"""What a batch of rows says: lines of documents, details of customers, faults, totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

__all__ = ["DetailFact", "Facts", "Fault", "InteractionFact", "LineFact", "Moment", "ProductFact"]


class Moment(NamedTuple):
    """When, and the day and month that it is in the organisation's time zone."""

    at: datetime
    day: date
    month: int


class LineFact(NamedTuple):
    """One line of a document, as told. Amounts in minor units: ``amount`` of the document's currency."""

    row: int
    number: str
    ordinal: int
    moment: Moment
    customer: str
    product_code: str
    product_name: str
    category: str
    quantity_e3: int
    unit_price_e4: int
    amount: int
    amount_home: int
    cost_home: int | None
    is_credit: bool
    status: str
    currency: str


class DetailFact(NamedTuple):
    """What a row says about a customer: fields that have a column, as texts; ``is_first`` in this file."""

    row: int
    customer: str
    values: dict[str, str]
    is_first: bool


class InteractionFact(NamedTuple):
    """A point of contact other than a purchase, as told."""

    row: int
    customer: str
    moment: Moment
    kind: str
    channel: str
    direction: str
    outcome: str
    body: str


class ProductFact(NamedTuple):
    """What a row of a catalogue says of a product; blanks say nothing."""

    row: int
    code: str
    name: str
    category: str
    kind: str
    is_first: bool


class Fault(NamedTuple):
    """A cell that could not be taken as it is. ``sets_aside``: its row was not imported."""

    row: int
    column: int | None
    code: str
    value: str
    sets_aside: bool = True


@dataclass
class Facts:
    """The facts of one batch, in file order; ``last_row`` is the row after which the next batch starts."""

    last_row: int = 0
    rows: int = 0
    totals: int = 0
    lines: list[LineFact] = field(default_factory=list)
    details: list[DetailFact] = field(default_factory=list)
    interactions: list[InteractionFact] = field(default_factory=list)
    products: list[ProductFact] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
