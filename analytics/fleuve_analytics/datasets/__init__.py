"""Real purchases to learn from and to prove the models on, shipped with the library."""

from fleuve_analytics.datasets.cdnow import cdnow_purchases, cdnow_sample, cdnow_sample_purchases, cdnow_split
from fleuve_analytics.datasets.donations import DonationTable, donations

__all__ = ["DonationTable", "cdnow_purchases", "cdnow_sample", "cdnow_sample_purchases", "cdnow_split", "donations"]
