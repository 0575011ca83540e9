"""The customers who bring most: how many are kept with a valuation, and how many of them a page shows."""

from __future__ import annotations

from typing import Final

__all__ = ["KEY_ACCOUNTS", "SHOWN"]

SHOWN: Final = 10
# Some more, because some may have been put in the trash since.
KEY_ACCOUNTS: Final = 50
