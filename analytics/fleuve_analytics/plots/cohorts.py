"""Do those who came later stay as long as those who came before?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.plots.look import altair, finished, rows_of

__all__ = ["cohort_heat_map"]


def cohort_heat_map(cohorts: Sequence[str], active: npt.ArrayLike) -> Any:
    """Share of each cohort that bought in each period of its age; written into the cells as well as coloured.

    cohorts: name of each cohort, oldest first, n of them. active: customers who bought, shape (n, periods), the first
    column the cohort's size; NaN where the period has not ended yet.
    Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    alt = altair()
    counts = np.asarray(active, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != len(cohorts) or not (counts[:, 0] > 0).all():
        raise InvalidSetting(
            "Give one row of customers per cohort, its size (above zero) in the first column.", code="cohorts"
        )
    share = counts / counts[:, :1]
    row, period = np.nonzero(np.isfinite(share))
    names = [f"{name} ({size:,.0f})" for name, size in zip(cohorts, counts[:, 0], strict=True)]
    data = rows_of(
        cohort=[names[i] for i in row], period=period, share=share[row, period], customers=counts[row, period]
    )
    # The first column is everybody by definition; with it in the scale, the others would all look alike.
    most = float(share[:, 1:][np.isfinite(share[:, 1:])].max(initial=0.01))
    sizes = counts[:, 0] @ np.ones(len(counts))
    second = share[:, 1][np.isfinite(share[:, 1])] if share.shape[1] > 1 else np.empty(0)
    answer = f"{sizes:,.0f} customers in {len(cohorts)} cohorts."
    if second.size:
        answer += f" One period on, {second.min():.0%} to {second.max():.0%} of a cohort buy."
    width = max(36 * counts.shape[1], 200)
    return finished(
        _layers(alt, data, names, most).properties(width=width, height=22 * len(cohorts)), "Do customers stay?", answer
    )


def _layers(alt: Any, data: Any, names: list[str], most: float) -> Any:
    """Coloured cells with their shares written in them."""
    place = {
        "x": alt.X("period:O", title="Periods since the first purchase", axis=alt.Axis(labelAngle=0)),
        "y": alt.Y("cohort:N", sort=names, title=None),
    }
    cells = (
        alt.Chart(data)
        .mark_rect()
        .encode(
            **place,
            color=alt.Color("share:Q", scale=alt.Scale(scheme="blues", domain=[0, most], clamp=True), legend=None),
            tooltip=[
                alt.Tooltip("cohort:N"),
                alt.Tooltip("period:O"),
                alt.Tooltip("customers:Q", format=",.0f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    words = (
        alt.Chart(data)
        .mark_text(fontSize=10)
        .encode(
            **place,
            text=alt.Text("share:Q", format=".0%"),
            color=alt.condition(f"datum.share > {0.55 * most}", alt.value("white"), alt.value("#111827")),
        )
    )
    return cells + words
