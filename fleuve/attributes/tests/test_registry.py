"""The registry: declared once, seen by whoever may, open to attributes that live in the database."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.http import QueryDict

from fleuve.attributes import Attribute, Choice, Is, Registry, compile_sql, parse, registry
from fleuve.attributes.bar import read_bar
from fleuve.attributes.errors import DuplicateAttribute, UnknownAttribute
from fleuve.attributes.operators import operators_of
from fleuve.attributes.tests.samples import ATTRIBUTES, TODAY
from fleuve.kernel.principal import ANONYMOUS, SYSTEM, Principal

BOB = Principal("user", "1", "Bob", "reader")


def test_two_modules_may_not_declare_one_key() -> None:
    mine = Registry([Attribute("city", "text", "City", "parties")])
    mine.add(Attribute("city", "text", "City", "parties"))
    with pytest.raises(DuplicateAttribute, match="parties and value"):
        mine.add(Attribute("city", "text", "City", "value"))


def test_people_see_them_in_the_declared_order() -> None:
    mine = Registry([Attribute("b", "text", "B", "m", order=2), Attribute("a", "text", "A", "m", order=3)])
    assert [one.key for one in mine] == ["b", "a"]
    assert [one.key for one in mine.of_module("m")] == ["b", "a"]
    assert mine.sortable() == ()


def test_an_attribute_of_the_database_joins_by_a_provider() -> None:
    mine = Registry()
    mine.add_provider(lambda: [_custom_field()])
    assert mine.get("shoe_size").label == "Shoe size"
    condition = compile_sql(Is("shoe_size", "at_least", 40), TODAY, mine)
    assert condition.children[0][0] == "values__number__gte"  # type: ignore[index]


def _custom_field() -> Attribute:
    return Attribute(
        "shoe_size",
        "number",
        "Shoe size",
        "parties",
        condition=lambda lookup, value: Q((f"values__number__{lookup}", value), ("values__field", 7)),
    )


def test_what_a_principal_may_not_see_is_unknown_to_their_filters() -> None:
    mine = Registry([Attribute("a", "text", "A", "m"), Attribute("secret", "text", "S", "m", verb="configure")])
    assert [one.key for one in mine.visible_to(SYSTEM)] == ["a", "secret"]
    assert [one.key for one in mine.visible_to(BOB)] == ["a"]
    assert list(mine.visible_to(ANONYMOUS)) == []
    with pytest.raises(UnknownAttribute):
        mine.visible_to(BOB).get("secret")


def test_every_declared_attribute_has_operators_and_keys_fit_for_a_link(db: None) -> None:
    for attribute in (*registry, *ATTRIBUTES):
        assert operators_of(attribute)
        assert attribute.key.isidentifier(), attribute.key


def test_every_personal_attribute_says_why_it_is_kept_and_how_long(db: None) -> None:
    unsaid = [one.key for one in registry if one.personal and not (str(one.purpose) and str(one.retention))]
    assert unsaid == []


def test_choices_of_the_database_are_asked_for_once_a_request() -> None:
    asked = []

    def countries() -> list[Choice]:
        asked.append(1)
        return [Choice("FR", "France"), Choice("BE", "Belgium")]

    mine = Registry([Attribute("country", "choice", "Country", "m", choices=countries)])
    for _request in range(2):
        seen = mine.visible_to(BOB)
        bar = read_bar(QueryDict("f=country:is_one_of:FR|BE&add=country"), "/customers/", seen)
        assert bar.chips[0].label == "Country is one of France or Belgium"
    assert len(asked) == 2
    parse({"key": "country", "operator": "is_one_of", "value": ["FR", "BE"]}, mine)
    assert len(asked) == 3
