"""Search from anywhere: a fragment for the palette, a page without scripts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from fleuve.kernel.principal import may
from fleuve.ui.context import principal_of
from fleuve.ui.palette import find

__all__ = ["palette"]

_LONGEST = 200


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """What the words in ``q`` find for whoever asks."""
    principal = principal_of(request)
    if not may(principal, "read"):
        return redirect_to_login(request.get_full_path(), str(settings.LOGIN_URL))
    query = request.GET.get("q", "")[:_LONGEST].strip()
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "ui/palette_results.html" if is_fragment else "ui/palette_page.html"
    response = render(request, template, {"groups": find(principal, query, timezone.now()), "query": query})
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response
