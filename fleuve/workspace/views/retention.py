"""The page *Retention*."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.value.queries import retention
from fleuve.workspace.queries.retention import retention_page

__all__ = ["retention_view"]


@guard("read")
@require_GET
def retention_view(request: PrincipalRequest) -> HttpResponse:
    """Who stays, who leaves, what it is worth."""
    view = retention(request.principal)
    if view.state != "valued":
        return render(request, "workspace/not_valued.html", {"view": view})
    return render(request, "workspace/retention.html", {"page": retention_page(view)})
