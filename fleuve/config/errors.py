"""Error pages: a sentence, what to do next, and the reference to quote. They need no database and no session."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Engine, Template
from django.utils.translation import gettext as _

from fleuve.api.problems import is_api, problem
from fleuve.config.outages import is_outage
from fleuve.kernel.errors import FleuveError

__all__ = [
    "bad_request",
    "csrf_failure",
    "locked_out",
    "not_found",
    "outage_page",
    "permission_denied",
    "refusal_page",
    "server_error",
]

_log = structlog.get_logger("fleuve.error")


@cache
def _template() -> Template:
    # An engine of its own: the page must come out when a module's template tags are what is broken.
    engine = Engine(
        dirs=[str(Path(__file__).parent / "templates")],
        libraries={"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"},
    )
    return engine.get_template("config/error.html")


def _page(request: HttpRequest, status: int, title: str, sentence: str, *, code: str) -> HttpResponse:
    if is_api(request):
        return problem(status, code, sentence)
    reference = request.META.get("fleuve.request_id", "")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code, "message": sentence, "reference": reference}, status=status)
    context = {"title": title, "sentence": sentence, "reference": reference, "status": status}
    return HttpResponse(_template().render(Context(context)), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what arrived could not be read."""
    return _page(
        request,
        400,
        _("Not understood"),
        _("The request could not be read. Go back and try again."),
        code="bad_request",
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed."""
    sentence = _(
        "Your role does not allow this page. Ask an owner of this workspace to open it or to change your role."
    )
    return _page(request, 403, _("Not allowed"), sentence, code="permission_refused")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was opened before the last sign-in, or comes from elsewhere."""
    sentence = _(
        "This form is older than your last sign-in, or did not come from this site. Reload the page and send it again."
    )
    return _page(request, 403, _("Form expired"), sentence, code="form_expired")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing that this person may see."""
    sentence = _(
        "There is nothing at this address, or it is not yours to see. Check the address or start from the first page."
    )
    return _page(request, 404, _("Page not found"), sentence, code="not_found")


def locked_out(request: HttpRequest, *_arguments: object, **_values: object) -> HttpResponse:
    """429: too many wrong passwords or codes."""
    response = _page(
        request,
        429,
        _("Too many attempts"),
        _("Too many wrong passwords or codes for this account. Wait a quarter of an hour, then try again."),
        code="too_many_attempts",
    )
    response["Retry-After"] = "900"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, or 503 when the machine fails us. The log has the place, the page has the reference.

    Django calls this inside the ``except`` of whatever view or middleware failed.
    """
    if is_outage(sys.exc_info()[1]):
        return outage_page(request)
    _log.error("unexpected error", exc_info=sys.exc_info())
    sentence = _(
        "Something went wrong on our side. Nothing was half-written. Try again, and quote the reference if it lasts."
    )
    return _page(request, 500, _("Unexpected error"), sentence, code="server_error")


def outage_page(request: HttpRequest) -> HttpResponse:
    """503 with ``Retry-After``: the database is away or the disk is full."""
    _log.error("outage", exc_info=sys.exc_info())
    sentence = _(
        "The database cannot be reached or the disk is full. Nothing was lost; your change was not saved. "
        "Try again in a minute."
    )
    response = _page(request, 503, _("Not available just now"), sentence, code="unavailable")
    response["Retry-After"] = "30"
    return response


def refusal_page(request: HttpRequest, error: FleuveError) -> HttpResponse:
    """The status and sentence of an expected refusal."""
    return _page(request, error.status, _("Not done"), str(error), code=error.code)
