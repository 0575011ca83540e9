"""The fields that a column may stand for, and what its cells must then look like."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

__all__ = [
    "AMOUNT_FIELDS",
    "DETAIL_FIELDS",
    "FIELDS",
    "GROUPS",
    "LINE_FIELDS",
    "ORDER_FIELDS",
    "OWN",
    "PRODUCT_FIELDS",
    "RULED_FIELDS",
    "SHAPES",
    "WHO_FIELDS",
    "Mapping",
    "cells_of",
]

# field → what its cells are: text, code, number, date, email, phone, yes_no or currency
FIELDS: Final[dict[str, str]] = {
    "order_number": "code",
    "date": "date",
    "kind": "text",
    "status": "text",
    "customer_number": "code",
    "customer_name": "text",
    "first_name": "text",
    "last_name": "text",
    "company": "text",
    "email": "email",
    "phone": "phone",
    "street": "text",
    "street_2": "text",
    "postcode": "code",
    "city": "text",
    "country": "text",
    "legal_id": "code",
    "vat_number": "code",
    "customer_since": "date",
    "product_code": "code",
    "product_name": "text",
    "category": "text",
    "quantity": "number",
    "unit_price": "number",
    "unit_price_net": "number",
    "unit_price_gross": "number",
    "line_discount": "number",
    "line_total": "number",
    "line_total_net": "number",
    "line_total_gross": "number",
    "cost": "number",
    "line_cost": "number",
    "margin": "number",
    "order_total": "number",
    "order_subtotal": "number",
    "order_discount": "number",
    "order_shipping": "number",
    "order_refunded": "number",
    "vat_rate": "number",
    "vat_amount": "number",
    "currency": "currency",
    "accepts_email": "yes_no",
    "accepts_phone": "yes_no",
    "accepts_post": "yes_no",
    "refuses_email": "yes_no",
    "refuses_phone": "yes_no",
    "refuses_post": "yes_no",
    "note": "text",
    "contact_kind": "text",
    "contact_channel": "text",
    "contact_direction": "text",
    "contact_outcome": "text",
    "product_kind": "text",
}

SHAPES: Final = ("line", "order", "customer", "interaction", "product")
OWN: Final = "own:"  # begins the name of a field of one's own: "own:" and its key

LINE_FIELDS: Final = ("product_code", "product_name", "quantity", "unit_price", "unit_price_net", "unit_price_gross")
AMOUNT_FIELDS: Final = (
    "line_total_net", "line_total", "line_total_gross", "unit_price_net", "unit_price", "unit_price_gross",
    "order_total",
)  # fmt: skip
# What belongs to a document as a whole; where a file gives it on the first row only, it is filled down.
ORDER_FIELDS: Final = (
    "date", "kind", "status", "customer_number", "customer_name", "first_name", "last_name", "company", "email",
    "phone", "street", "street_2", "postcode", "city", "country", "legal_id", "vat_number", "currency", "accepts_email",
)  # fmt: skip
DETAIL_FIELDS: Final = (
    "customer_name", "first_name", "last_name", "company", "email", "phone", "street", "street_2", "postcode", "city",
    "country", "legal_id", "vat_number", "customer_since", "accepts_email", "accepts_phone", "accepts_post",
    "refuses_email", "refuses_phone", "refuses_post",
)  # fmt: skip
# Any of them tells customers apart.
WHO_FIELDS: Final = ("customer_number", "email", "customer_name", "last_name", "company")
# What a file may overwrite, and so what a rule may be given for. A refusal has none: it always holds.
PRODUCT_FIELDS: Final = ("product_name", "category", "product_kind")
RULED_FIELDS: Final = (*DETAIL_FIELDS[:14], *PRODUCT_FIELDS)
# How the choice is grouped in the list beside a column
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "document": ("order_number", "date", "kind", "status", "currency"),
    "customer": ("customer_number", *DETAIL_FIELDS[:14]),
    "product": ("product_code", "product_name", "category", "product_kind", "quantity", "unit_price", "unit_price_net",
                "unit_price_gross", "line_discount", "cost"),
    "amount": ("line_total", "line_total_net", "line_total_gross", "line_cost", "margin", "order_total",
               "order_subtotal", "order_discount", "order_shipping", "order_refunded", "vat_rate", "vat_amount"),
    "contact": DETAIL_FIELDS[14:],
    "interaction": ("contact_kind", "contact_channel", "contact_direction", "contact_outcome", "note"),
}  # fmt: skip


def cells_of(field: str) -> str:
    """What the cells of a field are; those of a field of one's own are read by its own type, as texts until then."""
    return FIELDS.get(field, "text")


@dataclass(frozen=True)
class Mapping:
    """One field (or blank: not used) per column, and what a row of the file is: one of ``SHAPES``."""

    fields: tuple[str, ...]
    shape: str = "line"
    fills_down: bool = False  # the rows of an order leave blank what its first row says

    def position(self, field: str) -> int | None:
        """The column of a field, None when no column stands for it."""
        return self.fields.index(field) if field in self.fields else None

    def has(self, *fields: str) -> bool:
        """Whether any of the fields has a column."""
        return any(field in self.fields for field in fields)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The fields of one's own that have a column."""
        return tuple(field for field in self.fields if field.startswith(OWN))

    @property
    def has_purchases(self) -> bool:
        """Whether its rows are purchases."""
        return self.shape in ("line", "order")

    @property
    def amount_field(self) -> str:
        """The column that amounts are read from: a stated net total before a computed one, blank if there is none."""
        order = ("line_total_net", "order_total", "line_total", "line_total_gross") if self.shape == "order" else ()
        return next((field for field in (*order, *AMOUNT_FIELDS) if field in self.fields), "")

    def missing(self) -> tuple[str, ...]:
        """Fields without which nothing can be imported."""
        who = () if self.has(*WHO_FIELDS) else ("customer_number",)
        if self.shape == "customer":
            return who
        if self.shape == "product":
            return () if self.has("product_code", "product_name") else ("product_code",)
        if self.shape == "interaction":
            return who if self.has("date") else ("date", *who)
        when = () if self.has("date") else ("date",)
        return (*when, *(() if self.amount_field else ("order_total",)), *who)

    def to_json(self) -> dict[str, Any]:
        """Plain lists and texts."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The mapping that ``to_json`` wrote."""
        return cls(tuple(data["fields"]), data.get("shape", "line"), bool(data.get("fills_down")))
