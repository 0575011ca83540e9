"""Pages of imports."""

from __future__ import annotations

from fleuve.imports.views.conflicts import conflicts, take_back
from fleuve.imports.views.matches import decision, matches
from fleuve.imports.views.plans import (
    plan,
    plan_new,
    plan_removal,
    plan_restoration,
    plan_run,
    plan_state,
    plans,
)
from fleuve.imports.views.rules import rules
from fleuve.imports.views.steps import check, columns, detail, discard, imports, sheet, undo, upload

__all__ = [
    "check",
    "columns",
    "conflicts",
    "decision",
    "detail",
    "discard",
    "imports",
    "matches",
    "plan",
    "plan_new",
    "plan_removal",
    "plan_restoration",
    "plan_run",
    "plan_state",
    "plans",
    "rules",
    "sheet",
    "take_back",
    "undo",
    "upload",
]
