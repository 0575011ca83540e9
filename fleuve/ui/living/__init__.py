"""The examples of the living page: every part in every state, in both colour schemes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fleuve.ui.formatting import day, days, number
from fleuve.ui.living.drawings import drawings
from fleuve.ui.living.forms import ExampleForm
from fleuve.ui.living.lists import customers, moments, nobody, progress_states
from fleuve.ui.tables import Tab

__all__ = ["everything"]


def everything(request: HttpRequest) -> dict[str, Any]:
    """Light and dark beside each other; each side has its own ids."""
    return {"sides": [_side(scheme) for scheme in ("light", "dark")]}


def _side(scheme: str) -> dict[str, Any]:
    faulty = ExampleForm({"email": "ada@", "margin": "", "channel": ""}, auto_id=f"id_{scheme}_faulty_%s")
    return {
        "scheme": scheme,
        "customers": customers(scheme),
        "nobody": nobody(scheme),
        "moments": moments(),
        "jobs": progress_states(scheme),
        "form": ExampleForm(auto_id=f"id_{scheme}_%s"),
        "faulty": faulty,
        "drawings": drawings(),
        "run": (3, 4, 4, 5, 4, 6, 7, 6, 8),
        "steps": [_("Your file"), _("Columns"), _("Check"), _("Done")],
        "tabs": [
            Tab("overview", _("Overview"), "#ways"),
            Tab("history", _("History"), "#ways", count="38"),
            Tab("products", _("Products"), "#ways"),
        ],
        "facts": [
            (_("First purchase"), day(date(2009, 12, 1))),
            (_("Purchases"), number(38), _("in 24 months")),
            (_("Usual gap"), days(34)),
        ],
    }
