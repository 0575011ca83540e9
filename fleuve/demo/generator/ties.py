"""Ties between customers, and the list of tags that hang on them."""

from __future__ import annotations

from typing import Final

from fleuve.demo.generator.house import HOUSE, House
from fleuve.demo.generator.recipe import IntArray
from fleuve.demo.generator.tables import Rows
from fleuve.demo.generator.words import WORDS
from fleuve.kernel.search_text import fold
from fleuve.parties.models import Tag, Tie

__all__ = ["Ties", "tags"]

_PER_CUSTOMER: Final = 0.05
_KINDS: Final = {"works_for": 0.5, "household": 0.2, "referred_by": 0.2, "group_of": 0.1}
_TOGETHER: Final = frozenset({"household", "group_of"})
_COLORS: Final = ("orange", "sky", "green", "yellow", "blue", "vermilion", "purple")


def tags(house: House) -> Rows:
    """Thirty words of the house, with the colours of the palette in turn."""
    names: list[str] = WORDS["tag"]
    told = {
        "id": house.recipe.ids(Tag._meta.db_table, len(names)),
        "name": names,
        "name_folded": [fold(name) for name in names],
        "color": [_COLORS[place % len(_COLORS)] for place in range(len(names))],
        "order": list(range(len(names))),
        "created_at": house.at,
    }
    return Rows(Tag, len(names), told)


class Ties:
    """Who is tied to whom. Nobody is tied twice, so that a household or a group is a star of one head and some others.

    Heads come from the first tenth of the drawn customers, members from the rest: no head belongs to another.
    """

    def __init__(self, house: House) -> None:
        rng = house.recipe.rng("ties")
        wanted = min(house.recipe.share(_PER_CUSTOMER), house.recipe.customers // 2)
        drawn: IntArray = rng.permutation(house.recipe.customers)
        pool = drawn[: max(1, wanted // 10)]
        self._house = house
        self._members: IntArray = drawn[pool.size : pool.size + wanted]
        kinds = rng.choice(len(_KINDS), self._members.size, p=list(_KINDS.values()))
        self._kinds = [list(_KINDS)[place] for place in kinds]
        self._to: IntArray = pool[rng.integers(0, pool.size, self._members.size)]

    @property
    def heads(self) -> dict[int, int]:
        """To whose household or group a customer belongs: places of members and of their heads; heads are members."""
        pairs = zip(self._members.tolist(), self._to.tolist(), self._kinds, strict=True)
        found = {member: head for member, head, kind in pairs if kind in _TOGETHER}
        return found | {head: head for head in found.values()}

    def rows(self) -> Rows:
        """The ties themselves."""
        house = self._house
        told = HOUSE | {
            "id": house.next_ids(Tie, self._members.size),
            "from_record_id": house.records[self._members],
            "to_record_id": house.records[self._to],
            "kind": self._kinds,
            "at": house.at,
        }
        return Rows(Tie, self._members.size, told)
