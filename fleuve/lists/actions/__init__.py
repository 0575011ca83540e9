"""What changes lists."""

from __future__ import annotations

from fleuve.lists.actions.ask_for_mirror import ask_for_behaviour, ask_for_fold, ask_for_mirror
from fleuve.lists.actions.change_export_limit import change_export_limit
from fleuve.lists.actions.export_customers import MOST_AT_ONCE, export_customers, keep_export, prepare_export
from fleuve.lists.actions.forget_exports import forget_exports
from fleuve.lists.actions.mark_cards import mark_cards
from fleuve.lists.actions.prepare_bulk import prepare_bulk
from fleuve.lists.actions.refresh_mirror import Mirrored, refresh_mirror
from fleuve.lists.actions.reserve_export import reserve_export
from fleuve.lists.actions.save_view import remove_view, restore_view, save_view
from fleuve.lists.actions.start_bulk import may_start_undo, start_bulk, start_bulk_undo

__all__ = [
    "MOST_AT_ONCE",
    "Mirrored",
    "ask_for_behaviour",
    "ask_for_fold",
    "ask_for_mirror",
    "change_export_limit",
    "export_customers",
    "forget_exports",
    "keep_export",
    "mark_cards",
    "may_start_undo",
    "prepare_bulk",
    "prepare_export",
    "refresh_mirror",
    "remove_view",
    "reserve_export",
    "restore_view",
    "save_view",
    "start_bulk",
    "start_bulk_undo",
]
