"""The draft that a sent form holds.

Each part says its place and its kind in a hidden ``part`` (``r-0:line:city``, ``r-1:bracket``, ``r-2:bought``); its
other fields carry the place behind their name (``op-r-0``, ``v-r-0``, ``word-r-1``, ``not-r-1``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.http import QueryDict

from fleuve.attributes import Registry
from fleuve.attributes.behaviour import MEASURES
from fleuve.attributes.operators import Operator, operator_of, operators_of
from fleuve.attributes.registry import Attribute
from fleuve.lists.builder.draft import BoughtLine, Bracket, Line, Part

__all__ = ["draft_from_form", "fresh_part"]

_PATH: Final = re.compile(r"r(?:-\d{1,3}){1,8}", re.ASCII)
_NAME: Final = re.compile(r"\w{1,64}", re.ASCII)
_MOST_PARTS: Final = 400


def draft_from_form(given: QueryDict, attributes: Registry) -> Bracket:
    """What was sent. Nothing in it is trusted: what does not belong to a draft is left out."""
    reader = _Reader(given, attributes)
    return reader.bracket("r")


def fresh_part(wanted: str, attributes: Registry) -> Part | None:
    """A new line about an attribute (by its key) or about what was bought, or an empty bracket."""
    if wanted == "bracket:":
        return Bracket("any")
    if wanted == "bought:":
        return BoughtLine(window="last", days="90")
    attribute = attributes.find(wanted)
    if attribute is None or not attribute.filterable:
        return None
    # Several answers are as likely as one, and one is several with one box ticked.
    usual = "is_one_of" if attribute.type == "choice" else operators_of(attribute)[0].key
    return Line(attribute.key, usual, ("yes",) if attribute.type == "yes_no" else ())


class _Reader:
    def __init__(self, given: QueryDict, attributes: Registry) -> None:
        self._given = given
        self._attributes = attributes
        told = (one.partition(":") for one in given.getlist("part")[:_MOST_PARTS])
        self._kinds = {path: kind for path, _colon, kind in told if _PATH.fullmatch(path)}

    def bracket(self, path: str) -> Bracket:
        inner = [one for one in self._kinds if one.rpartition("-")[0] == path]
        parts = [part for one in inner if (part := self._part(one)) is not None]
        word = "any" if self._one("word", path) == "any" else "all"
        return Bracket("any" if word == "any" else "all", tuple(parts), self._is_negated(path))

    def _part(self, path: str) -> Part | None:
        kind, _colon, key = self._kinds[path].partition(":")
        if kind == "bracket":
            return self.bracket(path)
        if kind == "bought":
            return self._bought(path)
        operator = self._one("op", path)
        if kind != "line" or not (_NAME.fullmatch(key) and _NAME.fullmatch(operator)):
            return None
        attribute = self._attributes.find(key)
        found = operator_of(attribute, operator) if attribute else None
        texts = self._all("v", path)
        kept = _fitted(attribute, found, texts) if attribute and found else tuple(filter(None, texts))
        return Line(key, operator, kept, self._is_negated(path))

    def _bought(self, path: str) -> BoughtLine:
        measure, operator = self._one("measure", path), self._one("op", path)
        attribute = MEASURES.get(measure, MEASURES["times"])
        found = operator_of(attribute, operator) or operators_of(attribute)[0]
        return BoughtLine(
            measure=attribute.key,
            operator=found.key,
            texts=_fitted(attribute, found, self._all("v", path)),
            window=self._one("window", path),
            days=self._one("days", path),
            from_day=self._one("from", path),
            to_day=self._one("to", path),
            products=_lines(self._all("products", path)),
            categories=_lines(self._all("categories", path)),
            sources=_lines(self._all("sources", path)),
            is_negated=self._is_negated(path),
        )

    def _is_negated(self, path: str) -> bool:
        return bool(self._one("not", path))

    def _one(self, name: str, path: str) -> str:
        return str(self._given.get(f"{name}-{path}", "")).strip()

    def _all(self, name: str, path: str) -> list[str]:
        return [str(one) for one in self._given.getlist(f"{name}-{path}")]


def _fitted(attribute: Attribute, operator: Operator, texts: Sequence[str]) -> tuple[str, ...]:
    """As many values as the operator takes: somebody may have chosen another one since the fields were drawn."""
    if operator.takes == "nothing":
        return ()
    if operator.takes == "two":
        pair = [one.strip() for one in texts[:2]]
        return tuple(pair) if any(pair) else ()
    found = _lines(texts)
    if attribute.type == "date":
        found = tuple(one for one in found if one.isdigit() == (operator.takes == "days"))
    return found if operator.takes == "several" else found[:1]


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    """One value a line, each once."""
    typed = (line.strip() for text in texts for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in typed if line))
