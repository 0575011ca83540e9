"""Every row that an import may touch, for comparing what was there before with what is there after."""

from __future__ import annotations

from typing import Any

from django.db import models

from fleuve.parties.models import ContactDetail, Membership, OwnValue, Party, PartyCard, Record, Refusal, Relationship
from fleuve.touchpoints.models import Interaction, Product, Purchase, PurchaseLine

__all__ = ["counts", "snapshot"]

_TABLES: tuple[type[models.Model], ...] = (
    Party, Record, Membership, ContactDetail, Refusal, Relationship, Product, Purchase, PurchaseLine, PartyCard,
    OwnValue, Interaction,
)  # fmt: skip
_STAMPS = {"updated_at", "version"}


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, without the stamps that say when a row was last written."""
    return {model.__name__: _rows(model) for model in _TABLES}


def _rows(model: type[models.Model]) -> list[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in _STAMPS]
    return list(model._default_manager.order_by("pk").values_list(*names))


def counts() -> dict[str, int]:
    """Rows per table."""
    return {model.__name__: model._default_manager.count() for model in _TABLES}
