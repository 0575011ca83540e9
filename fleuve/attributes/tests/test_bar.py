"""The filter bar: chips, additions, the form of one condition, and the address that it settles on."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from fleuve.attributes import All, Is
from fleuve.attributes.bar import FilterBar, operator_fields, read_bar
from fleuve.attributes.operators import operators_of
from fleuve.attributes.tests.samples import ATTRIBUTES


def _bar(query: str) -> FilterBar:
    return read_bar(QueryDict(query), "/customers/", ATTRIBUTES, currency="EUR")


def _drawn(bar: FilterBar) -> str:
    return render_to_string("attributes/filter_bar.html", {"bar": bar})


def test_no_filter_is_everyone_and_offers_every_attribute() -> None:
    bar = _bar("q=ada&sort=-worth&at=xyz")
    assert bar.node == All()
    assert bar.chips == ()
    assert len(bar.additions) == len(ATTRIBUTES.filterable())
    assert bar.additions[-1].url == "/customers/?q=ada&sort=-worth&add=worth"


def test_each_condition_is_a_chip_that_leads_to_the_list_without_it() -> None:
    bar = _bar("f=orders:at_least:2&f=name:contains:ada&sort=name&at=xyz")
    assert [chip.label for chip in bar.chips] == ["Orders is at least 2", "Name contains “ada”"]
    assert bar.chips[0].remove_url == "/customers/?sort=name&f=name:contains:ada"
    assert bar.clear_url == "/customers/?sort=name"


def test_a_single_condition_leaves_nothing_when_removed() -> None:
    assert _bar("f=any(orders:is:1,orders:is:2)").chips[0].remove_url == "/customers/"


def test_asking_for_an_attribute_opens_its_form() -> None:
    bar = _bar("add=last_on&f=orders:at_least:2&sort=name")
    assert bar.draft is not None
    assert [one.key for one in bar.draft.operators] == [one.key for one in operators_of(ATTRIBUTES.get("last_on"))]
    assert bar.draft.kept == (("sort", "name"), ("f", "orders:at_least:2"))
    assert bar.draft.cancel_url == "/customers/?sort=name&f=orders:at_least:2"
    assert bar.settled_url == ""


@pytest.mark.parametrize(
    ("answer", "settled"),
    [
        ("add=last_on&operator=in_last_days&in_last_days-value=90&is-value=", "last_on:in_last_days:90"),
        ("add=worth&operator=between&between-value=10,5&between-value=20", "worth:between:10.50|20.00"),
        ("add=stage&operator=is_one_of&is_one_of-value=new&is_one_of-value=lost", "stage:is_one_of:new|lost"),
        ("add=code&operator=is_one_of&is_one_of-value=A1%0D%0AB2%0D%0A", "code:is_one_of:A1|B2"),
        ("add=is_business&operator=is&is-value=no", "is_business:is:no"),
        ("add=name&operator=is_empty&contains-value=left+over", "name:is_empty"),
    ],
)
def test_an_answered_form_settles_on_a_clean_address(answer: str, settled: str) -> None:
    bar = _bar(f"f=orders:at_least:2&{answer}")
    assert bar.settled_url == f"/customers/?f=orders:at_least:2&f={settled}"
    assert len(_bar(bar.settled_url.partition("?")[2]).chips) == 2


def test_a_wrong_answer_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    bar = _bar("add=orders&operator=at_least&at_least-value=many")
    assert bar.draft is not None
    assert bar.draft.error == "“Orders” takes a number."
    chosen = next(one for one in bar.draft.operators if one.is_chosen)
    assert (chosen.key, chosen.values) == ("at_least", ("many",))
    assert 'value="many"' in _drawn(bar)


def test_a_broken_link_shows_everyone_and_says_so() -> None:
    bar = _bar("f=cty:is:Paris")
    assert bar.node == All()
    assert bar.error.startswith("There is no attribute “cty”.")
    assert 'role="alert"' in _drawn(bar)


def test_what_was_typed_is_never_markup() -> None:
    drawn = _drawn(_bar("f=name:contains:%3Cscript%3E&add=name&operator=is&is-value=%22%3E%3Cscript%3E%00"))
    assert "<script>" not in drawn


@pytest.mark.parametrize("key", [one.key for one in ATTRIBUTES])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_attribute_has_a_form(key: str, language: str) -> None:
    with translation.override(language):
        drawn = _drawn(_bar(f"add={key}&operator=is_empty-not"))
    for operator in operators_of(ATTRIBUTES.get(key)):
        assert f'value="{operator.key}"' in drawn
    assert drawn.count('type="radio"') == len(operators_of(ATTRIBUTES.get(key)))


def test_widgets_follow_the_type() -> None:
    asked = {
        one: operator_fields(ATTRIBUTES.get(one))[0].widget for one in ("name", "worth", "last_on", "stage", "tags")
    }
    assert asked == {"name": "text", "worth": "number", "last_on": "days", "stage": "select", "tags": "checkboxes"}


def test_a_single_is_stays_a_leaf() -> None:
    assert _bar("f=orders:is:1").node == Is("orders", "is", 1)
