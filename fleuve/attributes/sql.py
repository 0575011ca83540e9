"""Filters as a Django ``Q`` on the list model: the compiler of pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import BigIntegerField, FloatField, Q, Value
from django.utils.translation import gettext

from fleuve.attributes.errors import NotBuilt
from fleuve.attributes.lowering import Lookup, lower
from fleuve.attributes.nodes import Bought, Node
from fleuve.attributes.registry import Attribute, Registry, registry

__all__ = ["compile_sql"]

_DJANGO: Final[dict[Lookup, str]] = {
    "equal": "exact",
    "less": "lt",
    "at_most": "lte",
    "more": "gt",
    "at_least": "gte",
    "contains": "contains",
    "starts": "startswith",
    "one_of": "in",
}
_ALWAYS: Final = Q(pk__isnull=False)
_NEVER: Final = Q(pk__isnull=True)


def compile_sql(
    node: Node,
    today: date,
    attributes: Registry = registry,
    *,
    bought: Callable[[Bought, date], Q] | None = None,
) -> Q:
    """The condition for ``filter()`` on the model to which the attributes' paths belong.

    ``bought`` answers purchase behaviour, which no table of the database holds.
    """
    return lower(node, today, _Django(bought), attributes)


class _Django:
    def __init__(self, bought: Callable[[Bought, date], Q] | None) -> None:
        self._bought = bought

    def test(self, attribute: Attribute, lookup: Lookup, value: Any) -> Q:
        name, given = ("isnull", False) if lookup == "present" else (_DJANGO[lookup], _bound(attribute, value))
        if attribute.condition is not None:
            return attribute.condition(name, given)
        path = attribute.folded or attribute.sql_path
        present = Q((f"{path}__isnull", False))
        return present if lookup == "present" else present & Q((f"{path}__{name}", given))

    def every(self, parts: Sequence[Q]) -> Q:
        joined = _ALWAYS
        for index, part in enumerate(parts):
            joined = joined & part if index else part
        return joined

    def some(self, parts: Sequence[Q]) -> Q:
        joined = _NEVER
        for index, part in enumerate(parts):
            joined = joined | part if index else part
        return joined

    def negate(self, part: Q) -> Q:
        return ~part

    def bought(self, leaf: Bought, today: date) -> Q:
        if self._bought is None:
            raise NotBuilt(gettext("What was bought cannot be asked here."))
        return self._bought(leaf, today)


def _bound(attribute: Attribute, value: Any) -> Any:
    """Numbers go as typed values: an integer field would silently cut 1.5 to 1 and answer another question."""
    if attribute.type == "number":
        return Value(value, FloatField() if isinstance(value, float) else BigIntegerField())
    return value
