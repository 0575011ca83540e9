"""The facts of touchpoints."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact(
        "touchpoints.purchases_changed",
        _("Purchases changed"),
        "Purchases were added, changed or removed; data: the months concerned. Derived history hears it.",
    ),
    Fact(
        "touchpoints.interaction_recorded",
        _("Interaction recorded"),
        "A call, visit or note was written down.",
        is_public=True,
    ),
    Fact(
        "touchpoints.source_configured",
        _("Reading of a source changed"),
        "A switch of *What I understood* was set; data: the switch and its states.",
    ),
    Fact(
        "touchpoints.interaction_undone",
        _("Interaction taken back"),
        "A call, visit or letter that was written down by mistake was taken back.",
        is_public=True,
    ),
)
