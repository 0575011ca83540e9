"""What each operator means, said once for every compiler.

An operator is lowered to a few elementary tests (equal, less, contains…) joined by and, or, not. A compiler gives
those as an ``Algebra``; it never sees operators. Every elementary test is false on a row without a value, never
unknown, so that ``negate`` is the exact complement in SQL too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

from django.utils import timezone

from fleuve.attributes.nodes import All, Any_, Bought, Is, Node, Not
from fleuve.attributes.reading import known
from fleuve.attributes.registry import Attribute, Registry
from fleuve.kernel.search_text import fold

__all__ = ["Algebra", "Lookup", "lower", "pack_choices", "unpack_choices"]

Lookup: TypeAlias = Literal["present", "equal", "less", "at_most", "more", "at_least", "contains", "starts", "one_of"]
T = TypeVar("T")


class Algebra(Protocol[T]):
    """What a compiler provides."""

    def test(self, attribute: Attribute, lookup: Lookup, value: Any) -> T: ...
    def every(self, parts: Sequence[T]) -> T: ...
    def some(self, parts: Sequence[T]) -> T: ...
    def negate(self, part: T) -> T: ...
    def bought(self, leaf: Bought, today: date) -> T: ...


def lower(node: Node, today: date, algebra: Algebra[T], attributes: Registry) -> T:
    """The tree in the compiler's terms. ``today`` is the organisation's day; a moment counts in the active zone."""
    day = timezone.localdate(today) if isinstance(today, datetime) else today
    match node:
        case All(parts):
            return algebra.every([lower(part, day, algebra, attributes) for part in parts])
        case Any_(parts):
            return algebra.some([lower(part, day, algebra, attributes) for part in parts])
        case Not(part):
            return algebra.negate(lower(part, day, algebra, attributes))
        case Is(key, operator, value):
            attribute, _found = known(attributes, key, operator)
            meaning: T = _MEANINGS[operator](_Words(attribute, algebra, day), value)
            return meaning
        case Bought():
            return algebra.bought(node, day)


def pack_choices(keys: Iterable[str]) -> str:
    """How a ``choices`` value is stored, in one text column that every database searches alike: ``"|a|b|"``."""
    kept = sorted(set(keys))
    return f"|{'|'.join(kept)}|" if kept else ""


def unpack_choices(stored: str | None) -> tuple[str, ...]:
    """The keys of a stored ``choices`` value."""
    return tuple(key for key in (stored or "").split("|") if key)


class _Words:
    """The elementary tests of one attribute, with text folded where the attribute has a folded form."""

    def __init__(self, attribute: Attribute, algebra: Algebra[Any], today: date) -> None:
        self.attribute = attribute
        self.algebra = algebra
        self.today = today

    def value(self, raw: Any) -> Any:
        return fold(raw) if self.attribute.folded else raw

    def test(self, lookup: Lookup, raw: Any) -> Any:
        return self.algebra.test(self.attribute, lookup, self.value(raw))

    def one_of(self, raw: Sequence[str]) -> Any:
        return self.algebra.test(self.attribute, "one_of", tuple(self.value(one) for one in raw))

    def holds(self, key: str) -> Any:
        return self.algebra.test(self.attribute, "contains", f"|{key}|")

    def filled(self) -> Any:
        present = self.algebra.test(self.attribute, "present", None)
        if self.attribute.type not in ("text", "choice", "choices"):
            return present
        return self.every(present, self.negate(self.algebra.test(self.attribute, "equal", "")))

    def within(self, low: Any, high: Any) -> Any:
        return self.every(self.test("at_least", low), self.test("at_most", high))

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def every(self, *parts: Any) -> Any:
        return self.algebra.every(parts)

    def negate(self, part: Any) -> Any:
        return self.algebra.negate(part)


_MEANINGS: Final[dict[str, Callable[[_Words, Any], Any]]] = {
    "is": lambda words, value: words.test("equal", value),
    "is_not": lambda words, value: words.negate(words.test("equal", value)),
    "is_one_of": lambda words, value: words.one_of(value),
    "is_none_of": lambda words, value: words.negate(words.one_of(value)),
    "is_empty": lambda words, value: words.negate(words.filled()),
    "is_filled": lambda words, value: words.filled(),
    "contains": lambda words, value: words.test("contains", value),
    "does_not_contain": lambda words, value: words.negate(words.test("contains", value)),
    "starts_with": lambda words, value: words.test("starts", value),
    "at_least": lambda words, value: words.test("at_least", value),
    "at_most": lambda words, value: words.test("at_most", value),
    "more_than": lambda words, value: words.test("more", value),
    "less_than": lambda words, value: words.test("less", value),
    "between": lambda words, value: words.within(*value),
    "before": lambda words, value: words.test("less", value),
    "after": lambda words, value: words.test("more", value),
    "in_last_days": lambda words, value: words.within(words.day(-value), words.today),
    "in_next_days": lambda words, value: words.within(words.today, words.day(value)),
    "more_than_days_ago": lambda words, value: words.test("less", words.day(-value)),
    "has_any_of": lambda words, value: words.algebra.some([words.holds(key) for key in value]),
    "has_all_of": lambda words, value: words.algebra.every([words.holds(key) for key in value]),
    "has_none_of": lambda words, value: words.negate(words.algebra.some([words.holds(key) for key in value])),
}
