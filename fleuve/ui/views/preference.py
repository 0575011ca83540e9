"""Language, theme and density, chosen from the user menu and kept in this browser (and by accounts for the person)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fleuve.kernel.guard import public
from fleuve.ui.preferences import COOKIES, choices
from fleuve.ui.registry import save_preference

__all__ = ["preference"]

_YEAR_SECONDS = 365 * 24 * 3600


@require_POST
@public
def preference(request: HttpRequest) -> HttpResponse:
    """Keep one choice and go back to where it was made."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if value not in choices(name):
        return HttpResponseBadRequest(_("This choice does not exist. Choose one of those shown."))
    save_preference(request, name, value)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else COOKIES[name]
    response.set_cookie(
        cookie, value, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response
