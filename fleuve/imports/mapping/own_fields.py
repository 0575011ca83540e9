"""Fields of one's own among the fields that a column may stand for: known by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fleuve.imports.mapping.fields import OWN, Mapping
from fleuve.imports.mapping.guesses import Guess
from fleuve.imports.mapping.profiles import ColumnProfile
from fleuve.imports.reading.vocabulary import normal_name
from fleuve.parties.models import OwnField

__all__ = ["own_field_labels", "with_own_fields", "without_gone"]

_SURE = 0.95  # as sure as an exactly known name of a column: somebody gave the field this very name


def own_field_labels() -> dict[str, str]:
    """The fields that may be brought: their names in a mapping, with their labels."""
    standing = OwnField.objects.filter(removed_at__isnull=True).order_by("order", "id")
    return {f"{OWN}{one.pk}": one.label for one in standing}


def with_own_fields(
    guesses: Sequence[Guess], mapping: Mapping, profiles: Sequence[ColumnProfile]
) -> tuple[list[Guess], Mapping]:
    """A column with the very name of a field of one's own stands for it, unless purchases need it for more."""
    by_name = {normal_name(label): field for field, label in own_field_labels().items()}
    found = [
        Guess(guess.position, own, _SURE)
        if (own := by_name.get(normal_name(profile.name), "")) and guess.confidence < _SURE
        else guess
        for guess, profile in zip(guesses, profiles, strict=True)
    ]
    return found, replace(mapping, fields=tuple(guess.field for guess in found))


def without_gone(mapping: Mapping) -> Mapping:
    """A remembered mapping without the fields that were removed since."""
    if not mapping.own_fields:
        return mapping
    there = own_field_labels()
    return replace(
        mapping, fields=tuple("" if field.startswith(OWN) and field not in there else field for field in mapping.fields)
    )
