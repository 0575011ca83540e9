"""The facts of workspace."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("workspace.list_exported", _("List exported"), "A list left as a file; data: rows, columns, filter digest."),
)
