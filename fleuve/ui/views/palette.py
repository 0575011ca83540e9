"""Search from anywhere: a fragment for the palette, a page without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from fleuve.kernel.guard import guard
from fleuve.ui.context import principal_of
from fleuve.ui.palette import find

__all__ = ["palette"]

_LONGEST = 200


@require_safe
@guard("read")
def palette(request: HttpRequest) -> HttpResponse:
    """What the words in ``q`` find for whoever asks."""
    principal = principal_of(request)
    query = request.GET.get("q", "")[:_LONGEST].strip()
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "ui/palette_results.html" if is_fragment else "ui/palette_page.html"
    response = render(request, template, {"groups": find(principal, query, timezone.now()), "query": query})
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response
