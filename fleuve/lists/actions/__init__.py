"""What changes lists."""

from __future__ import annotations

from fleuve.lists.actions.ask_for_mirror import ask_for_behaviour, ask_for_fold, ask_for_mirror
from fleuve.lists.actions.mark_cards import mark_cards
from fleuve.lists.actions.refresh_mirror import Mirrored, refresh_mirror
from fleuve.lists.actions.save_view import remove_view, restore_view, save_view

__all__ = [
    "Mirrored",
    "ask_for_behaviour",
    "ask_for_fold",
    "ask_for_mirror",
    "mark_cards",
    "refresh_mirror",
    "remove_view",
    "restore_view",
    "save_view",
]
