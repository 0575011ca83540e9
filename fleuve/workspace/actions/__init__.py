"""What people do on pages that mix modules, one verb a file."""

from __future__ import annotations

from fleuve.workspace.actions.export_call_list import export_call_list
from fleuve.workspace.actions.export_customers import export_customers

__all__ = ["export_call_list", "export_customers"]
