"""From a list of purchases to one row per customer."""

from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.table import PurchaseTable, SplitTable, purchase_table, split_table

__all__ = ["Engine", "PurchaseTable", "SplitTable", "purchase_table", "split_table"]
