"""The API as one: every module's operations under one address, with one way to refuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from fleuve.api.bodies import StrictParser
from fleuve.api.document import document_of
from fleuve.api.errors import InvalidInput, NotModified
from fleuve.api.problems import problem, problem_of
from fleuve.api.registry import registered_routers
from fleuve.kernel.errors import FleuveError
from fleuve.kernel.guard import public

__all__ = ["api", "api_document", "api_urls"]

VERSION: Final = "1"
_MOST_FAULTS: Final = 20


@cache
def api() -> NinjaAPI:
    """Built once, when the addresses are first read: every module has registered its operations by then."""
    made = NinjaAPI(
        title="Fleuve", version=VERSION, urls_namespace="api", docs_url=None, openapi_url=None, parser=StrictParser()
    )
    made.add_exception_handler(FleuveError, _handler(problem_of))
    made.add_exception_handler(ValidationError, _handler(_invalid))
    made.add_exception_handler(HttpError, _handler(_http_error))
    made.add_exception_handler(Http404, lambda request, error: problem(404, "not_found", ""))
    made.add_exception_handler(NotModified, _handler(_not_modified))
    for router in registered_routers():
        made.add_router("", router)
    return made


@cache
def api_document() -> dict[str, Any]:
    """The OpenAPI document."""
    return document_of(api())


def api_urls() -> list[URLPattern | URLResolver]:
    """The addresses under ``/api/v1/``. A key opens them: no page asks for a session there."""
    patterns = [one for one in api().urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in patterns:
        public(one.callback)
    return [*patterns, path("openapi.json", _openapi, name="openapi")]


@public
@require_GET
def _openapi(request: HttpRequest) -> HttpResponse:
    """What can be asked here, for programs."""
    return JsonResponse(api_document(), headers={"Cache-Control": "public, max-age=300"})


def _handler(answer: Callable[[HttpRequest, Any], HttpResponse]) -> Any:
    """Ninja declares that a handler may be handed a class of error; it hands over the error itself."""
    return answer


def _not_modified(request: HttpRequest, error: NotModified) -> HttpResponse:
    return HttpResponse(status=304, headers={"ETag": error.tag})


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(cause := error.__context__, FleuveError):
        return problem_of(request, cause)
    return problem(error.status_code, "body_unreadable", _("The body could not be read. Send one JSON object."))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is wrong, place by place. An id in the address that can be no id is a customer that is not there."""
    if any(one["loc"][0] == "path" for one in error.errors):
        return problem(404, "not_found", "")
    fields = [{"at": _at(one["loc"]), "reason": str(one["msg"])[:300]} for one in error.errors[:_MOST_FAULTS]]
    sentence = _("Something is not as the document of the API describes it: “fields” says where. Nothing was done.")
    return problem_of(request, InvalidInput(sentence, fields=fields))


def _at(place: tuple[Any, ...]) -> str:
    """``("body", "data", "rows", 3)`` → ``body.rows.3``: without the name that the code gives to a body."""
    source, *rest = place
    parts = rest[1:] if source == "body" and len(rest) > 1 else rest
    return ".".join(str(one)[:80] for one in (source, *parts))
