"""A filter as a sentence in the active language."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from django.utils.translation import get_language, gettext, ngettext

from fleuve.attributes.behaviour import measured
from fleuve.attributes.nodes import All, Always, Any_, Between, Bought, Is, LastDays, Node, Not, Scalar
from fleuve.attributes.operators import Operator
from fleuve.attributes.reading import known
from fleuve.attributes.registry import Attribute, Registry, registry
from fleuve.attributes.values import to_text

__all__ = ["describe"]


def describe(node: Node, attributes: Registry = registry, *, currency: str = "") -> str:
    """``Last purchase is more than 90 days ago and City is “Paris”``; whole sentences, translated."""
    match node:
        case All(()):
            return gettext("everyone")
        case Any_(()):
            return gettext("no one")
        case All(parts):
            return _joined([_part(part, attributes, currency) for part in parts], "standard")
        case Any_(parts):
            return _joined([_part(part, attributes, currency) for part in parts], "or")
        case Not(part):
            return gettext("not (%(condition)s)") % {"condition": describe(part, attributes, currency=currency)}
        case Is():
            return _condition(node, attributes, currency)
        case Bought():
            return _bought(node, currency)


def _part(node: Node, attributes: Registry, currency: str) -> str:
    sentence = describe(node, attributes, currency=currency)
    return f"({sentence})" if isinstance(node, All | Any_) and len(node.parts) > 1 else sentence


def _condition(leaf: Is, attributes: Registry, currency: str) -> str:
    attribute, operator = known(attributes, leaf.key, leaf.operator)
    shown = _shown(attribute, operator, leaf, currency)
    return str(operator.sentence) % {"label": attribute.label, **shown}


def _bought(leaf: Bought, currency: str) -> str:
    attribute, operator = measured(leaf.measure, leaf.operator)
    count = leaf.value[-1] if isinstance(leaf.value, tuple) else leaf.value
    few = 1 if count == 1 else 2
    if leaf.operator == "at_most" and leaf.value == 0:
        deed = gettext("did not buy")
    else:
        low, *rest = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        places = {"value": _value(attribute, low, currency)}  # type: ignore[arg-type]
        if rest:
            places["upper"] = _value(attribute, rest[0], currency)
        amount = _amounts()[operator.key] % places
        deed = _deeds(few)[leaf.measure] % {"amount": amount}
    sentence = _windowed(leaf, deed)
    things = [*leaf.products, *leaf.categories]
    if not things:
        return sentence
    return gettext("%(sentence)s: %(things)s") % {"sentence": sentence, "things": _joined(things, "or")}


def _amounts() -> dict[str, str]:
    return {
        "at_least": gettext("at least %(value)s"),
        "at_most": gettext("at most %(value)s"),
        "more_than": gettext("more than %(value)s"),
        "less_than": gettext("less than %(value)s"),
        "between": gettext("between %(value)s and %(upper)s"),
        "is": gettext("exactly %(value)s"),
        "is_not": gettext("other than %(value)s"),
    }


def _deeds(count: int) -> dict[str, str]:
    return {
        "times": ngettext("bought %(amount)s time", "bought %(amount)s times", count),
        "days": ngettext("bought on %(amount)s day", "bought on %(amount)s days", count),
        "money": gettext("spent %(amount)s"),
        "quantity": ngettext("bought %(amount)s piece", "bought %(amount)s pieces", count),
    }


def _windowed(leaf: Bought, deed: str) -> str:
    match leaf.window:
        case LastDays(days):
            sentence = ngettext("%(deed)s in the last %(count)s day", "%(deed)s in the last %(count)s days", days)
            return sentence % {"deed": deed, "count": format_decimal(days, locale=_locale())}
        case Between(low, high):
            shown = [format_date(day, format="medium", locale=_locale()) for day in (low, high)]
            return gettext("%(deed)s from %(from)s to %(to)s") % {"deed": deed, "from": shown[0], "to": shown[1]}
        case Always():
            return deed


def _shown(attribute: Attribute, operator: Operator, leaf: Is, currency: str) -> dict[str, str]:
    if operator.takes == "days" and isinstance(leaf.value, int):
        days = format_decimal(leaf.value, locale=_locale())
        return {"value": ngettext("%(count)s day", "%(count)s days", leaf.value) % {"count": days}}
    if not isinstance(leaf.value, tuple):
        return {} if leaf.value is None else {"value": _value(attribute, leaf.value, currency)}
    attribute = attribute.settled()
    values = [_value(attribute, one, currency) for one in leaf.value]
    if operator.takes == "two":
        return {"value": values[0], "upper": values[1]}
    return {"value": _joined(values, "standard" if operator.key == "has_all_of" else "or")}


def _value(attribute: Attribute, value: Scalar, currency: str) -> str:
    locale = _locale()
    match attribute.type:
        case "date":
            return format_date(value, format="medium", locale=locale)  # type: ignore[arg-type]
        case "money" if currency:
            return format_currency(to_text(attribute, value, currency), currency, locale=locale)
        case "money":
            return format_decimal(to_text(attribute, value), format="#,##0.00", locale=locale)
        case "number":
            return format_decimal(value, format="#,##0.###", locale=locale)  # type: ignore[arg-type]
        case "yes_no":
            return gettext("yes") if value else gettext("no")
        case "text":
            return gettext("“%(text)s”") % {"text": value}
    return next((str(choice.label) for choice in attribute.offered if choice.key == str(value)), str(value))


def _joined(sentences: Sequence[str], style: str) -> str:
    return format_list(sentences, style=style, locale=_locale())  # type: ignore[arg-type]


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
