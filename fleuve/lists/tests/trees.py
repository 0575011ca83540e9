"""Filters drawn at random over every attribute of the list row."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fleuve.attributes import All, Any_, Attribute, Is, Node, Not
from fleuve.attributes.operators import Operator, operators_of
from fleuve.attributes.tests.samples import TODAY
from fleuve.lists.tests.samples import card_attributes, some_days

__all__ = ["leaves_of", "trees"]

_BY_TYPE: dict[str, tuple[Any, ...]] = {
    "text": ("chloe", "É", "e", "A1", "ng", 'say "hi"', "two lines"),
    "number": (0, 1, 2, 0.5, 1 / 3, 7),
    "money": (-1_050, 0, 1, 2_000, 9_007_199_254_740_991),
    "date": (*some_days(), TODAY),
    "yes_no": (True, False),
    "choices": ("1", "2", "12"),
    "link": (1, 2),
}


def trees() -> st.SearchStrategy[Node]:
    """Trees of a few levels."""
    cases = [(one, operator) for one in card_attributes() for operator in operators_of(one)]
    leaf = st.sampled_from(cases).flatmap(lambda case: leaves_of(*case))
    return st.recursive(leaf, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(some.map(All), some.map(Any_), inner.map(Not))


def leaves_of(attribute: Attribute, operator: Operator) -> st.SearchStrategy[Node]:
    """One condition on an attribute."""
    offered = [] if callable(attribute.choices) else [choice.key for choice in attribute.choices]
    values = st.sampled_from(offered or _BY_TYPE.get(attribute.type, ("France", "Évreux")))
    drawn: st.SearchStrategy[Any] = values
    match operator.takes:
        case "nothing":
            drawn = st.none()
        case "days":
            drawn = st.sampled_from((0, 1, 89, 90, 91, 400))
        case "two":
            drawn = st.tuples(values, values).map(sorted).map(tuple)
        case "several":
            drawn = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
    return drawn.map(lambda value: Is(attribute.key, operator.key, value))
