"""The living page: every part of the drawer in every state."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleuve.kernel.guard import public
from fleuve.ui.living import everything

__all__ = ["living"]


@require_safe
@public
def living(request: HttpRequest) -> HttpResponse:
    """Holds invented examples only, so it is open to anyone who reaches this install."""
    return render(request, "ui/living.html", everything(request))
