"""What changes the derived folder and the few rows about it."""

from __future__ import annotations

from fleuve.history.actions.clean_generations import clean_generations
from fleuve.history.actions.mark_months import mark_changed_months, mark_months
from fleuve.history.actions.rebuild_history import Rebuilt, rebuild_history

__all__ = ["Rebuilt", "clean_generations", "mark_changed_months", "mark_months", "rebuild_history"]
