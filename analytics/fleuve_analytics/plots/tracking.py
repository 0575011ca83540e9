"""Does the forecast follow what came, week after week, also beyond what it learned from?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.plots.look import GREY, MAIN, OTHER, altair, finished, rows_of

__all__ = ["expected_repeats", "tracking"]


def expected_repeats(fitted: FittedBuying, start: npt.ArrayLike, until: npt.ArrayLike) -> FloatArray:
    """Repeat purchases that the model expects from the beginning up to each moment, of all customers together.

    start: moment of the first purchase of each customer, shape (n,). until: moments, shape (m,), in the unit of the fit
    and on the same clock. Returns shape (m,).
    """
    starts, customers = np.unique(np.asarray(start, dtype=np.float64).ravel(), return_counts=True)
    moments = np.asarray(until, dtype=np.float64).ravel()
    return np.array([customers @ fitted.expected_purchases_new(np.maximum(moment - starts, 0)) for moment in moments])


def tracking(
    fitted: FittedBuying, start: npt.ArrayLike, repeats: npt.ArrayLike, *, learned_until: float, periods: int
) -> Any:
    """Repeat purchases seen and expected: all so far above, per period below; a line where learning ended.

    start: moment of each customer's first purchase, shape (n,). repeats: moment of every repeat purchase, any length.
    Moments are counted in periods of the fit's unit from a common beginning. learned_until: end of what the model was
    fitted on. periods: how many to draw. Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    if periods < 2:
        raise InvalidSetting("A course over time needs at least two periods.", code="periods")
    ends = np.arange(1, periods + 1)
    moments = np.asarray(repeats, dtype=np.float64).ravel()
    place = np.ceil(moments[(moments > 0) & (moments <= periods)]).astype(np.int64) - 1
    seen = np.bincount(place, minlength=periods)
    expected = expected_repeats(fitted, start, ends)
    each = np.diff(expected, prepend=0.0)
    upper = _panel(ends, np.cumsum(seen), expected, learned_until, "Repeat purchases so far", 240)
    lower = _panel(ends, seen, each, learned_until, "Repeat purchases a period", 150)
    total = int(seen.sum())
    answer = f"{total:,} seen, {expected[-1]:,.0f} expected by {fitted.model}: {expected[-1] / max(total, 1) - 1:+.1%}."
    return finished(altair().vconcat(upper, lower), "Does the forecast follow what came?", answer)


def _panel(ends: Any, seen: Any, expected: Any, learned_until: float, title: str, height: int) -> Any:
    alt = altair()
    data = rows_of(
        period=np.tile(ends, 2),
        purchases=np.concatenate([seen, expected]),
        what=["seen"] * len(ends) + ["expected"] * len(ends),
    )
    scale = {"domain": ["seen", "expected"]}
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("period:Q", title="Periods since the beginning"),
            y=alt.Y("purchases:Q", title=title),
            color=alt.Color("what:N", scale=alt.Scale(**scale, range=[MAIN, OTHER])),
            strokeDash=alt.StrokeDash("what:N", scale=alt.Scale(**scale, range=[[1, 0], [6, 3]])),
            tooltip=[
                alt.Tooltip("period:Q"),
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("purchases:Q", format=",.0f"),
            ],
        )
    )
    end = alt.Chart(rows_of(period=[learned_until])).mark_rule(color=GREY, strokeDash=[3, 3]).encode(x="period:Q")
    word = (
        alt.Chart(rows_of(period=[learned_until], text=["learned until here"]))
        .mark_text(align="left", dx=5, color=GREY, baseline="top")
        .encode(x="period:Q", y=alt.value(0), text="text:N")
    )
    return (lines + end + word).properties(width=560, height=height)
