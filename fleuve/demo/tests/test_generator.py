"""``fleuve demo --size``: the same rows from the same recipe on either database, and nothing else is touched."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from fleuve.config.backup.reading import snapshot
from fleuve.config.backup.tables import tables_of
from fleuve.demo.errors import ExampleFailed, NotAnExample
from fleuve.demo.generator import generate as generating
from fleuve.demo.generator.generate import TABLES, generate
from fleuve.demo.generator.house import House
from fleuve.demo.generator.recipe import Recipe
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.models import Party, PartyCard, Source

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
RECIPE = Recipe(customers=2_000, last_day=date(2026, 10, 31))
SMALL = Recipe(customers=30, last_day=date(2026, 10, 31))
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
}
_KEYS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1"


@pytest.fixture(autouse=True)
def _forget_the_recipe() -> Iterator[None]:
    yield
    generating._memory().unlink(missing_ok=True)


def _make(recipe: Recipe) -> generating.Generated:
    return generate(recipe=recipe, by=SYSTEM, at=NOW, tell=lambda name, done: None)


def _digest(rows: Iterable[Iterable[Any]]) -> str:
    lines = sorted("\x1f".join(map(_text, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else repr(value)


def _as_made(recipe: Recipe) -> dict[str, str]:
    """Digest of every table as the generator hands it over, before any database saw it."""
    rows: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for some in generating._everything(House(recipe)):
        rows[some.model._meta.db_table] += list(some.as_tuples())
    return {name: _digest(found) for name, found in rows.items()}


def _as_stored() -> dict[str, str]:
    """Digest of every table as it comes back, in the written form that both databases share."""
    names = {model._meta.db_table for model in TABLES}
    with snapshot() as opened:
        return {table.name: _digest(opened.rows(table)) for table in tables_of(apps) if table.name in names}


def _shape() -> list[Any]:
    """Every index and foreign key there is."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES[connection.vendor])
        found: list[Any] = cursor.fetchall()
        if connection.vendor == "postgresql":
            cursor.execute(_KEYS)
            found += cursor.fetchall()
    return found


@pytest.mark.django_db(transaction=True)
def test_what_is_stored_is_what_the_seed_says_and_the_tables_keep_their_shape() -> None:
    before = _shape()
    made = _make(RECIPE)
    assert (made.is_new, made.rows["parties_party"]) == (True, 2_000)
    assert set(made.rows) == {model._meta.db_table for model in TABLES}
    assert _as_stored() == _as_made(RECIPE) == _as_made(RECIPE)
    assert _shape() == before
    _assert_cards_are_those_of_parties()
    assert _make(RECIPE) == generating.Generated(made.rows, made.seconds, is_new=False)


def _assert_cards_are_those_of_parties() -> None:
    cards = list(PartyCard.objects.order_by("party_id").values())
    refresh_cards(party_ids=list(Party.objects.order_by("id").values_list("id", flat=True)), at=cards[0]["updated_at"])
    assert list(PartyCard.objects.order_by("party_id").values()) == cards


@pytest.mark.django_db(transaction=True)
def test_a_folder_of_ones_own_is_refused_and_left_alone() -> None:
    Source.objects.create(key="shop", name="Shop", created_at=NOW)
    with pytest.raises(NotAnExample):
        _make(SMALL)
    assert not Party.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_recipe_needs_another_folder() -> None:
    _make(SMALL)
    with pytest.raises(NotAnExample):
        _make(Recipe(customers=30, last_day=date(2026, 10, 31), seed=8))


@pytest.mark.django_db(transaction=True)
def test_what_was_cut_short_is_said_to_be_of_no_use() -> None:
    _make(SMALL)
    generating._memory().unlink()
    with pytest.raises(ExampleFailed):
        _make(SMALL)


@pytest.mark.django_db(transaction=True)
def test_the_promises_of_the_connection_hold_again_afterwards() -> None:
    _make(SMALL)
    from fleuve.config.durability import check_durability

    check_durability()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert settings.HOME
