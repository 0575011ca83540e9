"""How far can the figures be trusted, and on how few customers does the money rest?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest import CalibrationGroup
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.plots.look import GREY, MAIN, altair, finished, rows_of

__all__ = ["calibration", "concentration"]

POINTS = 200


def calibration(groups: Sequence[CalibrationGroup], unit: str = "purchases") -> Any:
    """What was predicted against what came, group by group (`backtest.calibration_by_group`); the diagonal is perfect.

    unit: what is counted, written on the axes. Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    if not groups:
        raise InvalidSetting("There is no group to draw.", code="groups")
    alt = altair()
    data = rows_of(
        predicted=[group.predicted for group in groups],
        came=[group.came for group in groups],
        customers=[group.customers for group in groups],
    )
    people = sum(group.customers for group in groups)
    predicted = sum(group.customers * group.predicted for group in groups)
    came = sum(group.customers * group.came for group in groups)
    answer = (
        f"{people:,} customers: {predicted:,.0f} {unit} predicted, {came:,.0f} came. On the dotted line both agree."
    )
    return finished(
        _against_diagonal(alt, data, groups, unit).properties(width=380, height=380),
        "Did what came follow the prediction?",
        answer,
    )


def _against_diagonal(alt: Any, data: Any, groups: Sequence[CalibrationGroup], unit: str) -> Any:
    """The groups, joined, and the line on which both figures agree."""
    most = max(max(group.predicted, group.came) for group in groups)
    axis = alt.Scale(domain=[0, most * 1.05 or 1])
    x, y = (
        alt.X("predicted:Q", title=f"Predicted {unit}, mean", scale=axis),
        alt.Y("came:Q", title="What came, mean", scale=axis),
    )
    points = (
        alt.Chart(data)
        .mark_line(point=alt.OverlayMarkDef(size=70, filled=True, color=MAIN), color=MAIN)
        .encode(
            x=x,
            y=y,
            order="predicted:Q",
            tooltip=[
                alt.Tooltip("customers:Q", format=","),
                alt.Tooltip("predicted:Q", format=",.2f"),
                alt.Tooltip("came:Q", format=",.2f"),
            ],
        )
    )
    diagonal = (
        alt.Chart(rows_of(predicted=[0, most], came=[0, most]))
        .mark_line(color=GREY, strokeDash=[4, 4])
        .encode(x=x, y=y)
    )
    return diagonal + points


def concentration(value: npt.ArrayLike) -> Any:
    """Share of the value that the best customers hold together (Lorenz 1905, best first).

    value: of each customer, zero or more, shape (n,). Returns an Altair chart of at most 200 points.
    Raises `MissingExtra`, `InvalidSetting`, `NotEnoughData`.
    """
    money = np.sort(np.asarray(value, dtype=np.float64).ravel())[::-1]
    if not np.isfinite(money).all() or (money < 0).any():
        raise InvalidSetting("Values must be zero or more; sum what was returned into the purchase.", code="value")
    if not money.size or money[0] <= 0:
        raise NotEnoughData("Nobody brings anything, so that there is nothing to share.", code="no_value")
    alt = altair()
    held = np.append(0.0, np.cumsum(money)) / money.sum()
    place = np.unique(np.round(np.linspace(0, 1, POINTS) ** 2 * money.size).astype(np.int64))
    data = rows_of(customers=place / money.size, share=held[place])
    x = alt.X("customers:Q", title="Customers, best first", axis=alt.Axis(format="%"))
    y = alt.Y("share:Q", title="Share of the value", axis=alt.Axis(format="%"))
    area = (
        alt.Chart(data)
        .mark_area(line={"color": MAIN}, color=MAIN, opacity=0.25)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("customers:Q", format=".1%"), alt.Tooltip("share:Q", format=".1%")])
    )
    even = alt.Chart(rows_of(customers=[0, 1], share=[0, 1])).mark_line(color=GREY, strokeDash=[4, 4]).encode(x=x, y=y)
    best = max(1, round(money.size / 5))
    answer = f"One in five customers ({best:,} of {money.size:,}) holds {held[best]:.0%} of the value."
    return finished((area + even).properties(width=380, height=380), "On how few does the value rest?", answer)
