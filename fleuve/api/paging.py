"""Pages of a list: as many as asked for, and a cursor behind which the next ones stand. No offset, no count."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from ninja import Field, Schema

from fleuve.api.errors import InvalidInput
from fleuve.api.problems import told

__all__ = ["LARGEST_PAGE", "PageOf", "Paging", "answer_page", "keyset", "read_cursor", "write_cursor"]

LARGEST_PAGE: Final = 200
_MARK_LENGTH: Final = 9
M = TypeVar("M", bound=Model)
Item = TypeVar("Item")


class Paging(Schema):
    """The two parameters of every list."""

    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="How many at most.")
    after: str = Field("", max_length=1000, description="The `next` of the page before.")


class PageOf(Schema, Generic[Item]):
    """A page of a list; ``next`` is the ``after`` of the page behind it, nothing on the last one."""

    items: list[Item]
    next: str | None = Field(None, description="Send it as `after` for the next page.")


def write_cursor(kind: str, place: Sequence[object]) -> str:
    """A place in a list, for an address. ``kind`` names the order: a cursor of another order is refused."""
    text = json.dumps([kind, *(told(one) for one in place)], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mark(text) + text).decode().rstrip("=")


def read_cursor(kind: str, cursor: str) -> list[Any] | None:
    """The place that a cursor stands for; nothing for the first page. Raises ``InvalidInput``."""
    if not cursor:
        return None
    try:
        told_by = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as error:
        raise _no_cursor() from error
    mark, text = told_by[:_MARK_LENGTH], told_by[_MARK_LENGTH:]
    if not hmac.compare_digest(mark, _mark(text)):
        raise _no_cursor()
    found = json.loads(text)
    if found[0] != kind:
        raise _no_cursor()
    place: list[Any] = found[1:]
    return place


def _mark(text: bytes) -> bytes:
    """Only places that this house told are read: a made-up one could name a value that its column never holds."""
    return salted_hmac("fleuve.api.cursor", text, algorithm="sha256").digest()[:_MARK_LENGTH]


def keyset(rows: QuerySet[M], paging: Paging, *, order: Sequence[str] = ("-id",)) -> tuple[list[M], str | None]:
    """The page behind the cursor, and the next cursor. ``order`` names columns that are never empty, the last unique.

    ::

        notes, after = keyset(Note.objects.visible_to(by), paging, order=("-id",))
    """
    kind = ",".join(order)
    place = read_cursor(kind, paging.after)
    found = rows.order_by(*order)
    if place is not None:
        found = found.filter(_behind(rows, order, place))
    page = list(found[: paging.limit + 1])
    shown = page[: paging.limit]
    last = [getattr(shown[-1], name.removeprefix("-")) for name in order] if shown else []
    return shown, write_cursor(kind, last) if len(page) > paging.limit else None


def _behind(rows: QuerySet[M], order: Sequence[str], place: Sequence[Any]) -> Q:
    """Lexicographically behind: less or more by each column's direction, when those before it are equal."""
    found, equal = Q(), Q()
    for name, text in zip(order, place, strict=True):
        column = name.removeprefix("-")
        annotation = rows.query.annotations.get(column)
        field = annotation.output_field if annotation is not None else rows.model._meta.get_field(column)
        value = field.to_python(text)  # type: ignore[union-attr]
        found |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return found


def answer_page(
    request: HttpRequest, response: HttpResponse, items: Iterable[Item], after: str | None, **more: object
) -> dict[str, Any]:
    """The page as it is answered, with ``Link: <…>; rel="next"`` for clients that follow links."""
    if after is not None:
        query = request.GET.copy()
        query["after"] = after
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return {"items": list(items), "next": after, **more}


def _no_cursor() -> InvalidInput:
    sentence = _("This cursor stands for no place in this list. Begin again without “after”.")
    return InvalidInput(sentence, fields=[{"at": "query.after", "reason": str(sentence)}], code="cursor_refused")
