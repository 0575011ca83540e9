"""The file of a mirror: written whole under a new name, so that a reader sees the old one or the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from fleuve.attributes import Attribute
from fleuve.history.export import Reader
from fleuve.history.store import fresh_name, history_folder, quoted
from fleuve.lists.mirror.cards import card_batches, card_schema
from fleuve.lists.mirror.own_values import read_own_values
from fleuve.lists.mirror.pouring import pour

__all__ = ["ALL_TEXT", "Made", "fold_mirror", "lists_folder", "make_mirror", "mirror_file"]

ALL_TEXT: Final = "all_text"
# A million customers: going through the searched texts takes half as long when they are not packed, and a quarter less
# when they are one; through the names by which a list is sorted half as long. The file has 345 MB instead of 195.
_READ_WHOLE: Final = ("search_text", ALL_TEXT, "name_folded")
_UNPACKED: Final = " USING COMPRESSION 'uncompressed'"


@dataclass(frozen=True)
class Made:
    """A finished file: its name, its rows and its columns."""

    file: str
    rows: int
    columns: tuple[str, ...]


def lists_folder() -> Path:
    """Where mirrors and purchase arrays are kept, beside the derived history."""
    return history_folder() / "lists"


def mirror_file(name: str) -> Path:
    """The file of a mirror."""
    return lists_folder() / name


def make_mirror(reader: Reader, number: int, own: Sequence[Attribute]) -> Made:
    """A mirror of everything that ``reader`` sees."""
    name = _named(number)
    with _writing(name) as duck:
        read_own_values(duck, reader, own, "own_values")
        duck.register("no_cards", card_schema().empty_table())
        rows = _with_all_text("SELECT * FROM {} LEFT JOIN own_values USING (party_id)")
        _create(duck, rows.format("no_cards"))
        pour(duck, card_batches(reader), f"INSERT INTO card BY NAME {rows.format('poured')} ORDER BY party_id")
        made = _told(duck, name)
    _publish(name)
    return made


def fold_mirror(former: Path, number: int, changed: pa.Table, gone: Sequence[int]) -> Made:
    """The former mirror with these rows in place of theirs, and without those of ``gone``: nothing else is read."""
    name = _named(number)
    with _writing(name) as duck:
        duck.execute(f"ATTACH {quoted(former)} AS former (READ_ONLY)")
        duck.register("changed", changed)
        duck.register("gone", pa.table({"party_id": pa.array(gone, pa.int64())}))
        told = f"SELECT COLUMNS(lambda name: name <> '{ALL_TEXT}') FROM former.card ANTI JOIN gone USING (party_id)"
        rows = _with_all_text(f"{told} UNION ALL BY NAME SELECT * FROM changed")
        _create(duck, rows)
        duck.execute(f"INSERT INTO card BY NAME {rows} ORDER BY party_id")
        made = _told(duck, name)
        duck.execute("DETACH former")
    _publish(name)
    return made


def _with_all_text(rows: str) -> str:
    """These rows with both searched texts as one: no word that is looked for holds a line break."""
    return f"SELECT *, search_text || chr(10) || contact_text AS {ALL_TEXT} FROM ({rows})"


def _create(duck: duckdb.DuckDBPyConnection, rows: str) -> None:
    """The empty table for these rows; the texts that are often gone through stay as they are written."""
    described = duck.execute(f"DESCRIBE {rows}").fetchall()
    columns = (f'"{name}" {kind}{_UNPACKED if name in _READ_WHOLE else ""}' for name, kind, *_rest in described)
    duck.execute(f"CREATE TABLE card ({', '.join(columns)})")


def _named(number: int) -> str:
    return f"{fresh_name(f'mirror-{number}')}.duckdb"


def _writing(name: str) -> duckdb.DuckDBPyConnection:
    lists_folder().mkdir(parents=True, exist_ok=True)
    spill = history_folder() / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": "2",
        "memory_limit": "1000MB",
        "temp_directory": str(spill),
    }
    return duckdb.connect(str(_unfinished(name)), config=config)


def _unfinished(name: str) -> Path:
    return lists_folder() / f"{name}.part"


def _told(duck: duckdb.DuckDBPyConnection, name: str) -> Made:
    columns = tuple(row[0] for row in duck.execute("SELECT column_name FROM (DESCRIBE card)").fetchall())
    return Made(name, duck.execute("SELECT count(*) FROM card").fetchall()[0][0], columns)


def _publish(name: str) -> None:
    _unfinished(name).replace(mirror_file(name))
