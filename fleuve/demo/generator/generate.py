"""Fill an empty data folder with a made-up business, below the ORM, and remember from which recipe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from fleuve.accounts.actions import configure_organisation
from fleuve.accounts.models import Team, TeamMember, User
from fleuve.demo.errors import ExampleFailed, NotAnExample
from fleuve.demo.generator.customers import customers
from fleuve.demo.generator.house import House
from fleuve.demo.generator.own_fields import own_fields, own_values
from fleuve.demo.generator.recipe import Recipe
from fleuve.demo.generator.remarks import remarks
from fleuve.demo.generator.shop import CURRENCY, shop, trade
from fleuve.demo.generator.staff import staff
from fleuve.demo.generator.tables import Rows
from fleuve.demo.generator.ties import Ties, tags
from fleuve.demo.generator.writing import writing
from fleuve.kernel.principal import Principal
from fleuve.notes.models import Note
from fleuve.parties.models import (
    ContactDetail,
    Membership,
    Ownership,
    OwnField,
    OwnValue,
    Party,
    PartyCard,
    Record,
    RecordTag,
    Refusal,
    Source,
    Tag,
    Tie,
)
from fleuve.tasks.models import Task
from fleuve.touchpoints.models import Product, Purchase, PurchaseLine, SourceSettings

__all__ = ["TABLES", "Generated", "generate"]

TABLES: Final[tuple[type[models.Model], ...]] = (
    User,
    Team,
    TeamMember,
    Source,
    SourceSettings,
    Tag,
    OwnField,
    Party,
    Record,
    Membership,
    ContactDetail,
    Refusal,
    Ownership,
    RecordTag,
    PartyCard,
    Tie,
    OwnValue,
    Note,
    Task,
    Product,
    Purchase,
    PurchaseLine,
)
_ORGANISATION: Final = "The generated shop"
_TIME_ZONE: Final = "Europe/Paris"
_REMEMBERED: Final = "generated.json"

Tell = Callable[[str, int], None]


@dataclass(frozen=True)
class Generated:
    """What stands in the tables now, and whether this call put it there."""

    rows: dict[str, int]
    seconds: float
    is_new: bool

    @property
    def total(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())


def generate(*, recipe: Recipe, by: Principal, at: datetime, tell: Tell) -> Generated:
    """Make the business, or leave it when the same one is there; ``tell`` hears the table and its rows so far.

    Raises ``NotAnExample`` when the folder holds anything else and ``ExampleFailed`` when an earlier making was cut
    short: what it left is not worth repairing.
    """
    organisation = configure_organisation(by=by, at=at)
    if Party.objects.exists() or Source.objects.exists():
        return _already(recipe, is_example=organisation.is_example)
    configure_organisation(name=_ORGANISATION, currency=CURRENCY, timezone=_TIME_ZONE, is_example=True, by=by, at=at)
    began = monotonic()
    counted: dict[str, int] = {}
    with writing(TABLES) as write:
        for rows in _everything(House(recipe)):
            write(rows)
            name = rows.model._meta.db_table
            counted[name] = counted.get(name, 0) + rows.count
            tell(name, counted[name])
    made = Generated(counted, round(monotonic() - began, 1), is_new=True)
    _memory().write_text(json.dumps({"recipe": recipe.as_json(), "rows": counted, "seconds": made.seconds}))
    return made


def _everything(house: House) -> Iterator[Rows]:
    """All rows in an order in which each finds what it refers to; empty batches are left out."""
    ties = Ties(house)
    labels = tags(house)
    parts: Iterable[Iterable[Rows]] = (
        staff(house),
        shop(house),
        (labels, own_fields(house)),
        customers(house, labels.told["id"], ties.heads),
        (ties.rows(),),
        own_values(house),
        remarks(house),
        trade(house),
    )
    return (rows for part in parts for rows in part if rows.count)


def _memory() -> Path:
    return Path(settings.HOME) / _REMEMBERED


def _already(recipe: Recipe, *, is_example: bool) -> Generated:
    if not is_example:
        raise NotAnExample(_("This data folder holds customers of your own. Give the example another one."))
    told = json.loads(_memory().read_text()) if _memory().exists() else None
    if told is None:
        raise ExampleFailed(_("This folder holds another example, or one that was cut short. Give another folder."))
    if told["recipe"] != recipe.as_json():
        raise NotAnExample(_("This folder holds an example of another size, seed or last day. Give another folder."))
    return Generated(told["rows"], told["seconds"], is_new=False)
