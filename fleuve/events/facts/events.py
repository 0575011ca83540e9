"""The facts of events."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("events.values_erased", _("Old and new values erased"), "Erasable values about a subject were removed."),
)
