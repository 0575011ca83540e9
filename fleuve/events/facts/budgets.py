"""The facts of budgets."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (Fact("budgets.answers_saved", _("Budget answers saved"), "The answers behind a budget were stored."),)
