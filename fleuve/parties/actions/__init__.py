"""The only writers of parties, one verb a file."""

from __future__ import annotations

from fleuve.parties.actions.assign_owner import assign_owner, claim_customer
from fleuve.parties.actions.change_customers import (
    FROM_SOURCES,
    Changed,
    Edit,
    Origin,
    Skipped,
    change_customers,
)
from fleuve.parties.actions.change_own_field import change_own_field, remove_own_field, restore_own_field
from fleuve.parties.actions.create_customer import NewCustomer, create_customer, create_customers
from fleuve.parties.actions.create_own_field import create_own_field
from fleuve.parties.actions.record_refusal import record_refusal
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.actions.restore_value import restore_value
from fleuve.parties.actions.set_special import set_special
from fleuve.parties.actions.tag_customers import tag_customers
from fleuve.parties.actions.tags import change_tag, create_tag, remove_tag, restore_tag
from fleuve.parties.actions.ties import add_tie, end_tie
from fleuve.parties.actions.trash import purge_removed, remove_customers, restore_customers
from fleuve.parties.actions.withdraw_refusal import withdraw_refusal

__all__ = [
    "FROM_SOURCES",
    "Changed",
    "Edit",
    "NewCustomer",
    "Origin",
    "Skipped",
    "add_tie",
    "assign_owner",
    "change_customers",
    "change_own_field",
    "change_tag",
    "claim_customer",
    "create_customer",
    "create_customers",
    "create_own_field",
    "create_tag",
    "end_tie",
    "purge_removed",
    "record_refusal",
    "refresh_cards",
    "remove_customers",
    "remove_own_field",
    "remove_tag",
    "restore_customers",
    "restore_own_field",
    "restore_tag",
    "restore_value",
    "set_special",
    "tag_customers",
    "withdraw_refusal",
]
