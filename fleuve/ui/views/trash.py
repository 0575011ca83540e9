"""The page of the trash: what was removed, by whom, until when it can come back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleuve.kernel.guard import guard
from fleuve.ui.context import principal_of
from fleuve.ui.tables import Tab
from fleuve.ui.trash import RemovedPage, trash_kinds

__all__ = ["trash"]


@require_safe
@guard("write")
def trash(request: HttpRequest) -> HttpResponse:
    """One tab a kind of things; each is read through its own door."""
    principal = principal_of(request)
    kinds = trash_kinds(principal)
    asked = request.GET.get("kind", "")
    kind = next((one for one in kinds if one.key == asked), kinds[0] if kinds else None)
    page = kind.listing(principal, request.GET.get("before", "")) if kind else RemovedPage(())
    context = {
        "tabs": [Tab(one.key, one.label, f"?kind={one.key}") for one in kinds],
        "kind": kind,
        "page": page,
        "older": urlencode({"kind": kind.key, "before": page.older}) if kind and page.older else "",
    }
    return render(request, "ui/trash.html", context)
