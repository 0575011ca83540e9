"""What does one more euro do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fleuve_analytics.equity.response import Response
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.plots.look import GREY, altair, finished, rows_of

__all__ = ["response_curves"]

POINTS = 80
# Okabe & Ito (2008), without the yellow that is lost on white.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]


def response_curves(
    responses: Mapping[str, Response], *, most: float | None = None, chosen: Mapping[str, float] | None = None
) -> Any:
    """The rate that each spend obtains, with today's point and, where given, the chosen one.

    responses: response by name (segment, acquisition, retention), at most seven. most: largest spend drawn; three times
    the largest of today without it. chosen: a spend by name, such as the optimum.
    Returns an Altair chart. Raises `MissingExtra`, `InvalidSetting`.
    """
    if not 1 <= len(responses) <= len(COLOURS):
        raise InvalidSetting(f"Draw one to {len(COLOURS)} responses; more cannot be told apart.", code="responses")
    if set(chosen or {}) - set(responses):
        raise InvalidSetting("A chosen spend has no response of that name.", code="chosen")
    alt = altair()
    names = list(responses)
    largest = most or 3 * max(response.spend for response in responses.values())
    spends = np.linspace(0, largest, POINTS)
    curves = rows_of(
        name=np.repeat(names, POINTS),
        spend=np.tile(spends, len(names)),
        rate=np.concatenate([responses[name].rate_at(spends) for name in names]),
    )
    marks = [(name, responses[name].spend, "today") for name in names]
    marks += [(name, spend, "chosen") for name, spend in (chosen or {}).items()]
    points = rows_of(
        name=[name for name, _, _ in marks],
        spend=[spend for _, spend, _ in marks],
        rate=[float(responses[name].rate_at(spend)) for name, spend, _ in marks],
        what=[what for _, _, what in marks],
    )
    answer = "Dotted: the ceiling that no money passes. " + " ".join(
        f"{name}: one more euro adds {float(responses[name].slope_at(responses[name].spend)):.2%} today."
        for name in names[:2]
    )
    ceilings = rows_of(rate=[responses[name].ceiling for name in names])
    chart = _layers(alt, names, ceilings, curves, points).properties(width=520, height=300)
    return finished(chart, "What does one more euro do?", answer)


def _layers(alt: Any, names: list[str], ceilings: Any, curves: Any, points: Any) -> Any:
    """Ceilings under curves under points."""
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=COLOURS[: len(names)]))
    axes = {"x": alt.X("spend:Q", title="Spend on each"), "y": alt.Y("rate:Q", title="Rate", axis=alt.Axis(format="%"))}
    told = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("spend:Q", format=",.2f"),
        alt.Tooltip("rate:Q", format=".1%"),
    ]
    lines = alt.Chart(curves).mark_line(strokeWidth=2).encode(**axes, color=colour, tooltip=told)
    shape = alt.Shape("what:N", scale=alt.Scale(domain=["today", "chosen"], range=["circle", "diamond"]))
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(**axes, color=colour, shape=shape, tooltip=told)
    )
    rules = alt.Chart(ceilings).mark_rule(color=GREY, strokeDash=[2, 4])
    return rules.encode(y="rate:Q") + lines + dots
