"""What the operations of customers send and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from fleuve.api.schemas import Id, In, Out

__all__ = [
    "ChangeOut",
    "CustomerIn",
    "CustomerOut",
    "CustomerPatch",
    "RowOut",
    "TieIn",
    "TieOut",
    "UpsertIn",
    "UpsertOut",
    "UpsertRow",
]

_VALUES = "By key of a field (see `/api/v1/fields`); null empties it."
_EXAMPLE = {"name": "Duval SARL", "email": "contact@duval.example", "city": "Lyon"}


class RowOut(Out):
    """A customer in a list: the columns that were asked for."""

    id: Id
    version: int = Field(description="Also the `ETag`: send it as `If-Match` when you change it.")
    values: dict[str, Any] = Field(description=_VALUES, examples=[_EXAMPLE])


class CustomerOut(RowOut):
    """A customer with everything that the key may see."""


class CustomerIn(In):
    """A new customer."""

    values: dict[str, Any] = Field(description=_VALUES, examples=[_EXAMPLE], max_length=200)
    allow_duplicate: bool = Field(False, description="Create it although somebody has the same address or number.")


class CustomerPatch(In):
    """What changes: values that are not sent are left alone."""

    values: dict[str, Any] = Field(description=_VALUES, examples=[{"city": "Lille"}], min_length=1, max_length=200)


class ChangeOut(Out):
    """One change of one field, as people read it."""

    id: Id
    field: str
    label: str
    old: str
    new: str
    by: str
    at: datetime
    origin: str
    is_undone: bool


class TieIn(In):
    """What this customer is to another one."""

    to: Id
    kind: Literal["works_for", "household", "referred_by", "group_of", "other"]
    label: str = Field("", max_length=60, description="In your words.", examples=["buyer"])
    from_on: date | None = None


class TieOut(Out):
    """A tie as this customer reads it: `outward` when this one is tied to the other."""

    id: Id
    other: Id
    other_name: str
    kind_told: str
    label: str
    from_on: date | None
    until_on: date | None
    outward: bool


Match = Literal["customer_number", "email", "phone", "legal_id", "vat_number"]
Rule = Literal["replace", "fill"]


class UpsertIn(In):
    """Customers to create or change, found by the first of these keys by which there is exactly one."""

    match: list[Match] = Field(min_length=1, max_length=5, examples=[["customer_number", "email"]])
    customers: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=1000,
        description=f"One object of values each. {_VALUES}",
        examples=[[{"customer_number": "C-17", "name": "Duval SARL", "city": "Lyon"}]],
    )
    rules: dict[str, Rule] = Field(
        default_factory=dict,
        description="`fill` writes a field only where nothing stands; `replace` (usual) writes it always.",
        max_length=200,
    )
    create: bool = Field(True, description="Create those who are not found.")
    update: bool = Field(True, description="Change those who are found.")


class UpsertRow(Out):
    """What became of one row, in the order sent."""

    row: int = Field(description="Its place, from 0.")
    outcome: Literal["created", "updated", "unchanged", "refused"]
    id: Id | None = None
    version: int | None = None
    code: str = ""
    reason: str = ""
    at: str = ""


class UpsertOut(Out):
    """What became of all of them."""

    created: int
    updated: int
    unchanged: int
    refused: int
    rows: list[UpsertRow]
