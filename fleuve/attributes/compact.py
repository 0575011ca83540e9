"""A filter in a link, readable and stable: ``?f=city:is:Paris&f=last_purchase_on:in_last_days:90``.

Repeated ``f`` parameters must all hold. Within one, ``any(a,b)``, ``all(a,b)`` and ``not(a)`` nest; several values
are separated by ``|``; a reserved character in a value is preceded by ``~``. Money is in major units.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from django.utils.translation import gettext as _

from fleuve.attributes.behaviour import bought_from_link, bought_to_link
from fleuve.attributes.errors import FilterError
from fleuve.attributes.nodes import All, Any_, Bought, Is, Node, Not
from fleuve.attributes.reading import DEEPEST, MOST_CONDITIONS, check_limits, known, too_deep, too_many
from fleuve.attributes.registry import Registry, registry
from fleuve.attributes.values import read_texts, to_text

__all__ = ["Branch", "branches", "from_link", "to_link"]

_RESERVED: Final = re.compile(r"[~,()|]")
_TOKEN: Final = re.compile(
    r"(?P<open>(?:all|any|not)\()|(?P<close>\))|(?P<comma>,)|(?P<leaf>(?:~.|[^~,()])+)", re.DOTALL
)
_BARS: Final = re.compile(r"((?:~.|[^~|])*)(?:\||$)", re.DOTALL)


def to_link(node: Node, attributes: Registry = registry, *, currency: str = "") -> list[str]:
    """The values of the ``f`` parameter, one per condition that must hold."""
    parts = node.parts if isinstance(node, All) else (node,)
    return [_written(part, attributes, currency) for part in parts]


def from_link(parameters: Sequence[str], attributes: Registry = registry, *, currency: str = "") -> Node:
    """The filter of a link; one condition stands alone, several are ``All``."""
    if len(parameters) > MOST_CONDITIONS:
        raise too_many()
    nodes = tuple(_node(branches(one), attributes, currency) for one in parameters)
    node = nodes[0] if len(nodes) == 1 and not isinstance(nodes[0], All) else All(nodes)
    check_limits(node)
    return node


def _written(node: Node, attributes: Registry, currency: str) -> str:
    match node:
        case All(parts):
            return f"all({','.join(_written(part, attributes, currency) for part in parts)})"
        case Any_(parts):
            return f"any({','.join(_written(part, attributes, currency) for part in parts)})"
        case Not(part):
            return f"not({_written(part, attributes, currency)})"
        case Bought():
            return bought_to_link(node, currency)
        case Is(key, operator, None):
            return f"{key}:{operator}"
        case Is(key, operator, value):
            attribute, _found = known(attributes, key, operator)
            values = value if isinstance(value, tuple) else (value,)
            texts = [_RESERVED.sub(r"~\g<0>", to_text(attribute, one, currency)) for one in values if one is not None]
            return f"{key}:{operator}:{'|'.join(texts)}"


@dataclass(frozen=True)
class Branch:
    """A bracket of a link: its word, and what stands in it; a condition is still the text that it was."""

    word: Literal["all", "any", "not"]
    parts: tuple[Branch | str, ...]


def branches(text: str) -> Branch | str:
    """The brackets of one parameter, whatever its conditions say. Raises ``FilterError``."""
    return _Reader(text).whole()


class _Reader:
    """A recursive descent over the tokens of one parameter."""

    def __init__(self, text: str) -> None:
        self._tokens = self._split(text)
        self._at = 0

    def whole(self) -> Branch | str:
        found = self._part(depth=1)
        if self._at != len(self._tokens):
            raise _unreadable()
        return found

    @staticmethod
    def _split(text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or len(tokens) > 8 * MOST_CONDITIONS:
                raise _unreadable()
            tokens.append((found.lastgroup or "", found.group()))
            at = found.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self, kind: str) -> str:
        if self._peek() != kind:
            raise _unreadable()
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _part(self, depth: int) -> Branch | str:
        if depth > DEEPEST:
            raise too_deep()
        if self._peek() == "leaf":
            return self._take("leaf")
        word = self._take("open").removesuffix("(")
        parts = self._parts(depth)
        if word == "not" and len(parts) != 1:
            raise _unreadable()
        return Branch(cast("Literal['all', 'any', 'not']", word), parts)

    def _parts(self, depth: int) -> tuple[Branch | str, ...]:
        parts: list[Branch | str] = []
        while self._peek() != "close":
            if parts:
                self._take("comma")
            parts.append(self._part(depth + 1))
        self._take("close")
        return tuple(parts)


def _node(part: Branch | str, attributes: Registry, currency: str) -> Node:
    match part:
        case str():
            return _leaf(part, attributes, currency)
        case Branch("not", (inner,)):
            return Not(_node(inner, attributes, currency))
    parts = tuple(_node(one, attributes, currency) for one in part.parts)
    return All(parts) if part.word == "all" else Any_(parts)


def _leaf(text: str, attributes: Registry, currency: str) -> Is | Bought:
    key, _colon, rest = text.partition(":")
    if key == "bought":
        return bought_from_link(rest, currency)
    operator, _colon, raw = rest.partition(":")
    attribute, found = known(attributes, key, operator)
    texts = [_unescaped(one) for one in _BARS.findall(raw)] if raw else []
    return Is(key, operator, read_texts(attribute, found, texts, currency))


def _unescaped(text: str) -> str:
    return re.sub(r"~(.)", r"\1", text, flags=re.DOTALL)


def _unreadable() -> FilterError:
    return FilterError(_("This link holds a filter that cannot be read. Remove it and filter again."))
