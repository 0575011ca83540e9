"""One question to a list of purchases, whatever the table that is made of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, UnreadablePurchases
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.queries import literal
from fleuve_analytics.history.reading import Columns, lines_of, open_source
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.history.units import bound
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["Question", "days", "real", "whole"]


@dataclass(frozen=True)
class Question:
    """Which lines are looked at: their columns, the days (or hours) between two ends, and the engine."""

    purchases: Purchases
    columns: Columns
    since: date | None
    until: date
    engine: Engine | None = None

    def ask(self, query: str, **values: str) -> dict[str, Any]:
        """The columns of the answer to a query of `fleuve_analytics.history.queries`."""
        by_hour = isinstance(self.until, datetime)
        earliest = datetime.min if by_hour else date.min  # noqa: DTZ901 - hours as clocks show them
        first = earliest if self.since is None else bound("since", self.since, by_hour=by_hour)
        if first > self.until:
            raise InvalidSetting("The first day lies after the last one.", code="since")
        source = open_source(self.purchases, self.engine)
        lines = lines_of(source, self.columns, by_hour=by_hour)
        return source.ask(lines, query, since=literal(first), until=literal(self.until), **values)


def whole(column: Any) -> IntArray:
    """A column of whole numbers."""
    return np.asarray(column, dtype=np.int64)


def real(column: Any) -> FloatArray:
    """A column of amounts. Raises `UnreadablePurchases` when one is infinite or not a number."""
    amounts = np.asarray(column, dtype=np.float64)
    if not np.isfinite(amounts).all():
        raise UnreadablePurchases("An amount is infinite or not a number. Correct it or leave it out.", code="amount")
    return amounts


def days(column: Any, step: str = "D") -> npt.NDArray[np.datetime64]:
    """A column of days, or of hours with step "h"."""
    return np.asarray(column).astype(f"datetime64[{step}]")
