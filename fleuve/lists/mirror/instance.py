"""The current mirror inside this process's DuckDB, with the rows that changed since it was made.

A mirror is attached once and stays. Beside it lie two small tables in memory: the parties marked since, and the list
rows that they have now. A request looks which marks it has not met yet (usually none) and reads those parties only: a
change writes a mark in its own transaction, so whoever sees the mark reads the changed row.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import duckdb
import pyarrow as pa

from fleuve.attributes import registry
from fleuve.history.export import of_this_connection
from fleuve.history.store import quoted, shared_engine
from fleuve.lists.mirror.cards import cards_of
from fleuve.lists.mirror.columns import own_columns
from fleuve.lists.mirror.making import mirror_file
from fleuve.lists.mirror.own_values import read_own_values
from fleuve.lists.mirror.picks import Kept, rows_with
from fleuve.lists.models import CardMark, Mirror
from fleuve.lists.rules import unpack

__all__ = ["MOST_LIVE", "Attached", "attached", "changed_rows"]

# Beyond, reading what changed would cost every first request seconds: the list says how old it is until it is rebuilt.
MOST_LIVE: Final = 50_000
_KEPT_AFTER: Final = timedelta(seconds=60)
_MARKS_AT_ONCE: Final = 500


@dataclass
class Attached:
    """An attached mirror: its name in DuckDB and the marks whose rows are in the tables beside it."""

    alias: str
    mirror: Mirror
    seen: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    is_live: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: Kept = field(default_factory=Kept)

    @property
    def rows(self) -> str:
        """The list rows as they are now, for a FROM clause."""
        return rows_with(self.alias, (), are_marked=bool(self.marked))[0]


_known: dict[str, Attached] = {}
_attaching = threading.Lock()


@contextmanager
def attached(
    mirror: Mirror, marks: Collection[int], now: datetime
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Attached]]:
    """A cursor on which the mirror can be asked, up to date with ``marks`` (ids read before the mirror's row was)."""
    with shared_engine() as duck:
        found = _attach(duck, mirror, now)
        with found.lock:
            _catch_up(duck, found, set(marks))
        yield duck, found


def changed_rows(duck: duckdb.DuckDBPyConnection, ids: Collection[int]) -> pa.Table:
    """The list rows of these parties as the mirror would hold them; none for a party that is gone."""
    wanted, reader = sorted(ids), of_this_connection()
    duck.register("changed_cards", cards_of(reader, wanted))
    duck.register("changed_ids", pa.table({"party_id": pa.array(wanted, pa.int64())}))
    within = f" AND m.party_id IN ({', '.join(map(str, wanted))})" if wanted else " AND 1 = 0"
    read_own_values(duck, reader, own_columns(registry), "changed_values", within)
    found = duck.sql("SELECT * FROM changed_cards LEFT JOIN changed_values USING (party_id)").to_arrow_table()
    duck.unregister("changed_cards")
    duck.execute("DROP TABLE changed_values")
    return found


def _attach(duck: duckdb.DuckDBPyConnection, mirror: Mirror, now: datetime) -> Attached:
    alias = mirror.file.removesuffix(".duckdb").replace("-", "_")
    with _attaching:
        there = {name for (name,) in duck.execute("SELECT database_name FROM duckdb_databases()").fetchall()}
        if alias in there and alias in _known:
            return _known[alias]
        if alias not in there:
            duck.execute(f"ATTACH {quoted(mirror_file(mirror.file))} AS {alias} (READ_ONLY)")
        duck.execute(f"CREATE OR REPLACE TABLE memory.live_{alias} AS SELECT * FROM {alias}.card LIMIT 0")
        duck.execute(f"CREATE OR REPLACE TABLE memory.marked_{alias} (party_id BIGINT)")
        _known[alias] = Attached(alias, mirror)
        _let_go(duck, there, mirror, now)
        return _known[alias]


def _let_go(duck: duckdb.DuckDBPyConnection, there: Collection[str], current: Mirror, now: datetime) -> None:
    """Detach mirrors that nobody should be reading any more; a reader that still does goes on undisturbed."""
    ended = set(
        Mirror.objects.filter(superseded_at__lt=now - _KEPT_AFTER).values_list("file", flat=True)
        if len(_known) > 1
        else ()
    )
    for alias, other in list(_known.items()):
        if other.mirror.file in ended and other.mirror.pk != current.pk:
            del _known[alias]
            if alias in there:
                duck.execute(f"DETACH {alias}")
                duck.execute(f"DROP TABLE IF EXISTS memory.live_{alias}")
                duck.execute(f"DROP TABLE IF EXISTS memory.marked_{alias}")


def _catch_up(duck: duckdb.DuckDBPyConnection, found: Attached, marks: set[int]) -> None:
    unseen = marks - found.seen
    if not unseen:
        return
    parties = _parties_of(sorted(unseen))
    if len(found.marked | parties) > MOST_LIVE:
        found.is_live = False
        return
    rows = changed_rows(duck, parties)
    alias = found.alias
    duck.register("fresh_rows", rows)
    duck.register("fresh_ids", pa.table({"party_id": pa.array(sorted(parties), pa.int64())}))
    duck.execute("BEGIN")
    for table in ("live", "marked"):
        duck.execute(f"DELETE FROM memory.{table}_{alias} WHERE party_id IN (SELECT party_id FROM fresh_ids)")
    known = duck.execute(f"SELECT column_name FROM (DESCRIBE memory.live_{alias})").fetchall()
    told = set(rows.column_names)
    names = ", ".join(f'"{name}"' for (name,) in known if name in told)
    duck.execute(f"INSERT INTO memory.live_{alias} BY NAME SELECT {names} FROM fresh_rows")
    duck.execute(f"INSERT INTO memory.marked_{alias} SELECT party_id FROM fresh_ids")
    duck.execute("COMMIT")
    found.seen |= unseen
    found.marked |= parties


def _parties_of(marks: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(marks), _MARKS_AT_ONCE):
        chosen = CardMark.objects.filter(pk__in=marks[start : start + _MARKS_AT_ONCE])
        for packed in chosen.values_list("parties", flat=True):
            found.update(unpack(packed))
    return found
