"""Where a task's buttons lead back to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.ui.panels import customer_head, panel_anchor

__all__ = ["back_from"]

_LONGEST_ID = 19


def back_from(place: str, principal: Principal) -> HttpResponse:
    """``customer:<id>`` is the customer's page at its tasks, ``today`` that page; anything else the list of tasks."""
    kind, _colon, number = place.partition(":")
    if kind == "customer" and number.isdecimal() and len(number) <= _LONGEST_ID:
        head = customer_head(int(number), principal)
        if head is not None:
            return redirect(f"{head.url}#{panel_anchor('customer.tasks')}")
    if kind == "today":
        return redirect("/")
    if kind in ("mine", "team", "all", "done"):
        return redirect(f"{reverse('tasks:list')}?scope={kind}")
    return redirect("tasks:list")
