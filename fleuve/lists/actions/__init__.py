"""What changes lists."""

from __future__ import annotations

from fleuve.lists.actions.ask_for_mirror import ask_for_behaviour, ask_for_fold, ask_for_mirror
from fleuve.lists.actions.mark_cards import mark_cards
from fleuve.lists.actions.prepare_bulk import prepare_bulk
from fleuve.lists.actions.refresh_mirror import Mirrored, refresh_mirror
from fleuve.lists.actions.save_view import remove_view, restore_view, save_view
from fleuve.lists.actions.start_bulk import may_start_undo, start_bulk, start_bulk_undo

__all__ = [
    "Mirrored",
    "ask_for_behaviour",
    "ask_for_fold",
    "ask_for_mirror",
    "mark_cards",
    "may_start_undo",
    "prepare_bulk",
    "refresh_mirror",
    "remove_view",
    "restore_view",
    "save_view",
    "start_bulk",
    "start_bulk_undo",
]
