"""What changes the derived folder and the few rows about it."""

from __future__ import annotations

from fleuve.history.actions.answer_books import answer_books
from fleuve.history.actions.clean_generations import clean_generations
from fleuve.history.actions.export_lines import export_lines
from fleuve.history.actions.mark_months import mark_changed_months, mark_months
from fleuve.history.actions.rebuild_history import Rebuilt, rebuild_history

__all__ = [
    "Rebuilt",
    "answer_books",
    "clean_generations",
    "export_lines",
    "mark_changed_months",
    "mark_months",
    "rebuild_history",
]
