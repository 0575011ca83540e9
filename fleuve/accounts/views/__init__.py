"""Pages of accounts, and the guard that every module's views use."""

from __future__ import annotations

from fleuve.kernel.guard import guard, public

__all__ = ["guard", "public"]
