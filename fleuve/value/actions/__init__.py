"""The writers of value: one valuation of everybody, and marks on the list of customers to call."""

from __future__ import annotations

from fleuve.value.actions.mark_call import mark_call
from fleuve.value.actions.revalue import revalue
from fleuve.value.actions.set_house_rule import set_house_rule
from fleuve.value.actions.undo_call_mark import undo_call_mark

__all__ = ["mark_call", "revalue", "set_house_rule", "undo_call_mark"]
