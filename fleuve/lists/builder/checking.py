"""What a draft asks for, and what is missing in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from fleuve.attributes import EVERYTHING, All, Any_, Bought, FilterError, Is, Node, Not, Registry
from fleuve.attributes.behaviour import bought_from_link, measured
from fleuve.attributes.reading import check_limits, known
from fleuve.attributes.values import MOST_DAYS, read_texts
from fleuve.lists.builder.draft import BoughtLine, Bracket, Line, Part
from fleuve.lists.builder.link import draft_to_link

__all__ = ["Checked", "Fault", "checked", "require_within_limits"]

_BOUGHT: Final = "bought:"


@dataclass(frozen=True)
class Fault:
    """Why a line does not count yet. One that is merely unfinished is said quietly until somebody wants the list."""

    sentence: str
    is_unfinished: bool = False


@dataclass(frozen=True)
class Checked:
    """The filter of the lines that are finished, and what is wrong with the others, by their places."""

    node: Node
    faults: Mapping[str, Fault]


def checked(root: Bracket, attributes: Registry, currency: str) -> Checked:
    """What the draft asks for."""
    checker = _Checker(attributes, currency)
    node = checker.node(root, "r")
    return Checked(EVERYTHING if node is None else node, checker.faults)


def require_within_limits(root: Bracket) -> None:
    """Refuse more lines and levels than a filter has, unfinished ones included. Raises ``FilterError``."""
    node = _shape(root)
    # In a link, a lone bracket of which all holds stands below the whole that every link is.
    is_lone = isinstance(node, All) and len(node.parts) == 1 and isinstance(node.parts[0], All | Any_)
    check_limits(All((node,)) if is_lone else node)


def _shape(part: Part) -> Node:
    node: Node = Is("", "")
    if isinstance(part, Bracket):
        parts = tuple(_shape(one) for one in part.parts)
        node = All(parts) if part.word == "all" else Any_(parts)
    return Not(node) if part.is_negated else node


class _Checker:
    def __init__(self, attributes: Registry, currency: str) -> None:
        self._attributes = attributes
        self._currency = currency
        self.faults: dict[str, Fault] = {}

    def node(self, part: Part, path: str) -> Node | None:
        """The part as the language says it; nothing when it is at fault or holds nothing that is finished."""
        try:
            found = self._bracket(part, path) if isinstance(part, Bracket) else self._leaf(part, path)
        except FilterError as refused:
            self.faults[path] = Fault(str(refused))
            return None
        return Not(found) if found is not None and part.is_negated else found

    def _bracket(self, bracket: Bracket, path: str) -> Node | None:
        found = [self.node(part, f"{path}-{number}") for number, part in enumerate(bracket.parts)]
        parts = tuple(one for one in found if one is not None)
        if not bracket.parts and path != "r":
            self.faults[path] = _unfinished(_("This bracket is empty: add a line, or remove the bracket."))
        if not parts:
            return None
        return All(parts) if bracket.word == "all" else Any_(parts)

    def _leaf(self, line: Line | BoughtLine, path: str) -> Is | Bought | None:
        missing = _missing_of_bought(line) if isinstance(line, BoughtLine) else self._missing(line)
        if missing:
            self.faults[path] = _unfinished(missing)
            return None
        if isinstance(line, Line):
            attribute, operator = known(self._attributes, line.key, line.operator)
            return Is(line.key, line.operator, read_texts(attribute, operator, line.texts, self._currency))
        _require_window(line)
        text = draft_to_link(Bracket(parts=(replace(line, is_negated=False),)))[0]
        return bought_from_link(text.removeprefix(_BOUGHT), self._currency)

    def _missing(self, line: Line) -> str:
        _attribute, operator = known(self._attributes, line.key, line.operator)
        wanted = {"nothing": 0, "two": 2}.get(operator.takes, 1)
        if sum(1 for text in line.texts if text.strip()) >= wanted:
            return ""
        if wanted == 2:
            return _("Say from which value to which.")
        return _("Say with what it is compared.")


def _missing_of_bought(line: BoughtLine) -> str:
    _measure, operator = measured(line.measure, line.operator)
    if sum(1 for text in line.texts if text.strip()) < (2 if operator.takes == "two" else 1):
        return _("Say how much.")
    if line.window == "last" and not line.days.strip():
        return _("Say in how many days.")
    if line.window == "between" and not (line.from_day.strip() and line.to_day.strip()):
        return _("Say from which day to which.")
    return ""


def _require_window(line: BoughtLine) -> None:
    """The days of the window in a sentence of their own, before the whole is read."""
    if line.window == "last" and not (line.days.isascii() and line.days.isdigit() and int(line.days[:9]) <= MOST_DAYS):
        raise FilterError(_("The number of days is whole, from 0 to %(most)s.") % {"most": MOST_DAYS})
    if line.window != "between":
        return
    try:
        low, high = date.fromisoformat(line.from_day), date.fromisoformat(line.to_day)
    except ValueError:
        raise FilterError(_("A day is written like 2026-01-31.")) from None
    if low > high:
        raise FilterError(_("The first day comes before the last one."))


def _unfinished(sentence: str) -> Fault:
    return Fault(sentence, is_unfinished=True)
