"""Many customers in one request: each row is found or not, and then created, changed, left or refused by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.api.errors import InvalidInput
from fleuve.changes.rules import Origin
from fleuve.kernel.errors import FleuveError
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions import Edit, change_customers, create_customer
from fleuve.parties.api.schemas import UpsertIn
from fleuve.parties.api.values import typed_values
from fleuve.parties.changing.edits import Target, targets_of
from fleuve.parties.contacts import reading_of
from fleuve.parties.errors import PartiesError
from fleuve.parties.models import Membership, PartyCard, Record
from fleuve.parties.queries import parties_sharing, standing_values
from fleuve.parties.rules import identifier_hash

__all__ = ["upsert"]

# A write keeps others waiting on the embedded database: so many rows at once, then somebody else's turn.
_AT_ONCE: Final = 20
_COLUMNS: Final = ("legal_id", "vat_number")


@dataclass
class _Batch:
    """One request: what it asks, who asks, and what each key of a value is."""

    asked: UpsertIn
    origin: Origin
    by: Principal
    targets: dict[str, Target] = field(default_factory=dict)


def upsert(asked: UpsertIn, origin: Origin, *, by: Principal) -> dict[str, Any]:
    """Every row in order. What one row does is seen by the next: the same customer twice is created once."""
    require(by, "write")
    batch = _Batch(asked, origin, by)
    _read_keys(batch)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(asked.customers), _AT_ONCE):
        with transaction.atomic():
            for place, values in enumerate(asked.customers[start : start + _AT_ONCE], start):
                rows.append({"row": place, **_row(batch, values)})
    counts = Counter(row["outcome"] for row in rows)
    return {name: counts[name] for name in ("created", "updated", "unchanged", "refused")} | {"rows": rows}


def _read_keys(batch: _Batch) -> None:
    """What the values are, once for all rows; unknown ones are refused row by row, with their sentence."""
    keys = {key for values in batch.asked.customers for key in values} - {"customer_number"}
    for key in sorted(keys)[:500]:
        try:
            batch.targets |= targets_of([key], batch.by)
        except FleuveError:
            continue


def _row(batch: _Batch, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return _done(batch, values)
    except InvalidInput as refused:
        first = refused.fields[0] if refused.fields else {"at": "", "reason": str(refused)}
        return {"outcome": "refused", "code": "value_wrong", "reason": first["reason"], "at": first["at"]}
    except FleuveError as refused:
        return {"outcome": "refused", "code": refused.code, "reason": str(refused)}


def _done(batch: _Batch, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in values.items() if key != "customer_number"}
    number = values.get("customer_number") or ""
    if not isinstance(number, str) or len(number) > 160:
        sentence = _("“customer_number” takes a text of at most 160 characters.")
        raise InvalidInput(sentence, fields=[{"at": "customer_number", "reason": sentence}])
    typed = typed_values(given, batch.by, at="values", targets=batch.targets)
    found = _found(batch, {**typed, "customer_number": number.strip()})
    if found is None:
        return _created(batch, typed, number)
    return _changed(batch, found, typed)


def _created(batch: _Batch, typed: Mapping[str, Any], number: str) -> dict[str, Any]:
    if not batch.asked.create:
        raise PartiesError(_("Nobody has these keys, and “create” is off."), code="not_found")
    party = create_customer(values=typed, customer_number=number, origin=batch.origin, by=batch.by, at=timezone.now())
    return {"outcome": "created", "id": str(party.pk), "version": party.version}


def _changed(batch: _Batch, party: int, typed: Mapping[str, Any]) -> dict[str, Any]:
    told = {"id": str(party)}
    if not batch.asked.update:
        return {"outcome": "unchanged", **told}
    filling = {key for key, rule in batch.asked.rules.items() if rule == "fill"} & typed.keys()
    if filling:
        stands = standing_values(party, {key: batch.targets[key] for key in filling}).values
        typed = {key: value for key, value in typed.items() if key not in filling or stands.get(key) in (None, "", ())}
    edits = [Edit(party, key, value) for key, value in typed.items()]
    if not edits:
        return {"outcome": "unchanged", **told}
    done = change_customers(edits=edits, origin=batch.origin, by=batch.by, at=timezone.now())
    if party not in done.versions:
        return {"outcome": "unchanged", **told}
    return {"outcome": "updated", **told, "version": done.versions[party]}


def _found(batch: _Batch, values: Mapping[str, Any]) -> int | None:
    """The one customer within reach who has the first of the keys that anybody has."""
    for key in batch.asked.match:
        value = values.get(key)
        if not value:
            continue
        seen = PartyCard.objects.visible_to(batch.by).filter(pk__in=_having(key, str(value), values))
        parties = list(seen.order_by("pk").values_list("pk", flat=True)[:2])
        if len(parties) > 1:
            sentence = _("Several customers have this “%(key)s”. Send a key that only one of them has.")
            raise PartiesError(sentence % {"key": key}, code="ambiguous")
        if parties:
            return int(parties[0])
    return None


def _having(key: str, value: str, values: Mapping[str, Any]) -> Any:
    if key == "customer_number":
        return PartyCard.objects.filter(customer_number=value).values("pk")
    if key in _COLUMNS:
        records = Record.objects.filter(**{key: value})
        return Membership.objects.filter(record__in=records, until_at=None).values("party_id")
    reading = reading_of(key, value, str(values.get("country") or ""), organisation().timezone)
    return parties_sharing([identifier_hash(key, reading.normal)]) if reading.normal else []
