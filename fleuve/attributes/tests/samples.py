"""A small table of awkward rows, its attributes, and the naive meaning of every operator in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.db import models

from fleuve.attributes import All, Any_, Attribute, Choice, Is, Node, Not, Registry, pack_choices, unpack_choices
from fleuve.kernel.search_text import fold

TODAY: Final = date(2026, 3, 1)
_TAG_CHOICES: Final = (Choice("vip", "VIP"), Choice("vip_2", "VIP 2"))
ATTRIBUTES: Final = Registry(
    [
        Attribute("name", "text", "Name", "samples", folded="name_folded"),
        Attribute("code", "text", "Code", "samples"),
        Attribute("orders", "number", "Orders", "samples"),
        Attribute("rate", "number", "Rate", "samples"),
        Attribute("worth", "money", "Value", "samples", path="worth_minor", column="worth_minor"),
        Attribute("last_on", "date", "Last purchase", "samples"),
        Attribute("is_business", "yes_no", "Business", "samples"),
        Attribute("stage", "choice", "Stage", "samples", choices=(Choice("new", "New"), Choice("lost", "Lost"))),
        Attribute(
            "tags", "choices", "Tags", "samples", choices=lambda: [Choice("vip", "VIP"), Choice("vip_2", "VIP 2")]
        ),
    ]
)


class Sample(models.Model):
    """One row of the table; every column may be empty."""

    name = models.CharField(max_length=80, null=True)
    name_folded = models.CharField(max_length=80, null=True)
    code = models.CharField(max_length=80, null=True)
    orders = models.IntegerField(null=True)
    rate = models.FloatField(null=True)
    worth_minor = models.BigIntegerField(null=True)
    last_on = models.DateField(null=True)
    is_business = models.BooleanField(null=True)
    stage = models.CharField(max_length=16, null=True)
    tags = models.CharField(max_length=80, null=True)

    objects: ClassVar[models.Manager[Sample]] = models.Manager()

    class Meta:
        app_label = "samples"  # no installed app: nothing asks for its migrations


_NAMES = [
    None,
    "",
    " ",
    "Chloé",
    "CHLOE",
    "chloë & fils",
    "Straße",
    "STRASSE",
    "100 % bio_",
    "100 x bio-",
    "Ng",
    "İzmir",
]
_CODES = [None, "", "A1", "a1", "A_1", "é"]
_ORDERS = [None, -3, -1, 0, 1, 2, 7]
_RATES = [None, -1.5, -0.1, 0.0, 0.1, 1.5, 2.0]
_WORTHS = [None, -1050, 0, 1, 2000, 9_007_199_254_740_991]
_DAYS = [None, *(TODAY + timedelta(days=days) for days in (-400, -91, -90, -89, -1, 0, 1, 30, 31))]
_TAGS: list[str | None] = [None, "", pack_choices(["vip"]), pack_choices(["vip_2"]), pack_choices(["vip_2", "vip"])]


def _row(number: int) -> dict[str, Any]:
    """Columns turn at different speeds, so that 60 rows meet most pairs of values."""
    name = _NAMES[number % len(_NAMES)]
    return {
        "id": number + 1,
        "name": name,
        "name_folded": None if name is None else fold(name),
        "code": _CODES[number % len(_CODES)],
        "orders": _ORDERS[number % len(_ORDERS)],
        "rate": _RATES[(number * 3) % len(_RATES)],
        "worth_minor": _WORTHS[(number * 5 + number // 6) % len(_WORTHS)],
        "last_on": _DAYS[number % len(_DAYS)],
        "is_business": [None, True, False][(number + number // 3) % 3],
        "stage": [None, "", "new", "lost"][(number + number // 4) % 4],
        "tags": _TAGS[(number + number // 5) % len(_TAGS)],
    }


ROWS: Final = tuple(_row(number) for number in range(60))


def holds(node: Node, row: Mapping[str, Any]) -> bool:
    """Whether the row is in the filter, by reading the worked table of docs/rules/filters.md word for word."""
    match node:
        case All(parts):
            return all(holds(part, row) for part in parts)
        case Any_(parts):
            return any(holds(part, row) for part in parts)
        case Not(part):
            return not holds(part, row)
        case Is(key, operator, value):
            stored = row["worth_minor" if key == "worth" else key]
            if key == "name":
                stored = fold(stored or "")
                value = tuple(fold(str(one)) for one in value) if isinstance(value, tuple) else fold(str(value))
            return MEANINGS[operator](stored, value)
    raise LookupError(node)


_EMPTY: Final = (None, "")
MEANINGS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "is": lambda stored, value: stored == value,
    "is_not": lambda stored, value: stored != value,
    "is_one_of": lambda stored, value: stored in value,
    "is_none_of": lambda stored, value: stored not in value,
    "is_empty": lambda stored, value: stored in _EMPTY,
    "is_filled": lambda stored, value: stored not in _EMPTY,
    "contains": lambda stored, value: value in stored,
    "does_not_contain": lambda stored, value: value not in stored,
    "starts_with": lambda stored, value: stored.startswith(value),
    "at_least": lambda stored, value: stored is not None and stored >= value,
    "at_most": lambda stored, value: stored is not None and stored <= value,
    "more_than": lambda stored, value: stored is not None and stored > value,
    "less_than": lambda stored, value: stored is not None and stored < value,
    "between": lambda stored, value: stored is not None and value[0] <= stored <= value[1],
    "before": lambda stored, value: stored is not None and stored < value,
    "after": lambda stored, value: stored is not None and stored > value,
    "in_last_days": lambda stored, value: stored is not None and 0 <= (TODAY - stored).days <= value,
    "in_next_days": lambda stored, value: stored is not None and 0 <= (stored - TODAY).days <= value,
    "more_than_days_ago": lambda stored, value: stored is not None and (TODAY - stored).days > value,
    "has_any_of": lambda stored, value: bool(set(unpack_choices(stored)) & set(value)),
    "has_all_of": lambda stored, value: set(unpack_choices(stored)) >= set(value),
    "has_none_of": lambda stored, value: not set(unpack_choices(stored)) & set(value),
}
