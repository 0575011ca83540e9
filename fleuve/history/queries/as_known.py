"""Purchase days as they stood at the end of any day, without reading every line for each day that is asked for.

Only days of which something was taken back later ever stood otherwise than they do now. Their lines are few: they are
read once and kept, and each question works those days out anew.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from fleuve.history.queries.reading import DAYS_UNTIL, connection
from fleuve.history.store import open_engine

__all__ = ["ChangedDays", "changed_days"]

_CHANGED = "SELECT DISTINCT party_id, purchased_on AS day FROM returns"
_LINES = f"""
SELECT l.line_id, l.party_id, l.day, l.purchase_id, l.state, l.net, l.cost, l.measure, l.margin_bp
FROM lines AS l JOIN ({_CHANGED}) AS c ON c.party_id = l.party_id AND c.day = l.day
"""


class ChangedDays:
    """The days with a purchase of which something was taken back later: ``party_id`` and ``day``, sorted by both.

    ``last_return``: the day of the last return, in days since 1970; 0 when nothing came back.
    """

    def __init__(self, days: pa.Table, lines: pa.Table, returns: pa.Table, basis: pa.Table) -> None:
        self.days = days
        last = pc.max(returns["day"].cast(pa.int32())).as_py()
        self.last_return: int = 0 if last is None else last
        self._tables = {"lines": lines, "returns": returns, "basis": basis}

    def known(self, until: date) -> pa.Table:
        """Those days as they stood at the end of ``until``: party, day, orders, revenue, margin; sorted."""
        with self._duck.cursor() as duck:  # each thread asks through its own
            return duck.sql(DAYS_UNTIL, params={"until": until}).to_arrow_table()

    @cached_property
    def _duck(self) -> duckdb.DuckDBPyConnection:
        """An engine with the tables in it, closed when nobody holds it any more."""
        duck = open_engine()
        for name, held in self._tables.items():
            duck.register("held", held)
            duck.execute(f"CREATE TABLE {name} AS SELECT * FROM held")
            duck.unregister("held")
        return duck


def changed_days() -> ChangedDays:
    """Read what ``ChangedDays`` keeps from the current generation."""
    with connection("lines", "returns", "basis") as duck:
        return ChangedDays(
            days=duck.sql(f"{_CHANGED} ORDER BY party_id, day").to_arrow_table(),
            lines=duck.sql(_LINES).to_arrow_table(),
            returns=duck.sql("SELECT line_id, day, amount, measure FROM returns").to_arrow_table(),
            basis=duck.sql("SELECT has_margin FROM basis").to_arrow_table(),
        )
