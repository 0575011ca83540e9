"""Charts that an analyst expects, as Altair charts: each answers one question and says the answer in words.

Charts hold summaries, never one row per customer, so that a million customers draw as fast as a thousand. They need the
extra `plots`.
"""

from fleuve_analytics.plots.alive import alive_surface
from fleuve_analytics.plots.cohorts import cohort_heat_map
from fleuve_analytics.plots.frequency import expected_frequencies, frequency_fit
from fleuve_analytics.plots.responses import response_curves
from fleuve_analytics.plots.tracking import expected_repeats, tracking
from fleuve_analytics.plots.trust import calibration, concentration
from fleuve_analytics.plots.waterfall import movement_waterfall

__all__ = [
    "alive_surface",
    "calibration",
    "cohort_heat_map",
    "concentration",
    "expected_frequencies",
    "expected_repeats",
    "frequency_fit",
    "movement_waterfall",
    "response_curves",
    "tracking",
]
