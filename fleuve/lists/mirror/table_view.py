"""Customers asked for in the database: for bases too small to need a mirror, and while there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

import pyarrow as pa
from django.db.models import Count, F, Q, Sum

from fleuve.attributes import Attribute, Bought, Node, Registry, compile_sql, unpack_choices
from fleuve.kernel.door import DoorQuerySet
from fleuve.kernel.principal import Principal
from fleuve.lists.bought.reading import holders_of
from fleuve.lists.mirror.arrow import arrow_batch
from fleuve.lists.mirror.paging import sliced
from fleuve.lists.mirror.sorting import group_expression, sort_expression
from fleuve.lists.mirror.view import MOST_GROUPS, Group, Groups, Slice, added_up, cut, first_of
from fleuve.lists.mirror.words import read_words
from fleuve.parties.masking import searched_texts
from fleuve.parties.models import PartyCard
from fleuve.parties.own_fields import with_own_values
from fleuve.ui.tables import Cursor, Sort

__all__ = ["TableView"]


class TableView:
    """``CardView`` over the table of list rows."""

    is_live = True

    def __init__(self, principal: Principal, now: datetime, attributes: Registry) -> None:
        self._principal = principal
        self._now = now
        self._attributes = attributes

    @property
    def as_of(self) -> datetime:
        return self._now

    def count(self, node: Node, words: str = "") -> int:
        return self._cards(node, words).count()

    def page(self, node: Node, words: str, sort: Sort, cursor: str, size: int = 50) -> Slice:
        at = Cursor.decode(cursor)
        by = self._attributes.get(sort.key)
        cards = self._with(node, words, by).annotate(sorted_by=sort_expression(by))
        is_before = bool(at and at.is_before)
        if at:
            cards = cards.filter(_beyond(at, descending=sort.descending))
        ascending = sort.descending == is_before
        value = F("sorted_by")
        empty_first = {"nulls_first": True} if is_before else {"nulls_last": True}
        ordered = cards.order_by(
            value.asc(**empty_first) if ascending else value.desc(**empty_first), "pk" if ascending else "-pk"
        )
        return sliced(list(ordered.values_list("pk", "sorted_by")[: size + 1]), at, size)

    def groups(self, node: Node, words: str, by: str, sums: Sequence[str] = ()) -> Groups:
        cards = self._with(node, words, *(self._attributes.get(key) for key in (by, *sums)))
        is_several = self._attributes.get(by).type == "choices"
        added = {f"sum_{place}": Sum(self._path(key), default=0) for place, key in enumerate(sums)}
        rows: Any = (
            cards.annotate(answer=group_expression(self._attributes.get(by)))
            .values("answer")
            .annotate(customers=Count("pk"), **added)
            .order_by("-customers", F("answer").asc(nulls_last=True))
        )
        found = [
            Group(row["answer"], row["customers"], tuple(row[name] for name in added))
            for row in (rows if is_several else rows[: MOST_GROUPS + 1])
        ]
        if not is_several and len(found) <= MOST_GROUPS:
            return Groups(tuple(found), added_up(found, len(sums)))
        if is_several:
            return cut(_each_answer(found), added_up(found, len(sums)))
        told = cards.aggregate(customers=Count("pk"), **added)
        whole = Group(None, told["customers"], tuple(told[name] for name in added))
        return first_of(found, whole)

    def ids(self, node: Node, words: str = "", limit: int | None = None) -> list[int]:
        return list(self._cards(node, words).order_by("pk").values_list("pk", flat=True)[:limit])

    def batches(
        self, node: Node, words: str, sort: Sort, columns: Sequence[str], rows: int = 8_192
    ) -> Iterator[pa.RecordBatch]:
        found = [self._attributes.get(key) for key in columns]
        by = self._attributes.get(sort.key)
        cards = self._with(node, words, by, *found).annotate(sorted_by=sort_expression(by))
        value = F("sorted_by")
        ordered = cards.order_by(
            value.desc(nulls_last=True) if sort.descending else value.asc(nulls_last=True),
            "-pk" if sort.descending else "pk",
        )
        told = ordered.values_list("pk", *(one.sql_path for one in found)).iterator(chunk_size=rows)
        while some := list(islice(told, rows)):
            yield arrow_batch(some, found)

    def _path(self, key: str) -> str:
        return self._attributes.get(key).sql_path

    def _with(self, node: Node, words: str, *attributes: Attribute) -> Any:
        """The list rows with the values of these attributes that lie elsewhere."""
        return with_own_values(self._cards(node, words), dict.fromkeys(attributes))

    def _cards(self, node: Node, words: str) -> DoorQuerySet[PartyCard]:
        cards: Any = PartyCard.objects.visible_to(self._principal)
        cards = cards.filter(compile_sql(node, self._now, self._attributes, bought=_bought))
        searched = searched_texts(self._principal)
        for word in read_words(words):
            held = [Q((f"{column}__contains", word)) for column in searched]
            cards = cards.filter(reduce(or_, held)) if held else cards.none()
        return cards  # type: ignore[no-any-return]


def _each_answer(groups: Sequence[Group]) -> list[Group]:
    """Groups of the same answers as groups of each answer."""
    told: dict[str | None, list[Group]] = {}
    for group in groups:
        for answer in unpack_choices(group.key) or (None,):
            told.setdefault(answer, []).append(group)
    return [replace(added_up(some, len(some[0].sums)), key=answer) for answer, some in told.items()]


def _bought(leaf: Bought, today: date) -> Q:
    """A condition on parties found elsewhere, each named."""
    found = holders_of(leaf, today)
    named = Q(party__id__among=found.ids.tolist())
    return ~named if found.are_others else named


def _beyond(at: Cursor, *, descending: bool) -> Q:
    """What lies after the cursor, or before it: ``rules.walk`` in the words of the ORM."""
    side = "lt" if descending != at.is_before else "gt"
    later_id = Q(**{f"pk__{side}": at.id})
    if at.value is None:
        within = Q(sorted_by__isnull=True) & later_id
        return Q(sorted_by__isnull=False) | within if at.is_before else within
    within = Q(**{f"sorted_by__{side}": at.value}) | (Q(sorted_by=at.value) & later_id)
    return within if at.is_before else within | Q(sorted_by__isnull=True)
