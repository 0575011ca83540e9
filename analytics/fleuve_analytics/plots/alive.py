"""Who is still a customer, by how often and how recently she bought?"""

from __future__ import annotations

from typing import Any

import numpy as np

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.plots.look import altair, finished, rows_of

__all__ = ["alive_surface"]

COLUMNS = 40


def alive_surface(fitted: FittedBuying, age: float, most: int = 12) -> Any:
    """Chance of still being a customer for people first seen `age` ago, by repeat purchases and time since the last.

    age: in the unit of the fit, above zero. most: largest number of repeat purchases drawn.
    Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    if not (np.isfinite(age) and age > 0 and most >= 1):
        raise InvalidSetting("Give an age above zero and at least one repeat purchase.", code="age")
    alt = altair()
    edges = np.linspace(0, age, COLUMNS + 1)
    silence, frequency = np.meshgrid((edges[:-1] + edges[1:]) / 2, np.arange(1, most + 1))
    chance = fitted.probability_alive(frequency.ravel(), age - silence.ravel(), np.full(silence.size, age))
    data = rows_of(
        low=np.tile(edges[:-1], most), high=np.tile(edges[1:], most), repeats=frequency.ravel(), chance=chance
    )
    cells = (
        alt.Chart(data)
        .mark_rect()
        .encode(
            x=alt.X("low:Q", title="Time since the last purchase", scale=alt.Scale(domain=[0, age], nice=False)),
            x2="high:Q",
            y=alt.Y("repeats:O", title="Repeat purchases", sort="descending"),
            color=alt.Color(
                "chance:Q",
                scale=alt.Scale(scheme="viridis", domain=[0, 1]),
                legend=alt.Legend(title="Chance still a customer", format=".0%", orient="right"),
            ),
            tooltip=[
                alt.Tooltip("repeats:O", title="repeat purchases"),
                alt.Tooltip("low:Q", title="silent from", format=".1f"),
                alt.Tooltip("high:Q", title="to", format=".1f"),
                alt.Tooltip("chance:Q", format=".0%"),
            ],
        )
    )
    answer = (
        f"First seen {age:g} units of time ago ({fitted.model}). The same silence says more about a frequent buyer."
    )
    return finished(cells.properties(width=460, height=22 * most), "Who is still a customer?", answer)
