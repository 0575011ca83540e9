"""Customers asked for in the mirror: a column is read where a row would be, so any column sorts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from fleuve.attributes import Bought, Node, Registry, compile_duckdb, leaves
from fleuve.kernel.principal import Principal
from fleuve.lists.bought.reading import holders_of
from fleuve.lists.mirror.instance import Attached
from fleuve.lists.mirror.paging import sliced
from fleuve.lists.mirror.sorting import each_answer_sql, group_sql, sort_sql
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.mirror.view import MOST_GROUPS, Group, Groups, Slice, added_up, cut, first_of
from fleuve.lists.mirror.words import read_words
from fleuve.lists.rules import walk
from fleuve.parties.masking import searched_texts
from fleuve.ui.tables import Cursor, Sort

__all__ = ["MirrorView"]


@dataclass(frozen=True)
class _Where:
    sql: str
    parameters: tuple[Any, ...]


class MirrorView:
    """``CardView`` over an attached mirror and the rows that changed since."""

    def __init__(
        self,
        duck: duckdb.DuckDBPyConnection,
        mirror: Attached,
        principal: Principal,
        now: datetime,
        attributes: Registry,
    ) -> None:
        self._duck = duck
        self._mirror = mirror
        self._principal = principal
        self._now = now
        self._attributes = attributes
        self._table = TableView(principal, now, attributes)
        self._columns = frozenset(mirror.mirror.columns)
        self._holders: dict[tuple[str, ...], str] = {}
        self._bought_by: dict[tuple[Bought, date], str] = {}

    @property
    def as_of(self) -> datetime:
        return self._now if self.is_live else self._mirror.mirror.made_at

    @property
    def is_live(self) -> bool:
        return self._mirror.is_live

    def count(self, node: Node, words: str = "") -> int:
        if not self._holds(node):
            return self._table.count(node, words)
        where = self._where(node, words)
        found = self._ask(f"SELECT count(*) FROM {self._mirror.rows} AS card WHERE {where.sql}", where.parameters)
        return int(found[0][0])

    def page(self, node: Node, words: str, sort: Sort, cursor: str, size: int = 50) -> Slice:
        if not self._holds(node, sort.key):
            return self._table.page(node, words, sort, cursor, size)
        at, where = Cursor.decode(cursor), self._where(node, words)
        place = walk(
            "sorted_by",
            "party_id",
            descending=sort.descending,
            value=at.value if at else None,
            row_id=at.id if at else None,
            is_before=bool(at and at.is_before),
        )
        key = sort_sql(self._attributes.get(sort.key))
        sql = (
            f"SELECT party_id, {key} AS sorted_by FROM {self._mirror.rows} AS card "
            f"WHERE {where.sql} AND {place.condition} ORDER BY {place.order} LIMIT {size + 1}"
        )
        return sliced(self._ask(sql, (*where.parameters, *place.parameters)), at, size)

    def groups(self, node: Node, words: str, by: str, sums: Sequence[str] = ()) -> Groups:
        if not self._holds(node, by, *sums):
            return self._table.groups(node, words, by, sums)
        where, attribute = self._where(node, words), self._attributes.get(by)
        is_several = attribute.type == "choices"
        source = f"FROM {self._mirror.rows} AS card WHERE {where.sql}"
        named = [f"sum_{place}" for place in range(len(sums))]
        added = "".join(
            f", coalesce(sum({self._column(key)}), 0) AS {name}" for key, name in zip(sums, named, strict=True)
        )
        told = "".join(f", sum({name}) AS {name}" for name in named)
        # First by what is stored, which is faster than by anything worked out of it, row by row: a third of the time.
        stored = f"SELECT {self._column(by)} AS stored, count(*) AS customers{added} {source} GROUP BY stored"
        counted = f"sum(customers)::BIGINT AS customers{told}"
        sql = f"SELECT {group_sql(attribute, 'stored')} AS answer, {counted} FROM ({stored}) GROUP BY answer"
        if is_several:
            # A hundred tags make few combinations of a million customers.
            each = f"SELECT {each_answer_sql('answer')} AS answer, * EXCLUDE (answer) FROM ({sql})"
            sql = f"SELECT answer, {counted} FROM ({each}) GROUP BY answer"
        limit = "" if is_several else f" LIMIT {MOST_GROUPS + 1}"
        found = self._ask(f"{sql} ORDER BY customers DESC, answer NULLS LAST{limit}", where.parameters)
        rows = [Group(row[0], row[1], tuple(row[2:])) for row in found]
        if not is_several and len(rows) <= MOST_GROUPS:
            return Groups(tuple(rows), added_up(rows, len(sums)))
        customers, *totals = self._ask(f"SELECT count(*){added} {source}", where.parameters)[0]
        whole = Group(None, customers, tuple(totals))
        return cut(rows, whole) if is_several else first_of(rows, whole)

    def ids(self, node: Node, words: str = "", limit: int | None = None) -> list[int]:
        if not self._holds(node):
            return self._table.ids(node, words, limit)
        where = self._where(node, words)
        sql = f"SELECT party_id FROM {self._mirror.rows} AS card WHERE {where.sql} ORDER BY party_id"
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        return [party for (party,) in self._ask(sql + cut, where.parameters)]

    def batches(
        self, node: Node, words: str, sort: Sort, columns: Sequence[str], rows: int = 8_192
    ) -> Iterator[pa.RecordBatch]:
        if not self._holds(node, sort.key, *columns):
            yield from self._table.batches(node, words, sort, columns, rows)
            return
        where = self._where(node, words)
        wanted = "".join(f', {self._column(key)} AS "{key}"' for key in columns)
        word = "DESC" if sort.descending else "ASC"
        sql = (
            f"SELECT party_id{wanted} FROM {self._mirror.rows} AS card WHERE {where.sql} "
            f"ORDER BY {sort_sql(self._attributes.get(sort.key))} {word} NULLS LAST, party_id {word}"
        )
        yield from self._duck.sql(sql, params=list(where.parameters)).to_arrow_reader(rows)

    def _holds(self, node: Node, *keys: str) -> bool:
        """Whether the mirror has every column that is asked for; a field made since is asked of the database."""
        asked = [self._attributes.get(key) for key in (*keys, *(leaf.key for leaf in leaves(node)))]
        return all({one.sql_column, one.folded_column or one.sql_column} <= self._columns for one in asked)

    def _ask(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._duck.execute(sql, list(parameters)).fetchall()

    def _column(self, key: str) -> str:
        return '"' + self._attributes.get(key).sql_column.replace('"', '""') + '"'

    def _bought(self, leaf: Bought, today: date) -> str:
        """A condition on parties found elsewhere: a semi join over as many ids as it takes, found once."""
        if (leaf, today) not in self._bought_by:
            found, name = holders_of(leaf, today), f"holders_{len(self._bought_by)}"
            self._duck.register(name, pa.table({"party_id": found.ids}))
            among = "NOT IN" if found.are_others else "IN"
            self._bought_by[leaf, today] = f"party_id {among} (SELECT party_id FROM {name})"
        return self._bought_by[leaf, today]

    def _worded(self, words: tuple[str, ...]) -> list[str]:
        """A condition on the parties whose texts hold the words: looked for once, however often a page asks."""
        if words and words not in self._holders:
            searched = searched_texts(self._principal)
            held = " OR ".join(f"contains({column}, ?)" for column in searched) or "FALSE"
            told = [word for word in words for _column in searched]
            every = " AND ".join([f"({held})"] * len(words))
            found = self._duck.sql(f"SELECT party_id FROM {self._mirror.rows} AS card WHERE {every}", params=told)
            self._holders[words] = f"worded_{len(self._holders)}"
            self._duck.register(self._holders[words], found.to_arrow_table())
        return [f"party_id IN (SELECT party_id FROM {self._holders[words]})"] if words else []

    def _where(self, node: Node, words: str) -> _Where:
        condition, parameters = compile_duckdb(node, self._now, self._attributes, bought=self._bought)
        parts, values = [condition], list(parameters)
        parts += self._worded(read_words(words))
        return _Where(" AND ".join([*parts, *_within_reach(self._principal)]), tuple(values))


def _within_reach(principal: Principal) -> list[str]:
    """The same rows as the door of the list rows lets through."""
    owners = principal.owners_within(principal.read_reach)
    if owners is None:
        return []
    parts = [f"owner_id IN ({', '.join(str(int(one)) for one in sorted(owners))})"] if owners else []
    if principal.takes_in_unowned(principal.read_reach):
        parts.append("owner_id IS NULL")
    return [f"({' OR '.join(parts)})" if parts else "FALSE"]
