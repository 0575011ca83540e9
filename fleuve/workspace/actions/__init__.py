"""What people do on pages that mix modules, one verb a file."""

from __future__ import annotations

from fleuve.workspace.actions.export_call_list import export_call_list

__all__ = ["export_call_list"]
