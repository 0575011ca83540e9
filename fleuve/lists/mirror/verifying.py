"""Whether the mirror says what the database says: a thousand customers at random, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from fleuve.lists.mirror.instance import attached, changed_rows
from fleuve.lists.mirror.making import mirror_file
from fleuve.lists.mirror.reading import current_mirror
from fleuve.lists.models import CardMark
from fleuve.parties.models import PartyCard

__all__ = ["Verdict", "verify_mirror"]

_COMPARED: Final = 1_000


@dataclass(frozen=True)
class Verdict:
    """How many customers were compared and which differ, by the columns in which they do; without mirror nothing."""

    has_mirror: bool
    compared: int = 0
    in_mirror: int = 0
    in_database: int = 0
    differing: tuple[tuple[int, tuple[str, ...]], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differing and self.in_mirror == self.in_database


def verify_mirror(now: datetime, compared: int = _COMPARED) -> Verdict:
    """Compare the mirror, with what changed since it was made, with the rows of the database."""
    marks = tuple(CardMark.objects.values_list("pk", flat=True))
    mirror = current_mirror()
    if mirror is None or not mirror_file(mirror.file).is_file():
        return Verdict(has_mirror=False)
    living = PartyCard.objects.filter(is_removed=False)
    ids = list(living.order_by("?").values_list("pk", flat=True)[:compared])
    with attached(mirror, marks, now) as (duck, found):
        duck.register("verified_ids", pa.table({"party_id": pa.array(ids, pa.int64())}))
        told = duck.sql(f"SELECT * FROM {found.rows} SEMI JOIN verified_ids USING (party_id)").to_arrow_table()
        count = duck.sql(f"SELECT count(*) FROM {found.rows} AS card").fetchall()[0][0]
        stored = changed_rows(duck, ids)
    return Verdict(
        has_mirror=True,
        compared=len(ids),
        in_mirror=count,
        in_database=living.count(),
        differing=_differing(_by_party(stored), _by_party(told)),
    )


def _by_party(rows: pa.Table) -> dict[int, dict[str, Any]]:
    return {row["party_id"]: row for row in rows.to_pylist()}


def _differing(
    stored: dict[int, dict[str, Any]], told: dict[int, dict[str, Any]]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The customers that differ; a column that only one side has is a field made since."""
    found = []
    for party, row in sorted(stored.items()):
        other = told.get(party)
        columns = (
            ("party_id",) if other is None else tuple(key for key in row if key in other and row[key] != other[key])
        )
        if columns:
            found.append((party, columns))
    return tuple(found)
