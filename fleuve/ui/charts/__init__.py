"""Charts drawn on the server: each is a finding, an SVG as wide as its frame, and the table that says so too.

Colours are classes resolved by the stylesheet, so a chart is right in light and in dark and holds no style attribute.
"""

from __future__ import annotations

from fleuve.ui.charts.bars import bars, ranked
from fleuve.ui.charts.bridge import Step, bridge
from fleuve.ui.charts.curve import Mark, concentration, curve
from fleuve.ui.charts.heat import heat
from fleuve.ui.charts.lines import Series, lines
from fleuve.ui.charts.model import Chart, ChartTable, LegendItem
from fleuve.ui.charts.river import Band, Flow, river
from fleuve.ui.charts.spark import spark

__all__ = [
    "Band",
    "Chart",
    "ChartTable",
    "Flow",
    "LegendItem",
    "Mark",
    "Series",
    "Step",
    "bars",
    "bridge",
    "concentration",
    "curve",
    "heat",
    "lines",
    "ranked",
    "river",
    "spark",
]
