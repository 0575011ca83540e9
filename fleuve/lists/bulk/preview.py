"""What a bulk edit would do, counted before it does it: who changes from what, who is refused, some of them by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from fleuve.kernel.principal import Principal
from fleuve.lists.bulk.edits import BulkEdit, check_edit
from fleuve.lists.bulk.selection import selected
from fleuve.lists.bulk.wording import listed_value, sayer
from fleuve.lists.models import BulkRun
from fleuve.lists.rules import unpack
from fleuve.parties.changing.edits import Target
from fleuve.parties.models import PartyCard

__all__ = ["MOST_EXAMPLES", "BulkPreview", "Example", "preview_of"]

MOST_EXAMPLES: Final = 20
_MOST_FORMER: Final = 12


@dataclass(frozen=True)
class Example:
    """One customer who would change."""

    party_id: int
    name: str
    before: str


@dataclass(frozen=True)
class BulkPreview:
    """Counts of customers; ``former`` says from which values how many would change, the most frequent first."""

    will_change: int
    unchanged: int
    refused: int
    missing: int
    former: tuple[tuple[str, int], ...]
    other_former: int
    examples: tuple[Example, ...]

    @property
    def meant(self) -> int:
        """Everyone the edit means."""
        return self.will_change + self.unchanged + self.refused + self.missing


@dataclass
class _Counting:
    will: int = 0
    same: int = 0
    refused: int = 0
    former: Counter[Any] = field(default_factory=Counter)
    examples: list[tuple[int, Any]] = field(default_factory=list)


def preview_of(run: BulkRun, principal: Principal, now: datetime, currency: str) -> BulkPreview:
    """What the run would do if it started now; raises like ``check_edit``, and ``FilterError`` for its filter."""
    edit = BulkEdit.from_json(run.edit)
    target = check_edit(edit, principal)
    key = edit.attribute_key
    counting = _Counting()
    for batch in selected(run, principal, now, list(dict.fromkeys([key or "owner", "owner"]))):
        _count(counting, batch, edit, target, principal)
    draw = sayer(key, [*counting.former, *(value for _party, value in counting.examples)], principal, currency)
    common = counting.former.most_common(_MOST_FORMER)
    names = dict(
        PartyCard.objects.visible_to(principal)
        .filter(pk__in=[party for party, _value in counting.examples])
        .values_list("pk", "name")
    )
    found = counting.will + counting.same + counting.refused
    return BulkPreview(
        will_change=counting.will,
        unchanged=counting.same,
        refused=counting.refused,
        missing=len(unpack(run.chosen)) - found if run.chosen is not None else 0,
        former=tuple((draw(value), count) for value, count in common) if key else (),
        other_former=counting.will - sum(count for _value, count in common) if key else 0,
        examples=tuple(
            Example(party, names.get(party, "") or str(party), draw(value) if key else "")
            for party, value in counting.examples
        ),
    )


def _count(
    counting: _Counting, batch: pa.RecordBatch, edit: BulkEdit, target: Target | None, principal: Principal
) -> None:
    mine = _within_reach(batch.column("owner"), principal)
    counting.refused += batch.num_rows - int(pc.sum(mine).as_py() or 0)
    batch = batch.filter(mine)
    if target is None:
        moving, values = batch.column("party_id"), [None] * min(batch.num_rows, MOST_EXAMPLES)
        counting.will += batch.num_rows
    else:
        column = _plain(batch.column(edit.attribute_key))
        same = _unchanged(column, edit, target)
        counting.same += int(pc.sum(same).as_py() or 0)
        moves = pc.invert(same)
        moving, column = batch.column("party_id").filter(moves), column.filter(moves)
        counting.will += len(moving)
        told = column.value_counts()
        counting.former.update(dict(zip(told.field(0).to_pylist(), told.field(1).to_pylist(), strict=True)))
        values = column[:MOST_EXAMPLES].to_pylist()
    room = MOST_EXAMPLES - len(counting.examples)
    counting.examples += zip(moving[:room].to_pylist(), values[:room], strict=False)


def _within_reach(owners: pa.Array, principal: Principal) -> pa.Array:
    """Which customers the principal may change."""
    within = principal.owners_within(principal.write_reach)
    if within is None:
        return pa.array([True] * len(owners), pa.bool_())
    nobodys = pc.and_(pc.is_null(owners), pa.scalar(principal.takes_in_unowned(principal.write_reach)))
    return pc.or_(pc.is_in(owners, value_set=pa.array(sorted(within), pa.int64())), nobodys)


def _plain(column: pa.Array) -> pa.Array:
    """Nothing and an empty text are the same."""
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _unchanged(column: pa.Array, edit: BulkEdit, target: Target) -> pa.Array:
    """Which customers have it already."""
    if edit.deed == "tags":
        packed = pc.fill_null(column, "")
        same = pa.array([True] * len(column), pa.bool_())
        for tag, is_put_on in [(one, True) for one in edit.add] + [(one, False) for one in edit.remove]:
            there = pc.match_substring(packed, f"|{tag}|")
            same = pc.and_(same, there if is_put_on else pc.invert(there))
        return same
    value = listed_value(edit, target)
    if value is None:
        return pc.is_null(column)
    return pc.fill_null(pc.equal(column, pa.scalar(value, column.type)), False)
