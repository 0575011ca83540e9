"""The operators of each type: what people read, what value each takes, and nothing else.

The meaning of an operator is in ``lowering``; the worked table is in ``docs/rules/filters.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

from fleuve.attributes.registry import Attribute, AttributeType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["Operator", "Takes", "operator_of", "operators_of"]

Takes: TypeAlias = Literal["nothing", "one", "two", "several", "days"]


@dataclass(frozen=True)
class Operator:
    """``takes``: no value, one of the attribute's type, two (a closed range), several, or a whole number of days.

    ``sentence`` says the whole condition with the places ``%(label)s``, ``%(value)s`` and, for two, ``%(upper)s``.
    """

    key: str
    label: StrOrPromise
    takes: Takes
    sentence: StrOrPromise


_IS: Final = Operator("is", _("is"), "one", _("%(label)s is %(value)s"))
_IS_NOT: Final = Operator("is_not", _("is not"), "one", _("%(label)s is not %(value)s"))
_ONE_OF: Final = Operator("is_one_of", _("is one of"), "several", _("%(label)s is one of %(value)s"))
_NONE_OF: Final = Operator("is_none_of", _("is none of"), "several", _("%(label)s is none of %(value)s"))
_EMPTY: Final = Operator("is_empty", _("is empty"), "nothing", _("%(label)s is empty"))
_FILLED: Final = Operator("is_filled", _("is filled in"), "nothing", _("%(label)s is filled in"))
_BETWEEN: Final = Operator("between", _("is between"), "two", _("%(label)s is between %(value)s and %(upper)s"))

_EXACT_TEXT: Final = (_IS, _IS_NOT, _ONE_OF, _NONE_OF)
_FOLDED_TEXT: Final = (
    Operator("contains", _("contains"), "one", _("%(label)s contains %(value)s")),
    Operator("does_not_contain", _("does not contain"), "one", _("%(label)s does not contain %(value)s")),
    Operator("starts_with", _("starts with"), "one", _("%(label)s starts with %(value)s")),
)
_AMOUNT: Final = (
    Operator("at_least", _("is at least"), "one", _("%(label)s is at least %(value)s")),
    Operator("at_most", _("is at most"), "one", _("%(label)s is at most %(value)s")),
    Operator("more_than", _("is more than"), "one", _("%(label)s is more than %(value)s")),
    Operator("less_than", _("is less than"), "one", _("%(label)s is less than %(value)s")),
    _BETWEEN,
    _IS,
    _IS_NOT,
)
_DAY: Final = (
    Operator("in_last_days", _("is in the last … days"), "days", _("%(label)s is in the last %(value)s")),
    Operator("more_than_days_ago", _("is more than … days ago"), "days", _("%(label)s is more than %(value)s ago")),
    Operator("in_next_days", _("is in the next … days"), "days", _("%(label)s is in the next %(value)s")),
    Operator("before", _("is before"), "one", _("%(label)s is before %(value)s")),
    Operator("after", _("is after"), "one", _("%(label)s is after %(value)s")),
    _BETWEEN,
    _IS,
    _IS_NOT,
)
_SEVERAL: Final = (
    Operator("has_any_of", _("has any of"), "several", _("%(label)s has any of %(value)s")),
    Operator("has_all_of", _("has all of"), "several", _("%(label)s has all of %(value)s")),
    Operator("has_none_of", _("has none of"), "several", _("%(label)s has none of %(value)s")),
)
_PRESENCE: Final = (_EMPTY, _FILLED)
_BY_TYPE: Final[dict[AttributeType, tuple[Operator, ...]]] = {
    "text": _EXACT_TEXT + _PRESENCE,
    "number": _AMOUNT + _PRESENCE,
    "money": _AMOUNT + _PRESENCE,
    "date": _DAY + _PRESENCE,
    "yes_no": (_IS, *_PRESENCE),
    "choice": _EXACT_TEXT + _PRESENCE,
    "choices": _SEVERAL + _PRESENCE,
    "link": (_IS, _IS_NOT, _ONE_OF, *_PRESENCE),
}


def operators_of(attribute: Attribute) -> tuple[Operator, ...]:
    """The operators of an attribute, the most useful first."""
    exact = _BY_TYPE[attribute.type]
    return _FOLDED_TEXT + exact if attribute.type == "text" and attribute.folded else exact


def operator_of(attribute: Attribute, key: str) -> Operator | None:
    """One operator of an attribute, or nothing."""
    return next((one for one in operators_of(attribute) if one.key == key), None)
