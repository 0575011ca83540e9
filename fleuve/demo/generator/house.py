"""What all made-up rows have in common: the recipe, the calendar, ids that go on, and who wrote them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from fleuve.accounts.models import User
from fleuve.demo.generator.recipe import IntArray, Recipe
from fleuve.demo.generator.tables import Calendar
from fleuve.demo.generator.words import WORDS
from fleuve.kernel.search_text import fold

__all__ = ["COLLEAGUES", "HOUSE", "House"]

COLLEAGUES: Final[list[str]] = WORDS["colleague"]
HOUSE: Final = {"by_kind": "system", "by_id": "generator", "by_label": "Generator"}


class House:
    """One made-up business while it is being made."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.calendar = Calendar(recipe)
        self.at = self.calendar.made_at
        self.users = recipe.ids(User._meta.db_table, len(COLLEAGUES))
        # One record a party: both are numbered alike, so that a customer's number leads to either.
        self.parties = recipe.ids("parties_party", recipe.customers)
        self.records = recipe.ids("parties_record", recipe.customers)
        self.source = int(recipe.ids("parties_source", 1)[0])
        self._taken: dict[str, int] = defaultdict(int)

    def next_ids(self, model: Any, count: int) -> IntArray:
        """Ids behind those that this table has got so far."""
        table = model._meta.db_table
        found = self.recipe.ids(table, count, after=self._taken[table])
        self._taken[table] += count
        return found

    @staticmethod
    def address_of(colleague: str) -> str:
        """A colleague's e-mail address."""
        return f"{fold(colleague).replace(' ', '.')}@example.org"
