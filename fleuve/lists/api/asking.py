"""What operations on lists are asked with: a condition, an order, columns. A refusal says at which place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from django.utils.translation import gettext as _

from fleuve.api.errors import InvalidInput
from fleuve.attributes import EVERYTHING, Attribute, Node, Registry, parse
from fleuve.attributes.errors import FilterError
from fleuve.ui.tables import Sort

__all__ = ["Source", "node_of", "not_so", "one_of", "sort_of"]

Source: TypeAlias = Literal["query", "body"]


def node_of(given: str | Mapping[str, Any] | None, visible: Registry, source: Source = "query") -> Node:
    """The condition; everybody where there is none."""
    if given is None or given == "":
        return EVERYTHING
    try:
        return parse(given if isinstance(given, str) else dict(given), visible)
    except FilterError as refused:
        raise not_so(str(refused), "filter", source, code=refused.code) from refused


def sort_of(text: str, visible: Registry, source: Source = "query") -> Sort:
    """The order: a field, ``-`` before it for the largest first."""
    key = one_of(text.removeprefix("-"), tuple(visible), "sort", source).key
    return Sort(key, text.startswith("-"))


def one_of(key: str, offered: Sequence[Attribute], at: str, source: Source = "query") -> Attribute:
    """The attribute of this key among those offered."""
    found = next((one for one in offered if one.key == key), None)
    if found is None:
        listed = ", ".join(one.key for one in offered)
        sentence = _("There is no field “%(key)s” here. There is: %(listed)s.") % {"key": key[:60], "listed": listed}
        raise not_so(sentence, at, source)
    return found


def not_so(sentence: str, at: str, source: Source = "query", *, code: str | None = None) -> InvalidInput:
    """The refusal of one place of the request."""
    return InvalidInput(sentence, fields=[{"at": f"{source}.{at}", "reason": sentence}], code=code)
