"""What people do on pages that mix modules, one verb a file."""

from __future__ import annotations

from fleuve.workspace.actions.export_customers import export_customers

__all__ = ["export_customers"]
