"""A filter in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from fleuve.attributes import All, Any_, Is, Node, Not, describe
from fleuve.attributes.tests.samples import ATTRIBUTES

_CASES: list[tuple[Node, str]] = [
    (All(), "everyone"),
    (Any_(), "no one"),
    (Is("name", "contains", "ada"), "Name contains “ada”"),
    (Is("orders", "between", (1, 2500)), "Orders is between 1 and 2,500"),
    (Is("worth", "at_least", 1_234_550), "Value is at least €12,345.50"),
    (Is("last_on", "before", date(2026, 1, 31)), "Last purchase is before Jan 31, 2026"),
    (Is("last_on", "in_last_days", 1), "Last purchase is in the last 1 day"),
    (Is("last_on", "more_than_days_ago", 90), "Last purchase is more than 90 days ago"),
    (Is("is_business", "is", True), "Business is yes"),
    (Is("stage", "is_one_of", ("new", "lost")), "Stage is one of New or Lost"),
    (Is("tags", "has_all_of", ("vip", "vip_2")), "Tags has all of VIP and VIP 2"),
    (Is("stage", "is_empty"), "Stage is empty"),
    (Not(Is("stage", "is", "new")), "not (Stage is New)"),
    (
        All((Is("orders", "is", 1), Any_((Is("stage", "is", "new"), Is("rate", "is", 0.5))))),
        "Orders is 1 and (Stage is New or Rate is 0.5)",
    ),
]


@pytest.mark.parametrize(("node", "sentence"), _CASES)
def test_it_reads_as_a_sentence(node: Node, sentence: str) -> None:
    with translation.override("en"):
        assert describe(node, ATTRIBUTES, currency="EUR") == sentence
