"""Deleting a row looks for rows that point to it: without an index to look by, each delete reads a whole table."""

from __future__ import annotations

from typing import Final

import pytest
from django.apps import apps
from django.db import models

# Rows that these point to are few, or are deleted one by one.
_FEW: Final = {
    "touchpoints.PurchaseLine.product": "an index of ten million lines for the day when a catalogue is taken back",
    "alerts.Alert.first_run": "a run a night",
    "alerts.Alert.run": "a run a night",
}
_OURS: Final = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("fleuve")]


def _leads(model: type[models.Model]) -> set[str]:
    """The columns that an index over all rows begins with."""
    whole = [index.fields for index in model._meta.indexes if index.fields and not index.condition]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition:
            whole.append(list(constraint.fields))
    return {str(fields[0]).removeprefix("-") for fields in whole}


@pytest.mark.parametrize("model", _OURS, ids=lambda model: model._meta.label)
def test_what_points_to_a_row_is_found_by_an_index(model: type[models.Model]) -> None:
    leads = _leads(model)
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and f"{model._meta.label}.{field.name}" not in _FEW:
            is_indexed = getattr(field, "db_index", False) or field.unique or field.name in leads
            assert is_indexed, f"{field.name} has no index over all rows: a partial one does not help a delete"
