"""Customers as they were known on given dates, and whether they came back in the window after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.feature_sql import feature_query, interaction_query, names_of
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.reading import Columns, lines_of, open_source
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["ChurnTable", "Interactions", "churn_features", "purged_split"]


@dataclass(frozen=True)
class Interactions:
    """Points of contact other than purchases: a list of them as purchases come, and its columns."""

    source: Purchases
    customer: str
    at: str


@dataclass(frozen=True, eq=False)
class ChurnTable:
    """Customers as of dates; n rows, ordered by date and customer.

    customer, origin (datetime64[D]): whose row, as of when. features: (n, p), NaN where unknown; names: of its columns.
    happened: 1.0 when she bought nothing in the `window_days` after the origin, 0.0 when she did, NaN while the window
    has not passed by the last day of the data. spent_after: what she spent in the window, NaN likewise.
    """

    customer: npt.NDArray[Any]
    origin: npt.NDArray[np.datetime64]
    features: FloatArray
    names: tuple[str, ...]
    happened: FloatArray
    spent_after: FloatArray
    window_days: int

    def __len__(self) -> int:
        return len(self.customer)

    def rows(self, chosen: npt.ArrayLike) -> ChurnTable:
        """The chosen rows (a mask or places) as a table."""
        kept = np.asarray(chosen)
        parts = (self.customer, self.origin, self.features, self.happened, self.spent_after)
        customer, origin, features, happened, spent = (part[kept] for part in parts)
        return ChurnTable(customer, origin, features, self.names, happened, spent, self.window_days)


def churn_features(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    time_zone: str | None = None,
    origins: Sequence[date],
    window_days: int,
    until: date,
    windows: Sequence[int] = (30, 90, 365),
    active_within: int | None = None,
    interactions: Interactions | None = None,
    engine: Engine | None = None,
) -> ChurnTable:
    """What was known of each customer on each date, and whether she bought in the window after it.

    No figure of a row looks past its date: adding purchases after it changes none. Features: silence, tenure, purchase
    days, spend, baskets, gaps and silence against her own gaps; per window of days: purchase days, spend, its trend
    against the window before, and change of basket; season; with `interactions`: how many, and how long ago the last.
    Purchase days follow the rules of `purchase_table`; returns count on the day on which they are booked.

    origins: as-of dates; window_days: "left" means no purchase on the days 1 to window_days after the date; choose it
    longer than most gaps, or being slow will count as leaving. until: last day that the data cover. active_within:
    only customers whose last purchase is less than so many days old: who is gone already is no prediction.

    Raises `UnreadablePurchases`, `InvalidSetting`, `NotEnoughData`.

    >>> import pyarrow
    >>> days = [date(2024, 1, 1), date(2024, 1, 11), date(2024, 2, 20)]
    >>> lines = pyarrow.table({"who": ["A", "A", "A"], "day": days, "paid": [10.0, 20.0, 30.0]})
    >>> table = churn_features(lines, customer="who", at="day", spend="paid", origins=[date(2024, 1, 31)],
    ...                        window_days=30, until=date(2024, 3, 31))
    >>> dict(zip(table.names[:4], table.features[0, :4].tolist())), table.happened.tolist()
    ({'silence_days': 20.0, 'tenure_days': 30.0, 'purchase_days': 2.0, 'spend_total': 30.0}, [0.0])
    """
    dates, spans = _checked(origins, window_days, windows, until)
    source = open_source(purchases, engine)
    lines = lines_of(source, Columns(customer, at, spend, time_zone), by_hour=False)
    text, values = feature_query(dates, window_days, spans, active_within)
    columns = source.ask(lines, text, **values)
    names = names_of(spans)
    origin = np.asarray(columns["origin"]).astype("datetime64[D]")
    if not origin.size:
        raise NotEnoughData("Nobody had bought by these dates. Choose later ones.", code="empty")
    known = origin <= np.datetime64(until - timedelta(days=window_days))
    features = np.column_stack([_real(columns[one]) for one in names])
    people = np.asarray(columns["customer"])
    if interactions is not None:
        more, added = _interactions(interactions, dates, spans, (people, origin), engine)
        features, names = np.column_stack([features, added]), (*names, *more)
    return ChurnTable(
        customer=people,
        origin=origin,
        features=features,
        names=names,
        happened=np.where(known, (_real(columns["came_back"]) == 0).astype(np.float64), np.nan),
        spent_after=np.where(known, _real(columns["spent_after"]), np.nan),
        window_days=window_days,
    )


def purged_split(table: ChurnTable, *, test_from: date) -> tuple[IntArray, IntArray]:
    """Rows to train on and rows to test on, without overlap in time.

    Test rows have origins from `test_from` on; training rows are those whose window had passed by `test_from`: on that
    day, a model could really have been trained on them. Rows between the two are left out (purged), because their
    outcomes happen while the test already runs. Rows without outcome are in neither.

    Reference: López de Prado (2018), "Advances in Financial Machine Learning", chapter 7, for the word.
    """
    start, known = np.datetime64(test_from), np.isfinite(table.happened)
    over = table.origin + np.timedelta64(table.window_days, "D")
    train, test = np.flatnonzero(known & (over <= start)), np.flatnonzero(known & (table.origin >= start))
    if not (train.size and test.size):
        raise NotEnoughData(
            f"There are {train.size} rows to train on and {test.size} to test on. Choose another test_from, more "
            "origins or a shorter window.",
            code="empty",
        )
    return train.astype(np.int64), test.astype(np.int64)


def _interactions(
    interactions: Interactions,
    dates: list[date],
    spans: list[int],
    rows: tuple[npt.NDArray[Any], npt.NDArray[np.datetime64]],
    engine: Engine | None,
) -> tuple[tuple[str, ...], FloatArray]:
    """Columns for the rows of the table: counts of 0 and an unknown last one for customers without any."""
    source = open_source(interactions.source, engine)
    lines = lines_of(source, Columns(interactions.customer, interactions.at), by_hour=False)
    text, values, names = interaction_query(dates, spans)
    found = source.ask(lines, text, **values)
    people, origin = rows
    place = {pair: row for row, pair in enumerate(_pairs(found["customer"], found["origin"]))}
    at = np.array([place.get(pair, -1) for pair in _pairs(people, origin)], dtype=np.int64)
    added = np.zeros((len(people), len(names)))
    added[:, 0] = np.nan
    if place:
        figures = np.column_stack([_real(found[one]) for one in names])
        added[at >= 0] = figures[at[at >= 0]]
    return names, added


def _pairs(people: Any, origin: Any) -> list[tuple[Any, Any]]:
    days = np.asarray(origin).astype("datetime64[D]").astype(np.int64)
    return list(zip(np.asarray(people).tolist(), days.tolist(), strict=True))


def _checked(
    origins: Sequence[date], window_days: int, windows: Sequence[int], until: date
) -> tuple[list[date], list[int]]:
    dates, spans = sorted(set(origins)), list(windows)
    if not dates:
        raise InvalidSetting("At least one date is needed.", code="origins")
    if dates[-1] > until:
        raise InvalidSetting(f"The data end on {until}: nothing is known as of {dates[-1]}.", code="origins")
    if window_days < 1 or any(int(days) != days or days < 1 for days in spans):
        raise InvalidSetting("Windows are whole numbers of days from 1 on.", code="window_days")
    return dates, spans


def _real(column: Any) -> FloatArray:
    """As floats, NaN where the query had nothing."""
    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
