"""The only writers of parties, one verb a file."""

from __future__ import annotations

from fleuve.parties.actions.card_indexes import card_indexes_of, drop_card_index, restore_card_indexes
from fleuve.parties.actions.change_customers import (
    FROM_SOURCES,
    Changed,
    Edit,
    Origin,
    Skipped,
    change_customers,
)
from fleuve.parties.actions.record_refusal import record_refusal
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.actions.set_special import set_special
from fleuve.parties.actions.withdraw_refusal import withdraw_refusal

__all__ = [
    "FROM_SOURCES",
    "Changed",
    "Edit",
    "Origin",
    "Skipped",
    "card_indexes_of",
    "change_customers",
    "drop_card_index",
    "record_refusal",
    "refresh_cards",
    "restore_card_indexes",
    "set_special",
    "withdraw_refusal",
]
