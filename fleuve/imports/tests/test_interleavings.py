"""Imports, a person's edits and undoing in any order, against an oracle that knows the rule and no database.

The rule (docs/rules/changes.md): a value's changes are a chain; undoing marks those of one import; the value is the
last one not marked, and what was there before the first when all are. What a person typed is a chain of its own, above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.imports.models import Conflict, Import
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import bring, listed, says, shown, told, undo
from fleuve.kernel.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]

Step: TypeAlias = tuple[str, str, int]
_CITIES = ("Paris", "Nice", "Lille")
_STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["update", "win"]), st.sampled_from(_CITIES), st.just(0)),
        st.tuples(st.just("person"), st.sampled_from(("", *_CITIES)), st.just(0)),
        st.tuples(st.just("undo"), st.just(""), st.integers(0, 3)),
    ),
    min_size=2,
    max_size=8,
)
_numbers = count(1)


@dataclass
class _Link:
    origin: int  # an import's place in the sequence; 0: a person
    new: str
    undone: bool = False


@dataclass
class _Chain:
    first: str
    links: list[_Link] = field(default_factory=list)

    @property
    def value(self) -> str:
        standing = [link.new for link in self.links if not link.undone]
        return standing[-1] if standing else self.first

    def say(self, origin: int, value: str) -> None:
        if value != self.value:
            self.links.append(_Link(origin, value))

    def undo(self, origin: int) -> bool:
        """Mark; whether something newer stands above what was marked."""
        own = [place for place, link in enumerate(self.links) if link.origin == origin and not link.undone]
        for place in own:
            self.links[place].undone = True
        return bool(own) and any(not link.undone for link in self.links[own[-1] + 1 :])


@dataclass
class _Oracle:
    source: _Chain = field(default_factory=lambda: _Chain("Lyon"))
    person: _Chain = field(default_factory=lambda: _Chain(""))

    @property
    def shown(self) -> str:
        return self.person.value or self.source.value

    def bring(self, origin: int, city: str, wins: bool) -> None:
        if wins and self.person.value not in ("", city):
            self.person.say(origin, "")
        self.source.say(origin, city)

    def type(self, city: str) -> None:
        if city != self.shown:  # what is shown already is nothing to say
            self.person.say(0, city)

    def undo(self, origin: int) -> int:
        return self.source.undo(origin) + self.person.undo(origin)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_in_any_order_nothing_newer_is_destroyed_and_all_else_comes_back(steps: list[Step], tmp_path: Path) -> None:
    number, source, oracle = f"c{new_id()}", f"Shop {next(_numbers)}", _Oracle()
    bring(listed(tmp_path, f"{number};Chloé Éclair;;Lyon"), source)
    brought: list[Import | None] = []
    for verb, city, choice in steps:
        standing = [place for place, row in enumerate(brought) if row is not None]
        if verb == "person":
            says(number, city)
            oracle.type(city)
        elif verb == "undo" and standing:
            place = standing[choice % len(standing)]
            row = brought[place]
            assert row is not None
            undo(row)
            brought[place] = None
            newer = Conflict.objects.filter(of_import=row, kind="newer").count()
            assert newer == oracle.undo(place + 1)
        elif verb != "undo":
            file = listed(tmp_path, f"{number};Chloé Éclair;;{city}")
            brought.append(bring(file, source, handling=Handling({"city": "win"} if verb == "win" else {})))
            oracle.bring(len(brought), city, verb == "win")
        assert (told(number, source), shown(number)) == (oracle.source.value, oracle.shown)
    for place, row in enumerate(brought):
        if row is not None:
            undo(row)
            oracle.undo(place + 1)
    assert (told(number, source), shown(number)) == ("Lyon", oracle.shown)
