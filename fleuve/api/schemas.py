"""What many operations send and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from django.http import Http404
from ninja import Schema
from pydantic import ConfigDict, Field

__all__ = ["Actor", "Amount", "Id", "In", "Out", "id_number", "money_of"]

_LARGEST: Final = 2**63 - 1

Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$", description="A number as text.", examples=["123456789012345678"])]
"""How ids travel: 64-bit numbers lose their last digits in languages that know only floating ones."""


def id_number(text: str) -> int:
    """The number of an id that was sent; a number that no row can have is missing like any other."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LARGEST):
        raise Http404
    return int(text)


class In(Schema):
    """A body: a field that nobody reads is refused, for it is a typing error."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """An answer."""


class Amount(Out):
    """Money: whole minor units (cents), never a fraction, with its currency."""

    minor: int = Field(examples=[123450])
    currency: str = Field(examples=["EUR"])


class Actor(Out):
    """Who did something, and when."""

    label: str
    at: datetime


def money_of(minor: int | None, currency: str) -> dict[str, Any] | None:
    """An amount as it is answered; nothing when it is not known."""
    return None if minor is None else {"minor": minor, "currency": currency}
