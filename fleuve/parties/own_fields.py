"""Fields of the house among the attributes: lists, filters, exports and imports have them as soon as they exist."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Choice
from fleuve.parties.models import OwnField, OwnValue
from fleuve.parties.own_values import MILLIONTHS
from fleuve.parties.speaking import MANUAL

__all__ = ["own_attribute", "own_attributes", "standing_fields", "with_own_values"]

_COLUMN: Final = {"number": "number", "money": "number", "yes_no": "number", "link": "number", "date": "day"}
_ORDER: Final = 500
_GROUPABLE: Final = ("choice", "yes_no", "date")


def standing_fields() -> list[OwnField]:
    """The fields that are not in the trash, in their order."""
    return list(OwnField.objects.filter(removed_at=None).order_by("order", "id"))


def own_attributes() -> Iterable[Attribute]:
    """The provider of the registry: asked at each read, one small query."""
    return [own_attribute(one) for one in standing_fields()]


def own_attribute(one: OwnField) -> Attribute:
    """A field of the house as everybody meets it; answers that were removed are still found by filters."""
    column = f"own_{one.pk}"
    folded = f"{column}_folded" if one.type == OwnField.Type.TEXT else ""
    return Attribute(
        f"own_{one.key}",
        one.type,  # type: ignore[arg-type]
        one.label,
        "parties",
        path=column,
        column=column,
        folded=folded,
        folded_column=folded,
        choices=tuple(Choice(key, label) for key, label in one.answers.items()),
        order=_ORDER + one.order,
        help=one.help,
        personal=one.personal or None,  # type: ignore[arg-type]
        purpose=one.purpose,
        retention=one.retention,
        condition=lambda lookup, value: _condition(one, lookup, value),
        group=_("Own fields"),
        kept_in="own",
        field=str(one.pk),
        imports_as=f"own:{one.pk}",
        groupable=one.type in _GROUPABLE,
    )


def with_own_values(cards: QuerySet[Any], attributes: Iterable[Attribute]) -> QuerySet[Any]:
    """List rows with the spoken value of each field of the house under its path, for sorting and reading."""
    for attribute in attributes:
        if attribute.kept_in != "own":
            continue
        column = _COLUMN.get(attribute.type, "text")
        value: Any = Subquery(_spoken(int(attribute.field)).values(column)[:1])
        if attribute.type == "number":
            value = Cast(value, FloatField()) / Value(float(MILLIONTHS))
        cards = cards.annotate(**{attribute.sql_path: value})
        if attribute.folded:
            cards = cards.annotate(**{attribute.folded: Subquery(_spoken(int(attribute.field)).values("folded")[:1])})
    return cards


def _spoken(own_field: int) -> QuerySet[OwnValue]:
    """The values that a list row's records hold of a field, the one that speaks first."""
    by_hand = Case(When(record__source__key=MANUAL, then=Value(0)), default=Value(1), output_field=IntegerField())
    values = OwnValue.objects.filter(
        field=own_field, record__memberships__party=OuterRef("pk"), record__memberships__until_at__isnull=True
    )
    return values.order_by(by_hand, F("record_id").desc())


def _condition(one: OwnField, lookup: str, value: Any) -> Q:
    """One Django lookup on the value that speaks; false where there is none, never unknown."""
    column = _COLUMN.get(one.type, "folded" if one.type == OwnField.Type.TEXT else "text")
    speaking = OwnValue.objects.filter(pk=Subquery(_spoken_at_outer(one.pk)))
    if column in ("number", "day"):
        speaking = speaking.filter(**{f"{column}__isnull": False})
    else:
        speaking = speaking.exclude(text="")
    if lookup != "isnull":
        speaking = speaking.filter(_compared(one, column, lookup, value))
    return Q(Exists(speaking))


def _spoken_at_outer(own_field: int) -> QuerySet[Any]:
    """``_spoken`` from within another subquery: the list row stands two levels up."""
    by_hand = Case(When(record__source__key=MANUAL, then=Value(0)), default=Value(1), output_field=IntegerField())
    values = OwnValue.objects.filter(
        field=own_field,
        record__memberships__party=OuterRef(OuterRef("pk")),
        record__memberships__until_at__isnull=True,
    )
    return values.order_by(by_hand, F("record_id").desc()).values("pk")[:1]


def _compared(one: OwnField, column: str, lookup: str, value: Any) -> Q:
    if one.type == OwnField.Type.NUMBER:
        return _number_compared(lookup, value)
    if one.type == OwnField.Type.YES_NO:
        value = int(value)
    return Q(**{f"{column}__{lookup}": value})


def _number_compared(lookup: str, value: Any) -> Q:
    """Against whole millionths: a bound between two of them is moved to the lower one without changing the answer."""
    plain = value.value if isinstance(value, Value) else value
    if lookup == "in":
        return Q(number__in=[int(Decimal(str(one)) * MILLIONTHS) for one in plain])
    scaled = Decimal(str(plain)) * MILLIONTHS
    floor = int(scaled.to_integral_value(rounding="ROUND_FLOOR"))
    if scaled == floor:
        return Q(**{f"number__{lookup}": floor})
    return Q(number__in=[]) if lookup == "exact" else Q(number__gt=floor) if lookup[0] == "g" else Q(number__lte=floor)
