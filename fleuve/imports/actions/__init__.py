"""The writers of imports, one verb a file."""

from __future__ import annotations

from fleuve.imports.actions.abandon_import import abandon_import
from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.decide_match import decide_match
from fleuve.imports.actions.discard_import import discard_import
from fleuve.imports.actions.import_file import import_file
from fleuve.imports.actions.look_at_file import look_at_file
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.actions.rehearse_import import Rehearsal, RehearsedFault, rehearse_import
from fleuve.imports.actions.run_import import run_import
from fleuve.imports.actions.save_plan import add_plan, change_plan
from fleuve.imports.actions.set_handling import set_handling
from fleuve.imports.actions.settle_mapping import settle_mapping
from fleuve.imports.actions.start_import import start_import
from fleuve.imports.actions.start_undo import start_undo
from fleuve.imports.actions.switch_plan import (
    pause_after_restore,
    pause_plan,
    remove_plan,
    restore_plan,
    resume_plan,
    run_plan_now,
)
from fleuve.imports.actions.take_back_value import take_back_value
from fleuve.imports.actions.undo_import import undo_import

__all__ = [
    "Rehearsal",
    "RehearsedFault",
    "abandon_import",
    "add_plan",
    "change_plan",
    "check_import",
    "decide_match",
    "discard_import",
    "import_file",
    "look_at_file",
    "pause_after_restore",
    "pause_plan",
    "receive_file",
    "rehearse_import",
    "remove_plan",
    "restore_plan",
    "resume_plan",
    "run_import",
    "run_plan_now",
    "set_handling",
    "settle_mapping",
    "start_import",
    "start_undo",
    "take_back_value",
    "undo_import",
]
