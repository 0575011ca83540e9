"""The signed-in person's language over the browser's, and the organisation's time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from fleuve.accounts.queries import organisation, remembering_organisation

__all__ = ["language_and_time_zone"]


def language_and_time_zone(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Activate both for the request. Visitors keep what the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(("/health/", "/metrics")):  # must answer when the database does not
            return get_response(request)
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with remembering_organisation(), timezone.override(organisation().zone):
            response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    return middleware
