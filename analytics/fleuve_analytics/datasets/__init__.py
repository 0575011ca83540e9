"""Real purchases to learn from and to prove the models on, shipped with the library."""

from fleuve_analytics.datasets.cdnow import cdnow_purchases, cdnow_sample, cdnow_sample_purchases, cdnow_split

__all__ = ["cdnow_purchases", "cdnow_sample", "cdnow_sample_purchases", "cdnow_split"]
