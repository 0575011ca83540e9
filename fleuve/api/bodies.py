"""What arrives in a body, before anything is done with it: its size, its kind, and JSON that every database keeps."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.parser import Parser

from fleuve.api.errors import BodyRefused, InvalidInput

__all__ = ["BULK", "SMALL", "StrictParser", "check_body", "check_query"]

SMALL: Final = 1024 * 1024
BULK: Final = 5 * 1024 * 1024
_DEEPEST: Final = 40
_LARGEST: Final = 2**63


def check_query(request: HttpRequest, known: Collection[str]) -> None:
    """A parameter that nobody reads is a typing error, and would be an answer to another question."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        names = ", ".join(sorted(known)) or "–"
        fields = [{"at": f"query.{name[:80]}", "reason": _("unknown")} for name in unknown[:20]]
        raise InvalidInput(_("There is no such parameter. Known here: %(names)s.") % {"names": names}, fields=fields)
    if any("\0" in text for texts in request.GET.lists() for text in (texts[0], *texts[1])):
        raise InvalidInput(_("A parameter holds the character zero."), code="character_zero")


def check_body(request: HttpRequest, kind: str, most: int) -> None:
    """Refuse a body of another kind than ``kind`` (``json``, ``file``, or empty for none) or larger than ``most``."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise BodyRefused(_("“Content-Length” is no number."))
    if int(length) > most:
        sentence = _("The body is larger than %(most)s bytes. Send less at once.")
        raise BodyRefused(sentence % {"most": most}, status=413, code="body_too_large")
    given = (request.content_type or "").lower()
    wanted = {"json": "application/json", "file": "multipart/form-data"}.get(kind, "")
    if wanted and given != wanted:
        sentence = _("Send the body as “%(wanted)s”, and say so in “Content-Type”.")
        raise BodyRefused(sentence % {"wanted": wanted}, status=415, code="body_of_another_kind")


class StrictParser(Parser):
    """JSON without what is not JSON (NaN) and without what a database refuses (the character zero, huge numbers)."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            body = json.loads(request.body, parse_constant=_refuse_constant, parse_int=_whole)
        except (RequestDataTooBig, RawPostDataException, MultiPartParserError) as error:
            raise BodyRefused(_("The body is too large. Send less at once."), status=413) from error
        except (ValueError, RecursionError) as error:
            raise BodyRefused(_("The body is no JSON. Send one JSON object, in UTF-8.")) from error
        _check(body, 0)
        return body


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _whole(digits: str) -> int:
    if len(digits) > 20 or not -_LARGEST <= (number := int(digits)) < _LARGEST:
        raise BodyRefused(_("A number has more digits than can be kept."), status=422, code="number_too_large")
    return number


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise BodyRefused(_("The body is nested too deeply."), code="body_too_deep")
    if isinstance(value, str):
        if "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            raise BodyRefused(_("A text holds a character that no text holds."), status=422, code="character_refused")
    elif isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            raise BodyRefused(_("A number is too large to be kept."), status=422, code="number_too_large")
    elif isinstance(value, dict):
        for key, one in value.items():
            _check(key, depth + 1)
            _check(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth + 1)
