"""Values of own fields: from what was typed to what is stored, and back without a loss.

Numbers are stored in millionths and money in minor units, both whole: fractions would neither compare alike on both
databases nor come back byte for byte. The worked table is in ``docs/rules/own-fields.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from fleuve.attributes import pack_choices, unpack_choices
from fleuve.attributes.errors import WrongValue
from fleuve.changes.rules import as_stored, read_stored
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.search_text import fold

__all__ = [
    "EMPTIED",
    "LONGEST_TEXT",
    "MILLIONTHS",
    "MOST",
    "FieldShape",
    "OwnStored",
    "checked",
    "read_typed",
    "stored_of",
    "stored_of_journal",
    "told_to_journal",
    "typed_of",
    "write_typed",
]

LONGEST_TEXT: Final = 2000
MILLIONTHS: Final = 1_000_000
MOST: Final = 9_200_000_000_000
"""The largest number of an own field, either side of zero: in millionths it fits 64 bits."""

_MOST_MINOR: Final = 2**53 - 1
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "oui", "o", "vrai", "ja", "si"})
_NO: Final = frozenset({"no", "n", "false", "0", "non", "faux", "nein"})
_FRENCH_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_SPACES: Final = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'"))


@dataclass(frozen=True)
class OwnStored:
    """The four columns of a stored value; all blank when the field was emptied by hand."""

    text: str = ""
    folded: str = ""
    number: int | None = None
    day: date | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it says that there is nothing."""
        return self == EMPTIED


EMPTIED: Final = OwnStored()


@dataclass(frozen=True)
class FieldShape:
    """What reading a value needs to know of its field: type, name, currency, and the answers by key (open ones)."""

    type: str
    label: str
    currency: str = ""
    choices: Mapping[str, str] | None = None

    @property
    def exponent(self) -> int:
        """Decimals of the field's currency."""
        return minor_exponent(self.currency) if self.currency else 2


def read_typed(shape: FieldShape, text: str) -> Any:
    """The value of what a person typed or a file holds; nothing for a blank. A link is read by its number only."""
    text = text.strip()
    if not text:
        return None
    match shape.type:
        case "number" | "money":
            amount = _decimal(shape, text)
            return checked(shape, int(amount.scaleb(shape.exponent)) if _is_minor(shape, amount) else amount)
        case "date":
            return _day(shape, text)
        case "yes_no":
            folded = fold(text)
            if folded not in _YES | _NO:
                raise _wrong(shape, _("“%(label)s” takes yes or no."))
            return folded in _YES
        case "choice":
            return _choice(shape, text)
        case "choices":
            parts = [part for part in re.split(r"[;|]", text) if part.strip()]
            return checked(shape, tuple(_choice(shape, part) for part in parts))
        case "link":
            return checked(shape, int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text)
        case _:
            return checked(shape, text)


def checked(shape: FieldShape, value: Any) -> Any:
    """The typed value when the field can hold it, else a sentence that says what it takes; nothing stays nothing."""
    if value is None or value == "" or value == ():
        return None
    return _CHECKS[shape.type](shape, value)


def write_typed(shape: FieldShape, value: Any) -> str:
    """The text that ``read_typed`` reads back as the same value: a form's field, a cell of an export."""
    if value is None:
        return ""
    match shape.type:
        case "money":
            return format(Decimal(value).scaleb(-shape.exponent), "f")
        case "number":
            return format(_trimmed(Decimal(value)), "f")
        case "date":
            return str(value.isoformat())
        case "yes_no":
            return "yes" if value else "no"
        case "choice":
            return (shape.choices or {}).get(value, value)
        case "choices":
            return "; ".join((shape.choices or {}).get(one, one) for one in value)
    return str(value)


def stored_of(shape: FieldShape, value: Any) -> OwnStored:
    """The columns of a checked value."""
    if value is None:
        return EMPTIED
    match shape.type:
        case "number":
            return OwnStored(number=int((Decimal(value) * MILLIONTHS).to_integral_value()))
        case "money" | "link":
            return OwnStored(number=value)
        case "yes_no":
            return OwnStored(number=int(value))
        case "date":
            return OwnStored(day=value)
        case "choices":
            packed = pack_choices(value)
            return OwnStored(text=packed, folded=packed[:240])
        case "choice":
            return OwnStored(text=value, folded=value)
    return OwnStored(text=value, folded=fold(value)[:240])


def typed_of(shape: FieldShape, stored: OwnStored | None) -> Any:
    """The value of stored columns; nothing when there is none."""
    if stored is None or stored.is_blank:
        return None
    match shape.type:
        case "number":
            return None if stored.number is None else _trimmed(Decimal(stored.number) / MILLIONTHS)
        case "money" | "link":
            return stored.number
        case "yes_no":
            return None if stored.number is None else bool(stored.number)
        case "date":
            return stored.day
        case "choices":
            return unpack_choices(stored.text)
    return stored.text


def told_to_journal(shape: FieldShape, stored: OwnStored | None) -> str | None:
    """A stored value as the journal spells it; no row is nothing, an emptied one is an empty text."""
    if stored is None:
        return None
    if stored.is_blank:
        return as_stored("")
    if shape.type == "date":
        return as_stored(stored.day)
    return as_stored(stored.text if shape.type in ("text", "choice", "choices") else stored.number)


