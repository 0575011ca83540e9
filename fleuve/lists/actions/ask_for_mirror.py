"""Ask for the derived files of lists, in the transaction that made them out of date."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Sum
from django.db.models.functions import Length

from fleuve.attributes import registry
from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.mirror.columns import own_columns
from fleuve.lists.mirror.making import mirror_file
from fleuve.lists.mirror.reading import current_mirror
from fleuve.lists.models import CardMark, Mirror

__all__ = ["ask_for_behaviour", "ask_for_fold", "ask_for_mirror"]

_KEY: Final = "lists.mirror"
# A list merges 20,000 changed rows in 40 ms more than none; reading many marks costs every request a little.
_MOST_PARTIES: Final = 20_000
_MOST_MARKS: Final = 500


def ask_for_mirror(event: Event) -> None:
    """Every list row may have changed: have the mirror made anew."""
    enqueue("lists.mirror", by=SYSTEM, unique_key=_KEY, again_if_running=True)


def ask_for_behaviour(event: Event) -> None:
    """The derived history is another one: have purchase behaviour laid out from it."""
    enqueue("lists.behaviour", by=SYSTEM, unique_key="lists.behaviour", again_if_running=True)


def ask_for_fold(now: datetime) -> None:
    """Have what changed folded into the mirror once it is much; have it made anew where it lacks a field or is lost.

    A restore and whoever empties the derived folder leave the row of a mirror without its file.
    """
    mirror = current_mirror()
    if mirror and (_lacks_a_field(mirror) or not mirror_file(mirror.file).is_file()):
        enqueue("lists.mirror", by=SYSTEM, unique_key=_KEY)
        return
    marks = CardMark.objects.count()
    if not marks:
        return
    size = CardMark.objects.aggregate(size=Sum(Length("parties")))["size"] if marks < _MOST_MARKS else None
    if size is None or size >= _MOST_PARTIES * 8:
        enqueue("lists.mirror", by=SYSTEM, unique_key=_KEY, whole=False)


def _lacks_a_field(mirror: Mirror) -> bool:
    return not {one.sql_column for one in own_columns(registry)} <= set(mirror.columns)
