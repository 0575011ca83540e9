"""The only writers of budgets, one verb a file."""

from __future__ import annotations

from fleuve.budgets.actions.save_answers import save_answers

__all__ = ["save_answers"]
