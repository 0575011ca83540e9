"""Values of customers as JSON tells them, and back: one spelling for every attribute, declared or of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.api.errors import InvalidInput
from fleuve.api.schemas import money_of
from fleuve.attributes import Attribute, Registry, registry, unpack_choices
from fleuve.attributes.errors import UnknownAttribute, WrongValue
from fleuve.kernel.principal import Principal
from fleuve.parties.changing.edits import Target, targets_of
from fleuve.parties.contacts import reading_of
from fleuve.parties.form_fields import form_targets
from fleuve.parties.models import PartyCard, Tag
from fleuve.parties.own_fields import with_own_values
from fleuve.parties.queries import standing_values

__all__ = ["json_of", "rows_told", "told_customer", "typed_values"]

_LONGEST: Final = {"email": 320, "phone": 40}


def json_of(attribute: Attribute, value: Any, currency: str) -> Any:
    """A stored or typed value of an attribute as JSON; a blank is null."""
    if value is None or value == "" or value == ():
        return None
    match attribute.type:
        case "money":
            return money_of(int(value), currency)
        case "number":
            return int(value) if value == int(value) else float(value)
        case "date":
            return value.isoformat() if isinstance(value, date) else str(value)
        case "yes_no":
            return bool(value)
        case "choices":
            return list(unpack_choices(value)) if isinstance(value, str) else [str(one) for one in value]
        case "link":
            return str(value)
    return str(value)


def rows_told(ids: Iterable[int], attributes: Iterable[Attribute], principal: Principal) -> list[dict[str, Any]]:
    """Customers in the order of ``ids`` with these attributes, as they stand now; who is gone meanwhile is left out."""
    wanted, listed, currency = list(attributes), list(ids), organisation().currency
    seen = PartyCard.objects.visible_to(principal).filter(pk__in=listed).select_related("party")
    cards = {card.pk: card for card in with_own_values(seen, wanted)}
    return [
        {
            "id": str(pk),
            "version": cards[pk].party.version,
            "values": {one.key: json_of(one, getattr(cards[pk], one.sql_path), currency) for one in wanted},
        }
        for pk in listed
        if pk in cards
    ]


def told_customer(party_id: int, principal: Principal, attributes: Registry | None = None) -> dict[str, Any] | None:
    """One customer with everything that this principal may see; nothing when they are out of reach."""
    seen = [one for one in attributes or registry.visible_to(principal) if one.kept_in != "own"]
    found = rows_told([party_id], seen, principal)
    if not found:
        return None
    targets = form_targets(principal)
    standing = standing_values(party_id, targets)
    said = {key: _said(target, standing.values.get(key)) for key, target in targets.items()}
    return {**found[0], "version": standing.version, "values": {**found[0]["values"], **said}}


def _said(target: Target, value: Any) -> Any:
    if target.key == "kind" and value is None:
        return "unknown"
    return json_of(target.attribute, value, target.own.currency if target.own else organisation().currency)


def typed_values(
    values: Mapping[str, Any],
    principal: Principal,
    *,
    at: str = "body.values",
    targets: Mapping[str, Target] | None = None,
) -> dict[str, Any]:
    """What was sent as the writers of customers take it. Raises ``InvalidInput`` that names every field at fault.

    A field that the role may not change is refused as everywhere (``PermissionRefused``).
    """
    found: dict[str, Any] = {}
    faults: list[dict[str, str]] = []
    for key, value in values.items():
        try:
            target = (targets or {}).get(key) or targets_of([key], principal)[key]
            found[key] = target.checked(_typed(target, value, principal))
        except UnknownAttribute:
            # Without the names that look alike: one of them may be hidden from whoever asks, as this one may be.
            sentence = _("There is no attribute “%(key)s”.") % {"key": key[:80]}
            faults.append({"at": f"{at}.{key[:80]}", "reason": sentence})
        except WrongValue as refused:
            faults.append({"at": f"{at}.{key[:80]}", "reason": str(refused)})
    if faults:
        raise InvalidInput(
            _("Some values cannot be taken: “fields” says which, and why. Nothing was done."), fields=faults
        )
    return found


def _typed(target: Target, value: Any, principal: Principal) -> Any:
    """JSON to the type that the attribute is written with; the target checks what is left to check."""
    if value is None:
        return None
    attribute = target.attribute
    if target.place in ("owner", "tags"):
        return _owner(attribute, value) if target.place == "owner" else _tags(attribute, value)
    match attribute.type:
        case "money":
            return _money(target, value)
        case "date":
            return _day(attribute, value)
        case "link":
            return _link(attribute, value, principal)
        case "number":
            return Decimal(str(value)) if isinstance(value, float) else value
    if target.place == "detail":
        return _detail(target, value)
    if isinstance(value, str) and not value.strip():
        return None
    return value


def _wrong(attribute: Attribute, sentence: str, **more: object) -> WrongValue:
    return WrongValue(sentence % {"label": attribute.label, **more})


def _money(target: Target, value: Any) -> int:
    currency = target.own.currency if target.own else organisation().currency
    given = value if isinstance(value, Mapping) and value.keys() == {"minor", "currency"} else {}
    minor = given.get("minor")
    if isinstance(minor, int) and not isinstance(minor, bool) and given["currency"] == currency:
        return minor
    sentence = _('“%(label)s” takes an amount such as {"minor": 1250, "currency": "%(currency)s"}.')
    raise _wrong(target.attribute, sentence, currency=currency)


def _day(attribute: Attribute, value: Any) -> date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(attribute, _("“%(label)s” takes a day such as 2026-01-31."))


def _link(attribute: Attribute, value: Any, principal: Principal) -> int:
    number = _number(value)
    if number is None or not PartyCard.objects.visible_to(principal).filter(pk=number).exists():
        raise _wrong(attribute, _("“%(label)s” takes the id of a customer whom this key sees."))
    return number


def _owner(attribute: Attribute, value: Any) -> int:
    number = _number(value)
    if number is None or str(number) not in {choice.key for choice in attribute.offered}:
        raise _wrong(attribute, _("“%(label)s” takes the id of a colleague who has access."))
    return number


def _tags(attribute: Attribute, value: Any) -> tuple[int, ...]:
    numbers = [_number(one) for one in value] if isinstance(value, list) and len(value) <= 500 else [None]
    known = set(Tag.objects.filter(removed_at=None).values_list("pk", flat=True))
    if not set(numbers) <= known:
        raise _wrong(attribute, _("“%(label)s” takes a list of ids of tags: those under “tags”."))
    return tuple(sorted({one for one in numbers if one is not None}))


def _detail(target: Target, value: Any) -> str | None:
    """An address that could work: what a form refuses is refused here."""
    attribute, channel = target.attribute, target.name.removeprefix("detail:")
    if not isinstance(value, str) or len(value) > _LONGEST.get(target.key, 320):
        raise _wrong(attribute, _("“%(label)s” takes a text of an address or a number."))
    if not value.strip():
        return None
    if channel == "email" and not reading_of(channel, value, "", organisation().timezone).is_valid:
        raise _wrong(attribute, _("“%(label)s” takes an address such as name@example.org."))
    return value


def _number(value: Any) -> int | None:
    """The number of an id that was sent as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19 and int(value) < 2**63:
        return int(value)
    return None
