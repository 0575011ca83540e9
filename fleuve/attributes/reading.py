"""A filter from JSON and back, strictly.

::

    {"all": [{"key": "city", "operator": "is", "value": "Paris"},
             {"not": {"any": [{"key": "worth", "operator": "at_least", "value": 12000},
                              {"key": "last_purchase_on", "operator": "in_last_days", "value": 90}]}}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NoReturn

from django.utils.translation import gettext as _

from fleuve.attributes.behaviour import bought_from_json, bought_to_json
from fleuve.attributes.errors import FilterError, WrongOperator
from fleuve.attributes.nodes import All, Any_, Bought, Is, Node, Not, Scalar, Value
from fleuve.attributes.operators import Operator, operator_of, operators_of
from fleuve.attributes.registry import Attribute, Registry, registry
from fleuve.attributes.values import read_value

__all__ = ["DEEPEST", "MOST_CONDITIONS", "check_limits", "known", "parse", "to_json", "too_deep", "too_many"]

DEEPEST: Final = 8
MOST_CONDITIONS: Final = 100
_MOST_NODES: Final = 4 * MOST_CONDITIONS  # with their brackets and nots


def parse(raw: str | bytes | Mapping[str, object], attributes: Registry = registry) -> Node:
    """The tree of a JSON filter. Pass ``registry.visible_to(principal)`` to refuse what that principal may not see."""
    reader = _Reader(attributes)
    node = reader.node(_decoded(raw) if isinstance(raw, str | bytes) else raw, depth=1)
    check_limits(node)
    return node


def check_limits(node: Node) -> None:
    """Refuse a tree with too many conditions or levels, so that a filter of a link can also be kept as JSON."""
    if _levels(node) > DEEPEST:
        raise too_deep()
    if sum(1 for _leaf in _conditions(node)) > MOST_CONDITIONS:
        raise too_many()


def too_deep() -> FilterError:
    """The refusal of a tree with too many levels."""
    return FilterError(_("The filter is nested too deeply: %(most)s levels at most.") % {"most": DEEPEST})


def too_many() -> FilterError:
    """The refusal of a tree with too many conditions."""
    return FilterError(_("The filter has too many conditions: %(most)s at most.") % {"most": MOST_CONDITIONS})


def _levels(node: Node) -> int:
    match node:
        case Not(part):
            return 1 + _levels(part)
        case All(parts) | Any_(parts):
            return 1 + max((_levels(part) for part in parts), default=0)
    return 1


def _conditions(node: Node) -> Iterator[Is | Bought]:
    match node:
        case Not(part):
            yield from _conditions(part)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _conditions(part)
        case _:
            yield node


def to_json(node: Node) -> dict[str, object]:
    """The JSON object that ``parse`` reads back as the same tree."""
    match node:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any_(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Is(key, operator, None):
            return {"key": key, "operator": operator}
        case Is(key, operator, value):
            return {"key": key, "operator": operator, "value": _plain(value)}
        case Bought():
            return bought_to_json(node)


def known(attributes: Registry, key: str, operator: str) -> tuple[Attribute, Operator]:
    """The attribute and its operator, or a refusal that lists what would be accepted."""
    attribute = attributes.get(key)
    found = operator_of(attribute, operator)
    if found is None:
        allowed = [one.key for one in operators_of(attribute)]
        raise WrongOperator(
            _("“%(label)s” cannot be compared with “%(operator)s”. Use one of: %(allowed)s.")
            % {"label": attribute.label, "operator": operator[:80], "allowed": ", ".join(allowed)},
            key=key,
            operator=operator,
            allowed=allowed,
        )
    return attribute, found


class _Reader:
    """One reading: counts conditions so that a hostile filter stops early."""

    def __init__(self, attributes: Registry) -> None:
        self._attributes = attributes
        self._count = 0

    def node(self, raw: object, depth: int) -> Node:
        if depth > DEEPEST:
            raise too_deep()
        self._count += 1
        if self._count > _MOST_NODES:
            raise too_many()
        match raw:
            case {"all": list() as parts, **rest} if not rest:
                return All(tuple(self.node(part, depth + 1) for part in parts))
            case {"any": list() as parts, **rest} if not rest:
                return Any_(tuple(self.node(part, depth + 1) for part in parts))
            case {"not": part, **rest} if not rest:
                return Not(self.node(part, depth + 1))
            case {"bought": leaf, **rest} if not rest:
                return bought_from_json(leaf)
            case {"key": str() as key, "operator": str() as operator, **rest} if not rest.keys() - {"value"}:
                attribute, found = known(self._attributes, key, operator)
                return Is(key, operator, read_value(attribute, found, rest.get("value")))
        raise FilterError(
            _("A condition is all, any, not or bought, or names a key, an operator and a value; nothing else beside.")
        )


def _decoded(raw: str | bytes) -> object:
    try:
        return json.loads(raw, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise FilterError(_("The filter is not readable JSON.")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return [_plain_scalar(one) for one in value]
    return None if value is None else _plain_scalar(value)


def _plain_scalar(value: Scalar) -> object:
    return value.isoformat() if isinstance(value, date) else value
