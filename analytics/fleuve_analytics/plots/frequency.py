"""Does the model know how many people come back once, twice, never?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.plots.look import MAIN, OTHER, altair, finished, rows_of

__all__ = ["expected_frequencies", "frequency_fit"]


def expected_frequencies(fitted: FittedBuying, age: npt.ArrayLike, most: int) -> FloatArray:
    """Number of customers whom the model expects to have made 0, 1, … `most` − 1, and `most` or more repeat purchases.

    age: time since the first purchase of each customer, shape (n,). Returns shape (most + 1,), which sums to n.
    """
    if most < 1:
        raise InvalidSetting("Show at least one repeat purchase.", code="most")
    ages, customers = np.unique(np.asarray(age, dtype=np.float64).ravel(), return_counts=True)
    chances = fitted.probability_of_purchases_new(np.arange(most)[:, np.newaxis], ages)
    below = np.asarray(chances @ customers, dtype=np.float64)
    return np.append(below, customers.sum() - below.sum())


def frequency_fit(fitted: FittedBuying, frequency: npt.ArrayLike, age: npt.ArrayLike, most: int = 7) -> Any:
    """Customers by number of repeat purchases: seen beside expected (Fader, Hardie & Lee 2005, figure 2).

    frequency, age: shape (n,), as in the fit. most: from this number on, customers are drawn together.
    Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    alt = altair()
    expected = expected_frequencies(fitted, age, most)
    seen = np.bincount(np.minimum(np.asarray(frequency, dtype=np.int64), most), minlength=most + 1)
    labels = [str(count) for count in range(most)] + [f"{most} or more"]
    data = rows_of(
        repeats=labels * 2,
        customers=np.concatenate([seen, expected]),
        what=["seen"] * (most + 1) + ["expected"] * (most + 1),
    )
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("repeats:N", sort=labels, title="Repeat purchases", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("what:N", sort=["seen", "expected"]),
            y=alt.Y("customers:Q", title="Customers"),
            color=alt.Color("what:N", scale=alt.Scale(domain=["seen", "expected"], range=[MAIN, OTHER])),
            tooltip=[
                alt.Tooltip("repeats:N", title="repeat purchases"),
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("customers:Q", title="customers", format=",.0f"),
            ],
        )
    )
    answer = f"Never came back: {seen[0]:,} seen, {expected[0]:,.0f} expected by {fitted.model}."
    return finished(bars.properties(width=520, height=300), "How many customers come back how often?", answer)
