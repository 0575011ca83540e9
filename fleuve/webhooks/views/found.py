"""The endpoint that an address names, read through the door, and the page that tells a secret once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from fleuve.accounts.requests import PrincipalRequest
from fleuve.webhooks.models import Endpoint

__all__ = ["found_endpoint", "secret_page"]


def found_endpoint(request: PrincipalRequest, pk: int) -> Endpoint:
    """The endpoint, or 404."""
    found: Endpoint = get_object_or_404(Endpoint.objects.visible_to(request.principal).listed(), pk=pk)
    return found


def secret_page(request: PrincipalRequest, endpoint: Endpoint, secret: str, *, is_new: bool) -> HttpResponse:
    """Answer the POST itself with the secret: it stands in no address, no session and no cache."""
    context = {"endpoint": endpoint, "secret": secret, "is_new": is_new}
    response = render(request, "webhooks/secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
