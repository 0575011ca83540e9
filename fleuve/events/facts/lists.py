"""The facts of lists."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("lists.view_saved", _("View saved"), "A list was saved as a view; data: with whom it is shared."),
    Fact("lists.view_removed", _("View put into the trash"), "A saved view was put into the trash."),
    Fact("lists.view_restored", _("View restored"), "A saved view came back out of the trash."),
    Fact(
        "lists.bulk_started", _("Bulk edit started"), "Many customers are being changed; data: deed, field, customers."
    ),
    Fact("lists.bulk_finished", _("Bulk edit finished"), "A bulk edit ended; data: changed, unchanged, refused.", True),
    Fact("lists.bulk_undone", _("Bulk edit undone"), "A bulk edit was taken back; data: restored, kept.", True),
    Fact("lists.export_refused", _("Export refused"), "More rows than a day allows; data: rows asked for, left, most."),
    Fact("lists.export_limit_changed", _("Export limit changed"), "Rows per person and day; data: role, rows or none."),
)
