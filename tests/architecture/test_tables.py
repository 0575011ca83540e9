from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from fleuve.kernel.door import DoorQuerySet
from fleuve.kernel.principal import ANONYMOUS, SYSTEM
from tests.architecture.places import LEVEL_OF

OURS = [model for model in apps.get_models() if model.__module__.startswith("fleuve.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_is_read_through_the_door(model: type[models.Model]) -> None:
    rows = model._default_manager.all()
    assert isinstance(rows, DoorQuerySet)
    assert rows.visible_to(ANONYMOUS).query.is_empty(), "strangers see nothing"
    assert not rows.visible_to(SYSTEM).query.is_empty()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    here = LEVEL_OF[model.__module__.split(".")[1]]
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignKey | models.ManyToManyField) or field.related_model is None:
            continue
        module = field.related_model.__module__.split(".")
        if module[0] == "fleuve" and module[1] != model.__module__.split(".")[1]:
            assert LEVEL_OF[module[1]] < here, f"{field} points up or sideways"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_below_accounts_an_actor_is_three_words_and_no_foreign_key(model: type[models.Model]) -> None:
    module = model.__module__.split(".")[1]
    targets = {field.related_model for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)}
    if module != "accounts":
        assert apps.get_model("accounts", "User") not in targets


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_names_are_nouns_a_shopkeeper_would_say(model: type[models.Model]) -> None:
    assert not model.__name__.endswith(("Info", "Data", "Manager", "Helper", "Service", "Util", "Model", "Object"))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_money_is_whole_minor_units(model: type[models.Model]) -> None:
    decimals = [field.name for field in model._meta.get_fields() if isinstance(field, models.DecimalField)]
    assert decimals == [], "sums of decimals are floats on SQLite: store minor units"
