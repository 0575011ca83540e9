"""CDNOW: every purchase, until mid-1998, of 23,570 people who first bought CDs in the first quarter of 1997.

Made public by Bruce Hardie for Fader & Hardie (2001), "Forecasting Repeat Sales at CDNOW"; the files here carry the MIT
licence that lies beside them.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

from fleuve_analytics.history import PurchaseTable, SplitTable, purchase_table, split_table

__all__ = ["cdnow_purchases", "cdnow_sample", "cdnow_sample_purchases", "cdnow_split"]

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_END = date(1998, 6, 30)


def cdnow_purchases() -> Path:
    """Parquet file of 69,659 purchases: customer_id, date, cds, dollars."""
    return Path(str(files("fleuve_analytics.datasets") / "cdnow_master.parquet"))


def cdnow_sample_purchases() -> Path:
    """Parquet file of the papers' sample, 6,919 purchases of one customer in ten: customer_id, date, cds, dollars."""
    return Path(str(files("fleuve_analytics.datasets") / "cdnow_sample.parquet"))


def cdnow_sample() -> PurchaseTable:
    """The 2,357 customers of the papers after 39 weeks (until 1997-09-30), in weeks."""
    return purchase_table(
        cdnow_sample_purchases(), customer="customer_id", at="date", spend="dollars", until=CALIBRATION_END
    )


def cdnow_split() -> SplitTable:
    """The same customers with what they did in the next 39 weeks (until 1998-06-30)."""
    return split_table(
        cdnow_sample_purchases(),
        customer="customer_id",
        at="date",
        spend="dollars",
        calibration_end=CALIBRATION_END,
        holdout_end=HOLDOUT_END,
    )
