"""From a column's name and its cells to the field that it most likely stands for, with a confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fleuve.imports.mapping.fields import AMOUNT_FIELDS, FIELDS, LINE_FIELDS, ORDER_FIELDS, WHO_FIELDS, Mapping
from fleuve.imports.mapping.profiles import ColumnProfile, Sample
from fleuve.imports.reading import Cell
from fleuve.imports.reading.vocabulary import field_named, normal_name

__all__ = ["Guess", "guess_mapping", "mapping_of"]

_NEGATIVE = re.compile(r"\b(no|not|never|stop|without|opt out|refus\w*|pas|sans|jamais|ne)\b")
_EXACT, _NEAR, _CONTENT = 0.95, 0.7, 0.5


@dataclass(frozen=True)
class Guess:
    """The field of a column (blank: not used) and how sure the guess is, from 0 to 1."""

    position: int
    field: str
    confidence: float


def guess_mapping(profiles: Sequence[ColumnProfile], sample: Sample) -> tuple[list[Guess], Mapping]:
    """A guess per column, and the mapping that they make together."""
    candidates = sorted(
        (guess for profile in profiles for guess in _candidates(profile)),
        key=lambda guess: (-guess.confidence, guess.position),
    )
    chosen: dict[int, Guess] = {}
    taken: set[str] = set()
    for guess in candidates:
        if guess.position not in chosen and guess.field not in taken:
            chosen[guess.position] = guess
            taken.add(guess.field)
    guesses = [chosen.get(profile.position, Guess(profile.position, "", 0.0)) for profile in profiles]
    if "last_name" in taken and not taken & {"first_name", "customer_name"}:
        guesses = [replace(one, field="customer_name") if one.field == "last_name" else one for one in guesses]
    return guesses, mapping_of(tuple(guess.field for guess in guesses), profiles, sample)


def mapping_of(fields: tuple[str, ...], profiles: Sequence[ColumnProfile], sample: Sample) -> Mapping:
    """The mapping of these fields, with the shape of a row and whether orders leave cells blank."""
    draft = Mapping(fields)
    fills_down = _fills_down(draft, sample)
    shape = _shape(draft, profiles, fills_down)
    return Mapping(fields, shape, fills_down and shape == "line")


def _candidates(profile: ColumnProfile) -> list[Guess]:
    if not profile.filled:
        return []
    field, is_exact = field_named(profile.name)
    found = []
    for candidate in _variants(field, profile):
        fit = _fit(candidate, profile)
        if fit >= 0.5:
            found.append(Guess(profile.position, candidate, round((_EXACT if is_exact else _NEAR) * fit, 3)))
    if not found and not field:
        found = [Guess(profile.position, candidate, _CONTENT * fit) for candidate, fit in _by_content(profile)]
    return found


def _variants(field: str, profile: ColumnProfile) -> list[str]:
    """The field that a name says, and those that the same word stands for elsewhere when the cells say so."""
    if field in ("customer_name", "customer_number"):
        if profile.share(profile.yes_no) > 0.9:  # "new customer: 0 or 1"
            return []
        is_code = profile.share(profile.codes) > 0.8 and profile.share(profile.spaced) < 0.5
        named_number = field == "customer_number" and profile.share(profile.spaced) < 0.2
        numbered = profile.name.strip().lower() == "name" and is_code  # Shopify calls the order's number its name
        return ["order_number" if numbered else "customer_number" if is_code or named_number else "customer_name"]
    if field in ("email", "phone") and profile.share(profile.yes_no) > 0.9:
        # "No e-mail please: yes" is a refusal; "E-mail: yes" may say only that there is one.
        return [f"refuses_{field}"] if _NEGATIVE.search(normal_name(profile.name)) else []
    if field == "order_number" and profile.share(profile.spaced) > 0.8:
        return ["product_name"]
    if field == "vat_rate" and profile.distinct > 12:
        return ["vat_amount"]
    if field == "product_name" and profile.share(profile.codes) > 0.9 and profile.share(profile.spaced) < 0.1:
        return ["product_code", "product_name"]  # "Article" heads names in one shop and codes in the next
    return [field] if field else []


def _fit(field: str, profile: ColumnProfile) -> float:
    """Share of the cells that may stand for the field (1 for texts)."""
    match FIELDS[field]:
        case "number":
            return profile.share(profile.numbers)
        case "date":
            return profile.share(profile.dates.dates + (profile.filled if profile.dates.dates > 40 else 0)) and min(
                1.0, profile.dates.dates / max(profile.dates.dates + profile.dates.none, 1)
            )
        case "email":
            return profile.share(profile.emails)
        case "phone":
            return 1.0 if profile.share(profile.phones) > 0.4 else profile.share(profile.codes)
        case "yes_no":
            return profile.share(profile.yes_no)
        case "currency":
            return 1.0 if all(len(value) <= 4 for value in profile.values) else 0.0
        case _:
            return 1.0


def _by_content(profile: ColumnProfile) -> list[tuple[str, float]]:
    """Only what cells prove by themselves: an e-mail address, a phone number, a date."""
    if profile.share(profile.emails) > 0.8:
        return [("email", profile.share(profile.emails))]
    dates = profile.dates
    if dates.dates > max(dates.none * 9, 3) and profile.share(profile.numbers) < 0.5:
        return [("date", 0.9)]
    if profile.share(profile.phones) > 0.8 and profile.share(profile.numbers) < 0.5:
        return [("phone", 0.9)]
    return []


def _shape(mapping: Mapping, profiles: Sequence[ColumnProfile], fills_down: bool) -> str:
    if mapping.has("product_code", "product_name") and not mapping.has("date", *WHO_FIELDS):
        return "product"  # a catalogue has prices too, and nobody who bought
    if not mapping.has(*AMOUNT_FIELDS):
        is_contact = mapping.has("contact_kind", "contact_direction", "contact_outcome") and mapping.has("date")
        return "interaction" if is_contact else "customer"
    if mapping.has(*LINE_FIELDS) or fills_down:
        return "line"
    number = mapping.position("order_number")
    if number is not None and profiles[number].distinct < profiles[number].filled * 0.9:
        return "line"
    return "order" if mapping.has("date") else "customer"


def _fills_down(mapping: Mapping, sample: Sample) -> bool:
    """Several rows of one order, the later ones without what the first says of it: the first speaks for all of them."""
    number = mapping.position("order_number")
    if number is None:
        return False
    goods = [position for name in ("product_code", "product_name", "quantity") if (position := mapping.position(name))]
    of_order = [position for name in ORDER_FIELDS if (position := mapping.position(name)) is not None]
    first: Sequence[Cell] = ()
    repeated = silent = 0
    for row in sample.rows[:1000]:
        continues = first and (
            row[number] == first[number] or (row[number] == "" and any(row[at] != "" for at in goods))
        )
        if not continues:
            first = row
            continue
        repeated += 1
        silent += any(first[position] != "" and row[position] == "" for position in of_order)
    return silent > 0 and silent * 2 >= repeated
