"""The forms of an import."""

from __future__ import annotations

from fleuve.imports.forms.columns import ColumnRow, ColumnsForm, UploadForm
from fleuve.imports.forms.plans import PlanForm
from fleuve.imports.forms.rules import RulesForm

__all__ = ["ColumnRow", "ColumnsForm", "PlanForm", "RulesForm", "UploadForm"]
