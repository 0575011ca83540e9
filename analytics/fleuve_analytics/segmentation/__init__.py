"""Which kinds of customers are there, who belongs to which, how surely, and who moves?

`rfm_scores` for the practitioner's cells; `MixtureSegments` and `RateSegments` for groups with chances of belonging;
`quadrants` for value against loyalty; `segment_stability` and `segment_migration` to know whether they hold.
"""

from fleuve_analytics.segmentation.migration import MarkovCheck, SegmentMigration, markov_check, segment_migration
from fleuve_analytics.segmentation.mixture import FittedMixtureSegments, MixtureSegments
from fleuve_analytics.segmentation.rates import FittedRateSegments, RateSegments
from fleuve_analytics.segmentation.response import ResponseByCell, response_by_cell
from fleuve_analytics.segmentation.rfm import RFMScores, quantile_scores, rfm_scores
from fleuve_analytics.segmentation.stability import (
    SegmentStability,
    adjusted_rand,
    jaccard_by_segment,
    segment_stability,
)
from fleuve_analytics.segmentation.value_loyalty import QUADRANTS, Quadrants, quadrants

__all__ = [
    "QUADRANTS",
    "FittedMixtureSegments",
    "FittedRateSegments",
    "MarkovCheck",
    "MixtureSegments",
    "Quadrants",
    "RFMScores",
    "RateSegments",
    "ResponseByCell",
    "SegmentMigration",
    "SegmentStability",
    "adjusted_rand",
    "jaccard_by_segment",
    "markov_check",
    "quadrants",
    "quantile_scores",
    "response_by_cell",
    "rfm_scores",
    "segment_migration",
    "segment_stability",
]
