"""Refusals as RFC 9457 problem documents: what happened, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fleuve.api.errors import ApiError, InvalidInput
from fleuve.kernel.errors import EditedMeanwhile, FleuveError
from fleuve.kernel.money import Money

__all__ = ["CONTENT_TYPE", "is_api", "problem", "problem_of", "told"]

CONTENT_TYPE: Final = "application/problem+json"


def is_api(request: HttpRequest) -> bool:
    """Whether whoever asks is a program."""
    return request.path_info.startswith("/api/")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> HttpResponse:
    """A problem document. Whatever is missing and whatever is out of reach have one body, down to the letter."""
    if status == HTTPStatus.NOT_FOUND:
        sentence = _("There is nothing at this address, or it is not yours to see. Check the address and the number.")
        code, detail, values, fields = "not_found", sentence, {}, ()
    body: dict[str, Any] = {
        "type": f"urn:fleuve:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if fields:
        body["fields"] = [dict(one) for one in fields]
    if values:
        body["values"] = told(values)
    text = json.dumps(body, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))
    response["Cache-Control"] = "no-store"
    return response


def problem_of(request: HttpRequest, error: FleuveError) -> HttpResponse:
    """The document of an expected refusal. Whoever named a version and came late gets 412 with what stands now."""
    status = error.status
    if isinstance(error, EditedMeanwhile) and "If-Match" in request.headers:
        status = HTTPStatus.PRECONDITION_FAILED
    return problem(
        status,
        error.code,
        str(error),
        fields=error.fields if isinstance(error, InvalidInput) else (),
        headers=error.headers if isinstance(error, ApiError) else None,
        values=error.values,
    )


def told(value: object) -> Any:
    """A value of ours as JSON tells it: money with its currency, days and moments as ISO writes them."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return {str(key): told(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [told(one) for one in value]
    return str(value)
