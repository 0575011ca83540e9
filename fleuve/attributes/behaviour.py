"""Purchase behaviour in a filter: read strictly, written to JSON and to a link. The table is in docs/rules/filters.md.

::

    {"bought": {"measure": "times", "operator": "at_least", "value": 2, "window": {"last_days": 90},
                "products": ["85123A"]}}
    ?f=bought:times:at_least:2:last_90:p=85123A
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.attributes.errors import FilterError, WrongOperator
from fleuve.attributes.nodes import ALWAYS, Always, Between, Bought, LastDays, Measure, Scalar, Value, Window
from fleuve.attributes.operators import Operator, operator_of, operators_of
from fleuve.attributes.registry import Attribute
from fleuve.attributes.values import LONGEST_TEXT, MOST_DAYS, MOST_VALUES, read_texts, read_value, to_text

__all__ = ["MEASURES", "bought_from_json", "bought_from_link", "bought_to_json", "bought_to_link", "measured"]

# What is measured is no attribute of a customer, but it compares like one.
MEASURES: Final[dict[str, Attribute]] = {
    "times": Attribute("times", "number", gettext_lazy("Times bought"), "attributes"),
    "days": Attribute("days", "number", gettext_lazy("Days with a purchase"), "attributes"),
    "money": Attribute("money", "money", gettext_lazy("Money spent"), "attributes"),
    "quantity": Attribute("quantity", "number", gettext_lazy("Pieces bought"), "attributes"),
}
_LISTS: Final = {"p": "products", "c": "categories", "s": "sources"}
_RESERVED: Final = re.compile(r"[~,()|:=]")
_COLONS: Final = re.compile(r"((?:~.|[^~:])*)(?::|$)", re.DOTALL)
_BARS: Final = re.compile(r"((?:~.|[^~|])*)(?:\||$)", re.DOTALL)
_LAST: Final = re.compile(r"last_(\d{1,5})", re.ASCII)
_SPAN: Final = re.compile(r"(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)", re.ASCII)


def measured(measure: str, operator: str) -> tuple[Attribute, Operator]:
    """What is compared and how, or a refusal that lists what would be accepted."""
    attribute = MEASURES.get(measure)
    found = operator_of(attribute, operator) if attribute else None
    if attribute is None or found is None or found.takes == "nothing":
        known = [one.key for one in operators_of(MEASURES["times"]) if one.takes != "nothing"]
        raise WrongOperator(
            _("What was bought is measured as %(measures)s and compared with %(operators)s.")
            % {"measures": ", ".join(MEASURES), "operators": ", ".join(known)},
            allowed=known,
        )
    return attribute, found


def bought_from_json(raw: object) -> Bought:
    """The leaf of its JSON object."""
    match raw:
        case {"measure": str() as measure, "operator": str() as operator, "value": value, **rest}:
            if not rest.keys() - {"window", "products", "categories", "sources"}:
                told = cast("Mapping[str, Any]", rest)
                return _bought(measure, operator, lambda a, o: read_value(a, o, value), _window(told), told)
    raise _unreadable()


def bought_to_json(leaf: Bought) -> dict[str, object]:
    """The JSON object that ``bought_from_json`` reads back as the same leaf."""
    value = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
    plain: dict[str, object] = {"measure": leaf.measure, "operator": leaf.operator, "value": value}
    match leaf.window:
        case LastDays(days):
            plain["window"] = {"last_days": days}
        case Between(low, high):
            plain["window"] = {"from": low.isoformat(), "to": high.isoformat()}
    # Numbers of sources are beyond what a browser counts exactly: they travel as texts.
    lists = {"products": leaf.products, "categories": leaf.categories, "sources": [str(one) for one in leaf.sources]}
    return {"bought": {**plain, **{key: list(some) for key, some in lists.items() if some}}}


def bought_to_link(leaf: Bought, currency: str) -> str:
    """The leaf as the value of an ``f`` parameter."""
    attribute, _found = measured(leaf.measure, leaf.operator)
    values = leaf.value if isinstance(leaf.value, tuple) else (cast("Scalar", leaf.value),)
    parts = ["bought", leaf.measure, leaf.operator, "|".join(to_text(attribute, one, currency) for one in values)]
    parts.append(_window_text(leaf.window))
    for letter, name in _LISTS.items():
        some = getattr(leaf, name)
        if some:
            escaped = "|".join(_RESERVED.sub(r"~\g<0>", str(one)) for one in some)
            parts.append(f"{letter}={escaped}")
    return ":".join(parts)


def bought_from_link(text: str, currency: str) -> Bought:
    """The leaf of what follows ``bought:`` in a link."""
    pieces = _pieces(_COLONS, text)
    if len(pieces) < 3:
        raise _unreadable()
    measure, operator, values, window, *lists = pieces if len(pieces) > 3 else [*pieces, ""]
    found: dict[str, object] = {}
    for one in filter(None, lists):
        letter, _equal, raw = one.partition("=")
        if letter not in _LISTS or _LISTS[letter] in found:
            raise _unreadable()
        found[_LISTS[letter]] = [_unescaped(each) for each in _pieces(_BARS, raw)]
    texts = [_unescaped(each) for each in _pieces(_BARS, values)]
    return _bought(measure, operator, lambda a, o: read_texts(a, o, texts, currency), _read_window(window), found)


def _bought(
    measure: str,
    operator: str,
    read: Callable[[Attribute, Operator], Value],
    window: Window,
    lists: Mapping[str, object],
) -> Bought:
    attribute, found = measured(measure, operator)
    return Bought(
        measure=cast("Measure", measure),
        operator=operator,
        value=read(attribute, found),
        window=window,
        products=_texts(lists.get("products")),
        categories=_texts(lists.get("categories")),
        sources=tuple(_number(one) for one in _texts(lists.get("sources"))),
    )


def _texts(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_VALUES:
        raise _unreadable()
    texts = [str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in raw]
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_TEXT and "\0" not in one for one in texts):
        raise _unreadable()
    return tuple(dict.fromkeys(texts))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63):
        raise _unreadable()
    return int(text)


def _window(raw: Mapping[str, Any]) -> Window:
    match raw.get("window"):
        case None:
            return ALWAYS
        case {"last_days": int() as days, **rest} if not rest and not isinstance(days, bool):
            return _last(days)
        case {"from": str() as low, "to": str() as high, **rest} if not rest:
            return _between(low, high)
    raise _unreadable()


def _window_text(window: Window) -> str:
    match window:
        case LastDays(days):
            return f"last_{days}"
        case Between(low, high):
            return f"{low.isoformat()}_{high.isoformat()}"
        case Always():
            return "always"


def _read_window(text: str) -> Window:
    if text in ("", "always"):
        return ALWAYS
    if last := _LAST.fullmatch(text):
        return _last(int(last[1]))
    if span := _SPAN.fullmatch(text):
        return _between(span[1], span[2])
    raise _unreadable()


def _last(days: int) -> LastDays:
    if not 0 <= days <= MOST_DAYS:
        raise _unreadable()
    return LastDays(days)


def _between(low: str, high: str) -> Between:
    try:
        window = Between(date.fromisoformat(low), date.fromisoformat(high))
    except ValueError:
        raise _unreadable() from None
    if window.from_day > window.to_day or len(low) != 10 or len(high) != 10:
        raise _unreadable()
    return window


def _pieces(separated: re.Pattern[str], text: str) -> list[str]:
    """The texts between separators, still escaped; the pattern also finds the nothing behind the last one."""
    found: list[str] = separated.findall(text)
    return found[:-1]


def _unescaped(text: str) -> str:
    return re.sub(r"~(.)", r"\1", text, flags=re.DOTALL)


def _unreadable() -> FilterError:
    return FilterError(
        _("What was bought needs a measure, a comparison and a value, then a window, products, categories or sources.")
    )
