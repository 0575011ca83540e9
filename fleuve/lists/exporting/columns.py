"""Columns of a file: from the values of a list row to what a reader of the file gets, a whole batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from fleuve.attributes import Attribute, unpack_choices
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import Principal
from fleuve.parties.models import PartyCard
from fleuve.parties.own_fields import standing_fields

__all__ = ["MASKED", "FileColumn", "columns_of_file", "masks_needed", "typed_batch"]

# A contact detail, and the attribute that says whether it may be used.
MASKED: Final = {"email": "may_email", "phone": "may_phone", "customer_number": "may_email"}
_NAMED_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class FileColumn:
    """One column: its attribute, its heading, and the decimals of its money."""

    attribute: Attribute
    heading: str
    exponent: int = 0

    @property
    def key(self) -> str:
        return self.attribute.key

    @property
    def type(self) -> pa.DataType:
        """The type in a file that has types."""
        match self.attribute.type:
            case "money":
                return pa.decimal128(20, self.exponent)
            case "number":
                return pa.float64()
            case "date":
                return pa.date32()
            case "yes_no":
                return pa.bool_()
            case "choices":
                return pa.list_(pa.string())
        return pa.string()


def columns_of_file(attributes: Sequence[Attribute], currency: str) -> tuple[FileColumn, ...]:
    """Headings as a list shows them, with the currency of computed money.

    A field of the house keeps its very name, by which an import knows it again.
    """
    own = {str(one.pk): one.shape for one in standing_fields()}
    found = []
    for attribute in attributes:
        label, exponent = str(attribute.label), minor_exponent(currency)
        if attribute.type == "money" and attribute.kept_in != "own":
            label = _("%(label)s (%(currency)s)") % {"label": label, "currency": currency}
        elif attribute.kept_in == "own" and attribute.field in own:
            exponent = own[attribute.field].exponent
        found.append(FileColumn(attribute, label, exponent))
    return tuple(found)


def masks_needed(columns: Sequence[FileColumn], *, with_refused: bool) -> tuple[str, ...]:
    """The attributes to be read beside the columns, to know which details to leave out."""
    return () if with_refused else tuple(dict.fromkeys(MASKED[one.key] for one in columns if one.key in MASKED))


def typed_batch(
    batch: pa.RecordBatch, columns: Sequence[FileColumn], principal: Principal, *, with_refused: bool
) -> list[pa.Array]:
    """The columns of a batch as typed arrays; what is refused is left out."""
    arrays = []
    for column in columns:
        values = batch.column(column.key)
        if column.key in MASKED and not with_refused:
            values = _masked(column.key, values, batch.column(MASKED[column.key]))
        arrays.append(_typed(values, column, principal))
    return arrays


def _masked(key: str, values: pa.Array, allowed: pa.Array) -> pa.Array:
    """A detail only where its channel may be used; a number only where it is no refused address."""
    allowed = pc.fill_null(allowed, False)
    if key == "customer_number":
        # A shop's file knows its customers by e-mail only: their address is their number.
        allowed = pc.or_(allowed, pc.invert(pc.match_substring(values, "@")))
    return pc.if_else(allowed, values, pa.scalar(None, values.type))


def _typed(values: pa.Array, column: FileColumn, principal: Principal) -> pa.Array:
    attribute = column.attribute
    match attribute.type:
        case "money":
            unit = pa.scalar(Decimal(1).scaleb(-column.exponent), pa.decimal128(column.exponent + 1, column.exponent))
            return pc.multiply(values.cast(pa.decimal128(19, 0)), unit).cast(column.type)
        case "number":
            return pc.round(values.cast(pa.float64()), 6)
        case "date" | "yes_no":
            return values.cast(column.type)
        case "choices":
            return _several(values, attribute)
        case "link" if not attribute.choices:
            return _names(values, principal)
    text = values.cast(pa.string())
    if attribute.choices:
        return _labelled(text, attribute)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _labelled(keys: pa.Array, attribute: Attribute) -> pa.Array:
    """The words of answers; one that is declared nowhere stays as it is."""
    labels = {choice.key: str(choice.label) for choice in attribute.offered}
    known = pa.array(list(labels), pa.string())
    words = pa.array(list(labels.values()), pa.string()).take(pc.index_in(keys, value_set=known))
    found = pc.coalesce(words, keys)
    return pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found)


def _several(packed: pa.Array, attribute: Attribute) -> pa.Array:
    labels = {choice.key: str(choice.label) for choice in attribute.offered}
    distinct = packed.dictionary_encode()
    lists = [
        [labels.get(key, key) for key in unpack_choices(one)] if one else None
        for one in distinct.dictionary.to_pylist()
    ]
    return pa.array(lists, pa.list_(pa.string())).take(distinct.indices)


def _names(parties: pa.Array, principal: Principal) -> pa.Array:
    """Customers that links point at, by name; one out of reach has none."""
    wanted = sorted(set(parties.drop_null().to_pylist()))
    names: dict[int, str] = {}
    for some in _chunks(wanted):
        cards = PartyCard.objects.visible_to(principal).filter(pk__in=some)
        names.update(cards.values_list("pk", "name"))
    words = pa.array([names.get(one) for one in wanted], pa.string())
    return words.take(pc.index_in(parties, value_set=pa.array(wanted, pa.int64())))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    return (ids[start : start + _NAMED_AT_ONCE] for start in range(0, len(ids), _NAMED_AT_ONCE))
