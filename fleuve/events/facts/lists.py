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
)
