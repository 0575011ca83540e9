"""Awkward list rows, and the naive meaning of every question in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cmp_to_key
from typing import Any, Final

from fleuve.attributes import All, Any_, Attribute, Is, Node, Not, registry
from fleuve.attributes.tests.samples import MEANINGS, TODAY
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal
from fleuve.kernel.search_text import fold
from fleuve.parties.models import Party, PartyCard

__all__ = ["NOW", "card_attributes", "card_values", "expected", "in_order", "make_cards", "seen_by", "stored"]

NOW: Final = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
_NAMES: Final = ("", "Chloé", "CHLOE & fils", "É", "e-f", "ef", "E f", 'say "hi"', "a,b", "two\nlines", "Ng", "Ng")
_NUMBERS: Final = (None, 0, 1, 2, 7, 7)
_MONEY: Final = (None, -1_050, 0, 1, 2_000, 2_000, 9_007_199_254_740_991)
_RATES: Final = (None, 0.0, 0.1 + 0.2, 1 / 3, 0.5, 0.5, 1.0)
_DAYS: Final = (None, *(TODAY + timedelta(days=days) for days in (-400, -91, -90, -89, -1, 0, 0, 31)))
_STAGES: Final = ("", "active", "slipping", "lost", "new", "one_time")


def card_values(number: int) -> dict[str, Any]:
    """The columns of a list row, turning at different speeds so that few rows meet most pairs of values."""
    name = _NAMES[number % len(_NAMES)]
    money = _MONEY[(number * 5 + number // 6) % len(_MONEY)]
    return {
        "name": name,
        "name_folded": fold(name),
        "customer_number": ("", "A1", "a1", "A_1", "12")[number % 5],
        "kind": ("person", "organisation", "unknown")[number % 3],
        "special": ("", "staff")[number % 7 == 0],
        "country": ("", "France", "Belgique", "España")[(number // 2) % 4],
        "city": ("", "Paris", "Évreux")[number % 3],
        "may_email": number % 2 == 0,
        "may_phone": number % 3 == 0,
        "has_refusal": number % 5 == 0,
        "search_text": fold(f"{name} {('', 'a1', '12')[number % 3]}"),
        "contact_text": ("", "75012 chloe@example.org", "+33199001234")[number % 3],
        "owner_id": (None, 1, 2, 3)[(number + number // 4) % 4],
        "tags": ("", "|1|", "|1|2|", "|12|")[(number // 3) % 4],
        "stage": _STAGES[number % len(_STAGES)],
        "band": (None, 0, 1, 2, 5)[number % 5],
        "purchase_days": number % 4,
        "first_purchase_on": _DAYS[(number * 2) % len(_DAYS)],
        "last_purchase_on": _DAYS[number % len(_DAYS)],
        "revenue_total": money or 0,
        "value": money,
        "at_stake": max(money or 0, 0) % 5_000,
        "usual_gap_days": _RATES[(number * 3) % len(_RATES)],
        "probability_active": _RATES[number % len(_RATES)],
        "silent_days": _NUMBERS[number % len(_NUMBERS)],
        "is_slipping": number % 4 == 1,
        "is_removed": number % 11 == 10,
        "updated_at": NOW,
    }


def make_cards(numbers: Iterable[int]) -> list[int]:
    """List rows with the values of these numbers; their parties in the same order."""
    wanted = list(numbers)
    ids = new_ids(len(wanted))
    Party.objects.bulk_create(Party(id=party, created_at=NOW) for party in ids)
    PartyCard.objects.bulk_create(
        PartyCard(party_id=party, **card_values(number)) for party, number in zip(ids, wanted, strict=True)
    )
    return ids


def stored() -> list[dict[str, Any]]:
    """Every list row as it stands in the database."""
    return [dict(row) for row in PartyCard.objects.order_by("pk").values()]


def card_attributes() -> tuple[Attribute, ...]:
    """The attributes that lie on the list row itself."""
    columns = {field.name for field in PartyCard._meta.concrete_fields}
    return tuple(one for one in registry.declared() if one.sql_path in columns)


def seen_by(principal: Principal, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows within reach and not in the trash."""
    return [row for row in rows if not row["is_removed"] and principal.is_within(principal.read_reach, row["owner_id"])]


def expected(node: Node, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows for which the filter holds."""
    return [row for row in rows if _holds(node, row)]


def in_order(rows: Iterable[Mapping[str, Any]], key: str, *, descending: bool) -> list[int]:
    """The parties in the order of a list: by the attribute, then by id; without a value last."""
    attribute = registry.get(key)

    def compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
        left, right = _sorted_by(attribute, one), _sorted_by(attribute, other)
        if (left is None) != (right is None):
            return 1 if left is None else -1
        pair = ((one["party_id"], other["party_id"]), (left, right))[left != right]
        return (-1 if pair[0] < pair[1] else 1) * (-1 if descending else 1)

    return [row["party_id"] for row in sorted(rows, key=cmp_to_key(compare))]


def _sorted_by(attribute: Attribute, row: Mapping[str, Any]) -> Any:
    value = row[attribute.folded or attribute.sql_path]
    if attribute.type == "choice" and not callable(attribute.choices):
        keys = [choice.key for choice in attribute.choices]
        return keys.index(value) if value in keys else None
    if isinstance(value, str):
        return value.encode() or None
    return value


def _holds(node: Node, row: Mapping[str, Any]) -> bool:
    match node:
        case All(parts):
            return all(_holds(part, row) for part in parts)
        case Any_(parts):
            return any(_holds(part, row) for part in parts)
        case Not(part):
            return not _holds(part, row)
        case Is(key, operator, value):
            attribute = registry.get(key)
            given = _folded(value) if attribute.folded else value
            return bool(MEANINGS[operator](row[attribute.folded or attribute.sql_path], given))
    raise LookupError(node)


def _folded(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(fold(one) for one in value)
    return fold(value) if isinstance(value, str) else value


def some_days() -> tuple[date, ...]:
    """Days that rows have."""
    return tuple(day for day in _DAYS if day is not None)
