"""Reading one value strictly: from JSON (already typed) and from text that a person typed or a link carries."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from fleuve.attributes.errors import WrongValue
from fleuve.attributes.nodes import Scalar, Value
from fleuve.attributes.operators import Operator
from fleuve.attributes.registry import Attribute
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.search_text import fold

__all__ = ["LONGEST_TEXT", "MOST_DAYS", "MOST_VALUES", "exponent", "read_texts", "read_value", "to_text"]

LONGEST_TEXT: Final = 200
MOST_VALUES: Final = 500
MOST_DAYS: Final = 36_600
_LARGEST: Final = 2**53 - 1  # beyond, a number is no longer itself once it has been a float
_YES_NO: Final = {"yes": True, "no": False}


def read_value(attribute: Attribute, operator: Operator, raw: object) -> Value:
    """The typed value of a JSON one, or a sentence that says what the operator takes."""
    match operator.takes:
        case "nothing":
            if raw is not None:
                raise _wrong(attribute, _("“%(label)s” with “%(operator)s” takes no value."), operator=operator.key)
            return None
        case "days":
            return _days(attribute, raw)
        case "one":
            return _scalar(attribute, raw)
        case "two":
            return _range(attribute, raw)
        case "several":
            return _several(attribute.settled(), raw)


def read_texts(attribute: Attribute, operator: Operator, texts: Sequence[str], currency: str = "") -> Value:
    """The typed value of what was typed: one text per value, money in major units, a comma or a point for decimals."""
    kept = [text.strip() for text in texts if text.strip()]
    if operator.takes == "nothing":
        return read_value(attribute, operator, kept or None)
    if operator.takes == "days":
        return read_value(attribute, operator, _whole(kept[0]) if len(kept) == 1 else None)
    typed = [_from_text(attribute, text, currency) for text in kept]
    if operator.takes == "one":
        return read_value(attribute, operator, typed[0] if len(typed) == 1 else None)
    return read_value(attribute, operator, typed)


def to_text(attribute: Attribute, value: Scalar, currency: str = "") -> str:
    """The text that ``read_texts`` reads back as the same value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if attribute.type == "money" and isinstance(value, int):
        return format(Decimal(value).scaleb(-exponent(currency)), "f")
    return str(value)


def exponent(currency: str) -> int:
    """Decimals of the reporting currency; two while it is not known."""
    return minor_exponent(currency) if currency else 2


def _wrong(attribute: Attribute, sentence: str, **values: object) -> WrongValue:
    shown = {"label": str(attribute.label), **values}
    error = WrongValue(sentence % shown)
    error.values = {"key": attribute.key, **values}
    return error


def _scalar(attribute: Attribute, raw: object) -> Scalar:
    return _READERS[attribute.type](attribute, raw)


def _range(attribute: Attribute, raw: object) -> tuple[Scalar, Scalar]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise _wrong(attribute, _("“%(label)s” is between takes two values, the lower one first."))
    low, high = _scalar(attribute, raw[0]), _scalar(attribute, raw[1])
    if low > high:  # type: ignore[operator]
        raise _wrong(attribute, _("“%(label)s” is between takes the lower value first."))
    return low, high


def _several(attribute: Attribute, raw: object) -> tuple[Scalar, ...]:
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST_VALUES:
        raise _wrong(attribute, _("“%(label)s” takes from 1 to %(most)s values here."), most=MOST_VALUES)
    return tuple(dict.fromkeys(_scalar(attribute, one) for one in raw))


def _days(attribute: Attribute, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_DAYS:
        raise _wrong(attribute, _("“%(label)s” takes a whole number of days from 0 to %(most)s."), most=MOST_DAYS)
    return raw


def _text(attribute: Attribute, raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or (attribute.folded and not fold(raw)):
        raise _wrong(attribute, _("“%(label)s” takes a text; for no text, choose “is empty”."))
    if len(raw) > LONGEST_TEXT:
        raise _wrong(attribute, _("“%(label)s” takes at most %(most)s characters."), most=LONGEST_TEXT)
    if "\0" in raw or any(0xD800 <= ord(letter) <= 0xDFFF for letter in raw):
        raise _wrong(attribute, _("“%(label)s” was given a text with characters that cannot be stored."))
    return raw.strip()


def _choice(attribute: Attribute, raw: object) -> str:
    text = _text(attribute, raw)
    keys = [choice.key for choice in attribute.offered]
    if keys and text not in keys:
        listed = ", ".join(keys[:20])
        raise _wrong(
            attribute, _("“%(label)s” has no answer “%(given)s”. It has: %(listed)s."), given=text, listed=listed
        )
    return text


def _number(attribute: Attribute, raw: object) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw) or abs(raw) > _LARGEST:
        raise _wrong(attribute, _("“%(label)s” takes a number."))
    return int(raw) if raw == int(raw) else raw


def _money(attribute: Attribute, raw: object) -> int:
    amount = _number(attribute, raw)
    if not isinstance(amount, int):
        raise _wrong(attribute, _("“%(label)s” takes an amount in whole cents."))
    return amount


def _day(attribute: Attribute, raw: object) -> date:
    try:
        if isinstance(raw, str) and len(raw) == 10:
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise _wrong(attribute, _("“%(label)s” takes a day such as 2026-01-31."))


def _yes_no(attribute: Attribute, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _wrong(attribute, _("“%(label)s” takes yes or no."))
    return raw


def _link(attribute: Attribute, raw: object) -> int:
    number = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 20 else raw
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63:
        raise _wrong(attribute, _("“%(label)s” takes the number of a customer."))
    return number


_READERS: Final[dict[str, Callable[[Attribute, object], Scalar]]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _day,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choice,
    "link": _link,
}


def _whole(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _from_text(attribute: Attribute, text: str, currency: str) -> object:
    """What JSON would have carried; a text that is none of it is left for the strict reader to refuse."""
    if attribute.type == "yes_no":
        return _YES_NO.get(text.lower(), text)
    if attribute.type not in ("number", "money"):
        return text
    try:
        amount = Decimal(text.replace("\u202f", "").replace("\xa0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return text
    if not amount.is_finite() or abs(amount) > _LARGEST:
        return text
    if attribute.type == "money":
        amount = amount.scaleb(exponent(currency))
    return int(amount) if amount == amount.to_integral_value() else float(amount)
