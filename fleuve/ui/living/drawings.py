"""One chart of each kind, on invented figures."""

from __future__ import annotations

from functools import partial
from math import exp
from typing import Any

from django.utils.translation import gettext as _

from fleuve.ui.charts import (
    Band,
    Chart,
    Flow,
    Mark,
    Series,
    Step,
    bars,
    bridge,
    concentration,
    curve,
    heat,
    lines,
    ranked,
    river,
)
from fleuve.ui.formatting import money_short, month, number, percent, quarter

__all__ = ["drawings"]

_pounds = partial(money_short, currency="GBP")
_MONTHS = [201012, *range(201101, 201113)]
_REVENUE = (748, 560, 498, 683, 493, 723, 691, 681, 682, 1019, 1070, 1461, 433)


def drawings() -> list[tuple[str, Chart]]:
    """Each chart beside its name in code."""
    return [
        ("bars", _bars()),
        ("lines", _lines()),
        ("bridge", _bridge()),
        ("river", _river()),
        ("heat", _heat()),
        ("concentration", _concentration()),
        ("curve", _curve()),
        ("ranked", _ranked()),
    ]


def _source() -> dict[str, Any]:
    return {"source": _("invented figures"), "as_of": month(201112, "long")}


def _bars() -> Chart:
    values = [float(value * 100_000) for value in _REVENUE]
    before = [value * 0.82 for value in values]
    return bars(
        [month(yyyymm) for yyyymm in _MONTHS],
        values,
        partial={12},
        compare=before,
        series_label=_("Revenue"),
        links=["#charts"] * 13,
        title=_("Revenue doubled from February to November."),
        unit=_("Revenue by month, £"),
        show=_pounds,
        note=_("December stops on the 9th and is not compared."),
        **_source(),
    )


def _lines() -> Chart:
    kept = [1.0, 0.71, 0.6, 0.54, 0.5, 0.47, 0.45, 0.44, None, 0.42, 0.41, 0.41, 0.40]
    low = [None if value is None else value - 0.03 for value in kept]
    high = [None if value is None else min(1, value + 0.03) for value in kept]
    revenue = [1.0, 0.86, 0.81, 0.79, 0.78, 0.77, 0.77, 0.76, 0.76, 0.77, 0.77, 0.78, 0.78]
    return lines(
        [month(yyyymm) for yyyymm in _MONTHS],
        [Series(_("Customers kept"), kept, low, high), Series(_("Revenue kept"), revenue)],
        partial_from=12,
        title=_("We lose small customers, not much revenue."),
        unit=_("Share of December 2010, %"),
        show=percent,
        **_source(),
    )


def _bridge() -> Chart:
    return bridge(
        [
            Step(_("Opening value"), 1_840_000_00.0, "total", "#charts"),
            Step(_("New customers"), 310_000_00.0, url="#charts"),
            Step(_("Won back"), 84_000_00.0, url="#charts"),
            Step(_("Grown"), 226_000_00.0, url="#charts"),
            Step(_("Shrunk"), -148_000_00.0, url="#charts"),
            Step(_("Lost"), -395_000_00.0, url="#charts"),
            Step(_("Change of method"), 12_000_00.0),
            Step(_("Closing value"), 1_929_000_00.0, "total", "#charts"),
        ],
        title=_("New customers did not quite replace those we lost; growth of the others made the difference."),
        unit=_("Portfolio value, £, year to December 2011"),
        show=_pounds,
        **_source(),
    )


def _river() -> Chart:
    bands = [
        Band("top", _("Top 10%")),
        Band("high", _("Next 20%")),
        Band("middle", _("Next 30%")),
        Band("low", _("Last 40%")),
        Band("new", _("New"), "new"),
        Band("lapsed", _("Lapsed"), "lapsed"),
    ]
    moves = {
        "top": {"top": 300, "high": 90, "middle": 20, "lapsed": 10},
        "high": {"top": 80, "high": 480, "middle": 190, "low": 40, "lapsed": 30},
        "middle": {"top": 15, "high": 170, "middle": 640, "low": 260, "lapsed": 90},
        "low": {"high": 30, "middle": 220, "low": 900, "lapsed": 310},
        "new": {"top": 25, "high": 60, "middle": 120, "low": 280},
    }
    flows = [
        Flow(index, start, end, amount * (1 + 0.08 * index), "#charts")
        for index in range(4)
        for start, ends in moves.items()
        for end, amount in ends.items()
    ]
    quarters = [quarter(2010, 4), *(quarter(2011, number_) for number_ in range(1, 5))]
    return river(
        quarters,
        bands,
        flows,
        title=_("Every quarter more customers fall out of the middle than climb into it."),
        unit=_("Customers by band of their margin over 12 months"),
        show=number,
        **_source(),
    )


def _heat() -> Chart:
    labels = [month(yyyymm) for yyyymm in _MONTHS[:9]]
    values = [
        [
            None if column > 8 - row else round((1.0 if column == 0 else 0.44 * exp(-0.09 * column) + 0.01 * row), 2)
            for column in range(9)
        ]
        for row in range(9)
    ]
    return heat(
        labels,
        [number(column) for column in range(9)],
        values,
        incomplete={(row, 8 - row) for row in range(9)},
        row_notes=[number(900 - 37 * row) for row in range(9)],
        corner=_("First purchase"),
        top=0.5,
        title=_("About four in ten come back the month after; then hardly any more leave."),
        unit=_("Customers of a first month who buy again, by months since, %"),
        show=percent,
        **_source(),
    )


def _concentration() -> Chart:
    shares = [(step / 20, 1 - (1 - step / 20) ** 4.2) for step in range(1, 21)]
    return concentration(
        shares,
        marks=[Mark(0.1, shares[1][1], _("The top 10% bring 36%"))],
        title=_("A tenth of the customers bring more than a third of the revenue."),
        unit=_("Cumulated share of revenue"),
        **_source(),
    )


def _curve() -> Chart:
    points = [(float(day), 1 - exp(-day / 40)) for day in range(0, 181, 6)]
    return curve(
        points,
        low=[max(0.0, y - 0.05) for _x, y in points],
        high=[min(1.0, y + 0.04) for _x, y in points],
        dots=[(x, max(0.0, min(1.0, y + (0.03 if index % 2 else -0.03)))) for index, (x, y) in enumerate(points[::4])],
        marks=[Mark(81.0, 1 - exp(-81 / 40), _("Silent for 81 days"))],
        x_label=_("Days since the last purchase"),
        y_label=_("Come back"),
        title=_("Nine of ten customers like this one had come back by now."),
        unit=_("Share who bought again"),
        show=percent,
        simulated=True,
        **_source(),
    )


def _ranked() -> Chart:
    countries = [_("United Kingdom"), _("Netherlands"), _("Ireland"), _("Germany"), _("France")]
    return ranked(
        countries,
        [8_187_806_00, 284_661_00, 263_276_00, 221_698_00, 197_403_00],
        highlight=0,
        links=["#charts"] * 5,
        title=_("One country brings nearly everything."),
        unit=_("Revenue by country, £"),
        show=_pounds,
        **_source(),
    )
