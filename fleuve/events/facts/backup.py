"""The facts of backup."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("backup.backup_made", _("Backup made"), "A verified backup was written; data: size and digest."),
    Fact("backup.restored", _("Backup restored"), "The database was replaced by a backup; data: its digest."),
)
