"""Donations: who gave again in the six years after a first gift in 1995, to a charity of the American Midwest.

The table of recency and frequency printed by Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time
Noncontractual Setting", Marketing Science 29(6); the file carries the MIT licence that lies beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["DonationTable", "donations"]


@dataclass(frozen=True, eq=False)
class DonationTable:
    """Distinct histories of donors with how many share each; arrays of shape (22,).

    frequency: years with a repeat donation; recency: which of the six years the last one was in, 0 for none;
    opportunities: years looked at, six for all; donors: number of people, 11,104 together.
    """

    frequency: IntArray
    recency: IntArray
    opportunities: IntArray
    donors: FloatArray


def donations() -> DonationTable:
    """Repeat donations from 1996 to 2001 of the 11,104 people who first gave in 1995."""
    import pyarrow.parquet as pq

    table = pq.read_table(Path(str(files("fleuve_analytics.datasets") / "donations.parquet")))
    columns = {name: np.asarray(table[name].to_numpy()) for name in table.column_names}
    return DonationTable(
        frequency=columns["frequency"].astype(np.int64),
        recency=columns["recency"].astype(np.int64),
        opportunities=columns["opportunities"].astype(np.int64),
        donors=columns["donors"].astype(np.float64),
    )
