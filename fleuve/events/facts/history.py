"""The facts of history."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("history.rebuilt", _("History rebuilt"), "Derived history was rebuilt; data: the months."),
    Fact("history.books_answered", _("Books compared"), "The revenue shown was compared with the books."),
)
