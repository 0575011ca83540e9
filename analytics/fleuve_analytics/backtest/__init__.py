"""How far can these predictions be trusted? Ranges that hold what they promise, and judgements on what came."""

from fleuve_analytics.backtest.intervals import covered, predictive_interval
from fleuve_analytics.backtest.judgement import (
    CalibrationGroup,
    JudgedList,
    JudgedTotal,
    area_under_curve,
    calibration_by_group,
    judge_list,
    judge_total,
    mean_absolute_error,
    normalised_gini,
    root_mean_squared_error,
)
from fleuve_analytics.backtest.levels import CalibratedLevel, calibrate_level
from fleuve_analytics.backtest.ranges import MoneyRanges, money_ranges
from fleuve_analytics.backtest.tables import RangeTable, range_table
from fleuve_analytics.backtest.totals import TotalRange, total_range

__all__ = [
    "CalibratedLevel",
    "CalibrationGroup",
    "JudgedList",
    "JudgedTotal",
    "MoneyRanges",
    "RangeTable",
    "TotalRange",
    "area_under_curve",
    "calibrate_level",
    "calibration_by_group",
    "covered",
    "judge_list",
    "judge_total",
    "mean_absolute_error",
    "money_ranges",
    "normalised_gini",
    "predictive_interval",
    "range_table",
    "root_mean_squared_error",
    "total_range",
]
