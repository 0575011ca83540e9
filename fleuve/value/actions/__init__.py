"""The writers of value: one valuation of everybody, and marks on the list of customers to call."""

from __future__ import annotations

from fleuve.value.actions.ask_for_placing import ask_for_placing
from fleuve.value.actions.mark_call import mark_call
from fleuve.value.actions.place_customers import place_customers
from fleuve.value.actions.revalue import revalue
from fleuve.value.actions.set_house_rule import set_house_rule
from fleuve.value.actions.set_policy import move_borders, set_policy
from fleuve.value.actions.undo_call_mark import undo_call_mark

__all__ = [
    "ask_for_placing",
    "mark_call",
    "move_borders",
    "place_customers",
    "revalue",
    "set_house_rule",
    "set_policy",
    "undo_call_mark",
]
