"""What the file tells about dates, money, VAT, returns, and what a person must be asked because it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from fleuve.imports.converting.words import is_credit_word
from fleuve.imports.mapping.fields import FIELDS, Mapping
from fleuve.imports.mapping.profiles import ColumnProfile, Sample
from fleuve.imports.reading.numbers import DecimalEvidence, cell_text, read_number

__all__ = ["Known", "Question", "questions_about"]

_CREDIT_PREFIXES: Final = frozenset(
    ["C", "CN", "CR", "CM", "CRE", "AV", "AVO", "AVOIR", "A", "R", "RE", "RET", "REF", "RF", "GS", "NC"]
)
_PREFIX = re.compile(r"([A-Za-z]+)[-_/ ]?\d")


@dataclass(frozen=True)
class Known:
    """What is known before a file is looked at: the reporting currency (blank: not yet) and the likely country."""

    currency: str
    country: str


@dataclass(frozen=True)
class Question:
    """``told``: the file says ``value``, and ``why`` names the proof. Else ``value`` is a proposal put to a person."""

    key: str
    told: bool
    value: str
    why: str
    choices: tuple[str, ...] = ()
    optional: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain texts and lists."""
        return asdict(self)


def questions_about(
    mapping: Mapping, profiles: Sequence[ColumnProfile], sample: Sample, known: Known, *, delimiter: str = ""
) -> list[Question]:
    """Told and open questions, in the order in which a page shows them."""
    of = {field: profiles[position] for position, field in enumerate(mapping.fields) if field}
    found = [_date_order(of), _decimal(of, delimiter)]
    if mapping.shape != "customer":
        found += [_currency(of, profiles, known), _vat(mapping, of), _margin(mapping), _returns(mapping, of, sample)]
        found += _rates(of, known)
    found.append(_country(mapping, of, known))
    return [question for question in found if question is not None]


def _date_order(of: dict[str, ColumnProfile]) -> Question | None:
    dates = [of[field] for field in ("date", "customer_since") if field in of]
    if not dates:
        return None
    order = next((profile.dates.order for profile in dates if profile.dates.order), "")
    return Question("date_order", bool(order), order or "dmy", "dates" if order else "dates_ambiguous", ("dmy", "mdy"))


def _decimal(of: dict[str, ColumnProfile], delimiter: str) -> Question | None:
    numbers = [profile.decimals for field, profile in of.items() if FIELDS[field] == "number"]
    evidence = sum(numbers, DecimalEvidence())
    if evidence.sign:
        return Question("decimal", True, evidence.sign, "decimals", (",", "."))
    if not evidence.either and evidence.comma == evidence.point == 0:
        return Question("decimal", True, ".", "whole_numbers", (",", "."))
    return Question("decimal", False, "," if delimiter == ";" else ".", "decimals_ambiguous", (",", "."))


def _currency(of: dict[str, ColumnProfile], profiles: Sequence[ColumnProfile], known: Known) -> Question:
    if "currency" in of and of["currency"].values:
        return Question("currency", True, of["currency"].values[0].upper(), "currency_column")
    signs = Counter(profile.currency for profile in profiles if profile.currency)
    if signs:
        return Question("currency", True, signs.most_common(1)[0][0], "currency_signs")
    if known.currency:
        return Question("currency", False, known.currency, "currency_of_organisation")
    return Question("currency", False, "", "currency_unknown")


def _vat(mapping: Mapping, of: dict[str, ColumnProfile]) -> Question:
    rate = of["vat_rate"].values[0] if "vat_rate" in of and of["vat_rate"].values else ""
    number = read_number(rate, "," if "," in rate else ".") if rate else None
    percent = (number * 100 if number < 1 else number) if number else None
    proposal = f"{percent.normalize():f}" if percent else ""
    if mapping.amount_field.endswith("_net"):
        return Question("vat", True, "excluded", "net_column")
    if mapping.amount_field.endswith("_gross"):
        return Question("vat", False, f"included:{proposal}", "gross_column", ("included", "excluded"))
    return Question("vat", False, f":{proposal}", "vat_unknown", ("included", "excluded"))


def _margin(mapping: Mapping) -> Question:
    if mapping.has("cost", "line_cost", "margin"):
        return Question("margin", True, "", "cost_column")
    return Question("margin", False, "", "margin_unknown", optional=True)


def _returns(mapping: Mapping, of: dict[str, ColumnProfile], sample: Sample) -> Question:
    prefix = _credit_prefix(of.get("order_number"))
    negative = any(of[field].negatives for field in ("quantity", mapping.amount_field) if field in of)
    by_kind = "kind" in of and any(is_credit_word(value) for value in of["kind"].values)
    if by_kind or prefix:
        positive = _credits_are_positive(mapping, sample, prefix)
        value = f"prefix:{prefix}" if prefix else "kind"
        return Question("returns", True, value + ("+" if positive else ""), "credit_notes")
    if negative:
        return Question("returns", True, "negative", "negative_amounts")
    if "order_refunded" in of:
        return Question("returns", True, "refunds", "refund_column")
    return Question("returns", False, "none", "no_returns_seen", ("none", "prefix"), optional=True)


def _credit_prefix(numbers: ColumnProfile | None) -> str:
    """``C`` when some document numbers start with it and most do not."""
    if numbers is None:
        return ""
    prefixes = Counter(found[1].upper() if (found := _PREFIX.match(text)) else "" for text in numbers.all_texts)
    common = prefixes.most_common(1)[0][0] if prefixes else ""
    rare = [prefix for prefix in prefixes if prefix in _CREDIT_PREFIXES and prefix != common]
    return max(rare, key=prefixes.__getitem__, default="")


def _credits_are_positive(mapping: Mapping, sample: Sample, prefix: str) -> bool:
    kind, number, amount = (mapping.position(name) for name in ("kind", "order_number", mapping.amount_field))
    quantity = mapping.position("quantity")
    signs = Counter[bool]()
    for row in sample.rows:
        by_number = prefix and number is not None and cell_text(row[number]).upper().startswith(prefix)
        if by_number or (kind is not None and is_credit_word(cell_text(row[kind]))):
            texts = [cell_text(row[position]) for position in (amount, quantity) if position is not None]
            signs[any(text.lstrip("(").startswith("-") or text.endswith(("-", ")")) for text in texts)] += 1
    return signs[False] > signs[True]


def _rates(of: dict[str, ColumnProfile], known: Known) -> list[Question]:
    if "currency" not in of:
        return []
    home = known.currency or of["currency"].values[0].upper()
    codes = sorted({value.upper() for value in of["currency"].values if len(value) == 3} - {home})
    return [Question(f"rate:{code}", False, "", "foreign_currency") for code in codes]


def _country(mapping: Mapping, of: dict[str, ColumnProfile], known: Known) -> Question | None:
    if "phone" not in of or ("country" in of and of["country"].filled * 2 >= of["phone"].filled):
        return None
    if all(value.startswith(("+", "00")) for value in of["phone"].values):
        return None
    return Question("country", False, known.country, "local_phones", optional=True)
