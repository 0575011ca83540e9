"""What the file tells about dates, money, VAT, returns, and what a person must be asked because it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from fleuve.imports.converting.words import is_credit_word
from fleuve.imports.mapping.arithmetic import vat_by_arithmetic
from fleuve.imports.mapping.fields import Mapping, cells_of
from fleuve.imports.mapping.profiles import ColumnProfile, Sample
from fleuve.imports.reading.numbers import DecimalEvidence, cell_text, currency_in, read_number
from fleuve.parties.rules import read_phone

__all__ = ["Known", "Question", "questions_about"]

_CREDIT_PREFIXES: Final = frozenset(
    ["C", "CN", "CR", "CM", "CRE", "AV", "AVO", "AVOIR", "A", "R", "RE", "RET", "REF", "RF", "GS", "NC"]
)
_COUNTRIES: Final = ("FR", "GB", "BE", "CH", "ES", "NL", "US", "IT", "DE")
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
    mapping: Mapping,
    profiles: Sequence[ColumnProfile],
    sample: Sample,
    known: Known,
    *,
    delimiter: str = "",
    titles: str = "",
) -> list[Question]:
    """Told and open questions, in the order in which a page shows them."""
    of = {field: profiles[position] for position, field in enumerate(mapping.fields) if field}
    found = [_date_order(of), _decimal(of, delimiter)]
    if mapping.has_purchases:
        found += [
            _currency(of, profiles, known, titles),
            _vat(mapping, of, sample),
            _margin(mapping),
            _returns(mapping, of, sample),
        ]
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
    numbers = [profile.decimals for field, profile in of.items() if cells_of(field) == "number"]
    evidence = sum(numbers, DecimalEvidence())
    if evidence.sign:
        return Question("decimal", True, evidence.sign, "decimals", (",", "."))
    if not evidence.either and evidence.comma == evidence.point == 0:
        return Question("decimal", True, ".", "whole_numbers", (",", "."))
    return Question("decimal", False, "," if delimiter == ";" else ".", "decimals_ambiguous", (",", "."))


def _currency(of: dict[str, ColumnProfile], profiles: Sequence[ColumnProfile], known: Known, titles: str) -> Question:
    if "currency" in of and of["currency"].values:
        return Question("currency", True, of["currency"].values[0].upper(), "currency_column")
    signs = Counter(profile.currency for profile in profiles if profile.currency)
    if signs:
        return Question("currency", True, signs.most_common(1)[0][0], "currency_signs")
    if written := currency_in(titles):
        return Question("currency", True, written, "currency_in_titles")
    if known.currency:
        return Question("currency", False, known.currency, "currency_of_organisation")
    return Question("currency", False, "", "currency_unknown")


def _vat(mapping: Mapping, of: dict[str, ColumnProfile], sample: Sample) -> Question:
    if mapping.amount_field.endswith("_net"):
        return Question("vat", True, "excluded", "net_column")
    summed = vat_by_arithmetic(mapping, sample, "," if any(one.decimals.sign == "," for one in of.values()) else ".")
    if summed:
        return Question("vat", True, summed, "totals_add_up", ("included", "excluded"))
    proposal = _stated_rate(of)
    if mapping.amount_field.endswith("_gross"):
        return Question("vat", bool(proposal), f"included:{proposal}", "gross_column", ("included", "excluded"))
    return Question("vat", False, f":{proposal}", "vat_unknown", ("included", "excluded"))


def _stated_rate(of: dict[str, ColumnProfile]) -> str:
    """The commonest rate of the rate column, in percent."""
    rate = of["vat_rate"].values[0] if "vat_rate" in of and of["vat_rate"].values else ""
    number = read_number(rate, "," if "," in rate else ".") if rate else None
    return f"{(number * 100 if number < 1 else number).normalize():f}" if number else ""


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
    local = [text for text in of["phone"].all_texts if not text.startswith(("+", "00"))][:200]
    if not local:
        return None
    likely = _country_of(local, known.country)
    return Question(
        "country", bool(likely), likely or known.country, "phones" if likely else "local_phones", optional=True
    )


def _country_of(phones: Sequence[str], preferred: str) -> str:
    """The first country in which four in five of these numbers exist; those whose rules allow almost all come last."""
    for country in dict.fromkeys((*([preferred] if preferred else []), *_COUNTRIES)):
        if sum(read_phone(text, country).is_valid for text in phones) * 5 >= len(phones) * 4:
            return country
    return ""