def stored_of_journal(shape: FieldShape, told: str | None) -> OwnStored | None:
    """What ``told_to_journal`` spelled, exactly."""
    value = read_stored(told)
    if value is None:
        return None
    if value == "":
        return EMPTIED
    match shape.type:
        case "date":
            return OwnStored(day=date.fromisoformat(value))
        case "number" | "money" | "yes_no" | "link":
            return OwnStored(number=value)
        case "text":
            return OwnStored(text=value, folded=fold(value)[:240])
    return OwnStored(text=value, folded=value[:240])


def _wrong(shape: FieldShape, sentence: str, **values: object) -> WrongValue:
    error = WrongValue(sentence % {"label": shape.label, **values})
    error.values = dict(values)
    return error


def _is_minor(shape: FieldShape, amount: Decimal) -> bool:
    if shape.type != "money":
        return False
    if amount.scaleb(shape.exponent) != amount.scaleb(shape.exponent).to_integral_value():
        raise _wrong(shape, _("“%(label)s” takes at most %(most)s decimals."), most=shape.exponent)
    return True


def _decimal(shape: FieldShape, text: str) -> Decimal:
    """A number as people write it: spaces between thousands, a comma or a point for decimals, never both meanings."""
    plain = text.translate(_SPACES)
    if "," in plain and "." in plain:
        last, other = (",", ".") if plain.rindex(",") > plain.rindex(".") else (".", ",")
        plain = plain.replace(other, "") if plain.count(last) == 1 else ""
        plain = plain.replace(last, ".")
    try:
        amount = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > MOST:
        raise _wrong(shape, _("“%(label)s” takes a number from %(least)s to %(most)s."), least=-MOST, most=MOST)
    return amount


def _day(shape: FieldShape, text: str) -> date:
    written = _FRENCH_DAY.fullmatch(text)
    try:
        found = date(*(int(part) for part in reversed(written.groups()))) if written else parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise _wrong(shape, _("“%(label)s” takes a day such as 2026-01-31 or 31/01/2026."))
    return found


def _choice(shape: FieldShape, text: str) -> str:
    wanted = fold(text)
    for key, label in (shape.choices or {}).items():
        if wanted in (key, fold(label)):
            return key
    raise _no_answer(shape, text)


def _no_answer(shape: FieldShape, text: object) -> WrongValue:
    listed = ", ".join(list((shape.choices or {}).values())[:20])
    sentence = _("“%(label)s” has no answer “%(given)s”. It has: %(listed)s.")
    return _wrong(shape, sentence, given=str(text)[:80], listed=listed)


def _check_text(shape: FieldShape, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(shape, _("“%(label)s” takes a text."))
    if len(value) > LONGEST_TEXT:
        raise _wrong(shape, _("“%(label)s” takes at most %(most)s characters."), most=LONGEST_TEXT)
    if "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise _wrong(shape, _("“%(label)s” was given a text with characters that cannot be stored."))
    return value


def _check_number(shape: FieldShape, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _wrong(shape, _("“%(label)s” takes a number."))
    amount = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not amount.is_finite() or abs(amount) > MOST:
        raise _wrong(shape, _("“%(label)s” takes a number from %(least)s to %(most)s."), least=-MOST, most=MOST)
    if (amount * MILLIONTHS) % 1:
        raise _wrong(shape, _("“%(label)s” takes at most %(most)s decimals."), most=6)
    return _trimmed(amount)


def _check_money(shape: FieldShape, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MOST_MINOR:
        raise _wrong(shape, _("“%(label)s” takes an amount in whole cents."))
    return value


def _check_day(shape: FieldShape, value: Any) -> date:
    if isinstance(value, str):
        return _day(shape, value)
    if not isinstance(value, date):
        raise _wrong(shape, _("“%(label)s” takes a day such as 2026-01-31 or 31/01/2026."))
    return date(value.year, value.month, value.day)


def _check_yes_no(shape: FieldShape, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(shape, _("“%(label)s” takes yes or no."))
    return value


def _check_choice(shape: FieldShape, value: Any) -> str:
    if not isinstance(value, str) or value not in (shape.choices or {}):
        raise _no_answer(shape, value)
    return value


def _check_choices(shape: FieldShape, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence | frozenset | set):
        raise _wrong(shape, _("“%(label)s” takes a list of answers."))
    return tuple(sorted({_check_choice(shape, one) for one in _each(value)}))


def _each(value: Iterable[Any]) -> list[Any]:
    return list(value)


def _check_link(shape: FieldShape, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise _wrong(shape, _("“%(label)s” takes the number of a customer."))
    return value


def _trimmed(amount: Decimal) -> Decimal:
    """Without superfluous zeros, and never in powers of ten."""
    whole = amount.to_integral_value()
    return whole.quantize(Decimal(1)) if amount == whole else amount.normalize()


_CHECKS: Final[dict[str, Any]] = {
    "text": _check_text,
    "number": _check_number,
    "money": _check_money,
    "date": _check_day,
    "yes_no": _check_yes_no,
    "choice": _check_choice,
    "choices": _check_choices,
    "link": _check_link,
}
