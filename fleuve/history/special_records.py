"""Records that are no customer by their name or their rhythm, set aside unless a person said otherwise."""

from __future__ import annotations

import duckdb

from fleuve.touchpoints.rules import Rhythm, is_impossible_rhythm, special_of_name

__all__ = ["mark_special_records"]

# Names are decided in Python; this net only keeps a million ordinary ones away from it.
_LIKELY_NAME = (
    r"walk|cash|counter|retail|shop|store|till|pos|guest|anonym|unknown|no name|client|vente|comptoir|caisse|inconnu"
    r"|divers|passage|amazon|ebay|etsy|cdiscount|fnac|darty|rakuten|manomano|zalando|veepee|back|leboncoin|redoute"
    r"|wish|aliexpress|bol|allegro|otto|faire|ankorstore|staff|employ|personnel|salari|intern|usage|test"
)
_BUSY = """
WITH busy AS (
    SELECT record_id, count(DISTINCT day_number) AS days, count(DISTINCT purchase_id) AS orders,
           min(day_number) AS first_day, max(day_number) AS last_day
    FROM base WHERE record_id IS NOT NULL AND amount > 0
    GROUP BY record_id HAVING count(DISTINCT purchase_id) >= 200
),
open_days AS (SELECT DISTINCT day_number FROM base WHERE amount > 0)
SELECT b.record_id, b.days, (SELECT count(*) FROM open_days AS o WHERE o.day_number BETWEEN b.first_day AND b.last_day),
       b.orders
FROM busy AS b JOIN records AS r ON r.record_id = b.record_id
WHERE r.special = '' AND r.special_by <> 'person'
"""


def mark_special_records(duck: duckdb.DuckDBPyConnection) -> None:
    """Set ``special`` and ``special_why`` ("told", "name" or "rhythm") in the table ``records``.

    The database is left alone: a detection is derived like everything here, is listed on *What I understood*, and a
    person's answer there is what gets stored.
    """
    duck.execute("ALTER TABLE records ADD COLUMN special_why VARCHAR DEFAULT ''")
    # The import sees names too and writes "detected": a name's verdict stays open to a person's word.
    duck.execute(
        "UPDATE records SET special_why = CASE WHEN special_by = 'detected' THEN 'name' ELSE 'told' END "
        "WHERE special <> ''"
    )
    named = duck.execute(
        "SELECT record_id, name FROM records WHERE special = '' AND special_by <> 'person' AND name <> '' "
        "AND regexp_matches(lower(name), ?)",
        [_LIKELY_NAME],
    ).fetchall()
    found = [(special, "name", record) for record, name in named if (special := special_of_name(name))]
    found += [
        ("walk_in", "rhythm", record)
        for record, days, open_days, orders in duck.execute(_BUSY).fetchall()
        if is_impossible_rhythm(Rhythm(days, open_days, orders))
    ]
    if found:
        duck.executemany("UPDATE records SET special = ?, special_why = ? WHERE record_id = ?", found)
