"""The filter builder: a tree becomes a form and comes back the same; every button is a submit; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from fleuve.attributes import All, Any_, Between, Bought, FilterError, Is, LastDays, Node, Not, from_link, to_link
from fleuve.attributes import registry as attributes
from fleuve.attributes.tests.samples import TODAY
from fleuve.lists.builder.checking import checked
from fleuve.lists.builder.deeds import add_part, remove_part, unwrap_part, wrap_part
from fleuve.lists.builder.draft import BoughtLine, Bracket, Line, Part
from fleuve.lists.builder.drawing import draw_draft
from fleuve.lists.builder.form import draft_from_form, fresh_part
from fleuve.lists.builder.link import draft_from_link, draft_to_link
from fleuve.lists.models import View
from fleuve.lists.tests.forms import fields_of
from fleuve.lists.tests.samples import make_cards
from fleuve.lists.tests.test_views import LIST
from fleuve.lists.tests.test_views import people as people
from fleuve.lists.tests.trees import trees

FILTER = "/customers/filter/"
COUNT = "/customers/count/"
_ODD = ("P,1", "a|b", "(x)", "~", "c:d", "e=f", "85123A")


def _bought() -> st.SearchStrategy[Node]:
    texts = st.lists(st.sampled_from(_ODD), max_size=3, unique=True).map(tuple)
    windows = st.sampled_from((LastDays(0), LastDays(90), Between(TODAY, TODAY), Bought("times", "is", 1).window))
    numbers = st.integers(0, 500)
    values = st.one_of(
        st.tuples(st.sampled_from(("at_least", "at_most", "more_than", "less_than", "is", "is_not")), numbers),
        st.tuples(st.just("between"), st.tuples(numbers, numbers).map(sorted).map(tuple)),
    )
    return st.builds(
        lambda measure, told, window, products, categories: Bought(
            measure, told[0], told[1], window, products, categories
        ),
        st.sampled_from(("times", "days", "money", "quantity")),
        values,
        windows,
        texts,
        texts,
    )


def _filters() -> st.SearchStrategy[Node]:
    leaf = st.one_of(trees().filter(lambda node: isinstance(node, Is)), _bought())
    some = st.lists(leaf, min_size=1, max_size=3).map(tuple)
    bracket = st.one_of(some.map(All), some.map(Any_), leaf.map(Not), some.map(Any_).map(Not), leaf)
    return (
        st.lists(bracket, min_size=1, max_size=3)
        .map(tuple)
        .flatmap(lambda parts: st.sampled_from((All(parts), Any_(parts), Not(Any_(parts)))))
    )


def _sent(root: Bracket) -> QueryDict:
    """The form of a draft, drawn as the page draws it and sent as a browser would."""
    told = checked(root, attributes, "EUR")
    drawn = draw_draft(root, told, attributes, currency="EUR", categories=("Tea", "Coffee"))
    html = render_to_string("lists/builder.html", {"root": drawn})
    return fields_of(f'<form id="f">{html}</form>', "f")


@pytest.fixture
def countries(db: None) -> None:
    """Customers of every country that a filter here asks for."""
    make_cards(range(8))


@given(node=_filters())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tree_becomes_a_form_and_comes_back_the_same(countries: None, node: Node) -> None:
    links = to_link(node, attributes, currency="EUR")
    draft = draft_from_link(links)
    assert draft_from_link(draft_to_link(draft)) == draft
    told = checked(draft, attributes, "EUR")
    assert told.faults == {}
    assert _plain(told.node) == _plain(from_link(links, attributes, currency="EUR")) == _plain(node)
    back = draft_from_form(_sent(draft), attributes)
    assert checked(back, attributes, "EUR") == told
    assert back == draft


def _plain(node: Node) -> Node:
    """The tree without brackets around one part: they say nothing, and a link may have one more or less."""
    match node:
        case All((part,)) | Any_((part,)):
            return _plain(part)
        case Not(part):
            return Not(_plain(part))
        case All(parts):
            return All(tuple(_plain(part) for part in parts))
        case Any_(parts):
            return Any_(tuple(_plain(part) for part in parts))
    return node


_UNFINISHED = (
    Line("city", "is"),
    Line("value", "between", ("1", "")),
    Line("value", "between", ("", "2.50")),
    Line("stage", "is_one_of"),
    Line("name", "is_one_of"),
    BoughtLine(window="last"),
    BoughtLine(window="between", texts=("2",), from_day="2026-01-31"),
    Bracket("any"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("part", _UNFINISHED, ids=str)
def test_what_is_not_finished_is_kept_as_it_is_and_does_not_count(part: Part) -> None:
    root = Bracket("all", (Line("stage", "is", ("active",)), part))
    assert draft_from_link(draft_to_link(root)) == root
    assert draft_from_form(_sent(root), attributes) == root
    told = checked(root, attributes, "EUR")
    assert told.node == All((Is("stage", "is", "active"),))
    assert told.faults["r-1"].is_unfinished


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Line("value", "at_least", ("abc",)), "takes a number"),
        (Line("value", "between", ("2", "1")), "lower value first"),
        (Line("last_purchase_on", "is", ("31/01/2026",)), "such as 2026-01-31"),
        (Line("gone", "is", ("x",)), "no attribute"),
        (Line("stage", "is", ("gone",)), "no answer"),
        (BoughtLine(texts=("2",), window="last", days="-1"), "from 0 to"),
        (BoughtLine(texts=("2",), window="between", from_day="2026-02-01", to_day="2026-01-01"), "comes before"),
        (BoughtLine(texts=("2",), window="between", from_day="soon", to_day="later"), "2026-01-31"),
        (BoughtLine(texts=("x",), window="always"), "takes a number"),
    ],
    ids=str,
)
def test_what_is_wrong_says_why(part: Part, said: str) -> None:
    told = checked(Bracket("any", (part,)), attributes, "EUR")
    assert said in told.faults["r-0"].sentence
    assert not told.faults["r-0"].is_unfinished
    assert told.node == All()


A, B, C = (Line("city", "is", (name,)) for name in "ABC")


def test_lines_are_added_and_removed_where_they_were_asked_for() -> None:
    root = Bracket("all", (A, Bracket("any", (B,))))
    assert add_part(root, "r", C) == Bracket("all", (A, Bracket("any", (B,)), C))
    assert add_part(root, "r-1", C) == Bracket("all", (A, Bracket("any", (B, C))))
    assert remove_part(root, "r-0") == Bracket("all", (Bracket("any", (B,)),))
    assert remove_part(root, "r-1-0") == Bracket("all", (A, Bracket("any", ())))
    assert remove_part(root, "r") == Bracket()


@pytest.mark.parametrize("path", ["r-7", "r-0-0", "r-1-9", "r-x", "", "r-1-0-0"])
def test_a_place_that_is_not_there_changes_nothing(path: str) -> None:
    root = Bracket("all", (A, Bracket("any", (B,))))
    for deed in (remove_part, wrap_part, unwrap_part):
        assert deed(root, path) == root
    assert add_part(root, path, C) == root


def test_a_line_in_a_bracket_of_its_own_begins_the_other_word() -> None:
    root = Bracket("all", (A, B))
    wrapped = wrap_part(root, "r-1")
    assert wrapped == Bracket("all", (A, Bracket("any", (B,))))
    assert unwrap_part(wrapped, "r-1") == root
    assert wrap_part(Bracket("any", (A,)), "r-0") == Bracket("any", (Bracket("all", (A,)),))


_DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "rules" / "filters.md"
_DEEDS: dict[str, Callable[[Bracket], Bracket]] = {
    "add a line: City": lambda root: _with_fresh(root, "r", "city"),
    "add a line: Stage": lambda root: _with_fresh(root, "r", "stage"),
    "add to the bracket: what was bought": lambda root: _with_fresh(root, "r-1", "bought:"),
    "put the first into a bracket": lambda root: wrap_part(root, "r-0"),
    "put the second into a bracket": lambda root: wrap_part(root, "r-1"),
    "take the bracket away": lambda root: unwrap_part(root, "r-1"),
    "remove the first": lambda root: remove_part(root, "r-0"),
}


def _with_fresh(root: Bracket, path: str, wanted: str) -> Bracket:
    part = fresh_part(wanted, attributes)
    assert part is not None
    return add_part(root, path, part)


def _worked() -> list[tuple[str, str, str]]:
    """The table of docs/rules/filters.md, "Building a filter"."""
    text = _DOCUMENT.read_text(encoding="utf-8").split("## Building a filter")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [(before.strip(), done.strip(), after.strip()) for before, done, after in rows[2:]]


@pytest.mark.parametrize(("before", "done", "after"), _worked())
def test_the_worked_table_holds(before: str, done: str, after: str) -> None:
    def links(cell: str) -> list[str]:
        return re.findall(r"`([^`]+)`", cell)

    assert draft_to_link(_DEEDS[done](draft_from_link(links(before)))) == links(after)


def test_what_is_said_not_of_a_bracket_keeps_the_bracket() -> None:
    root = Bracket("all", (Bracket("any", (A, B), is_negated=True),))
    assert unwrap_part(root, "r-0") == root


def test_a_filter_has_a_hundred_lines_and_eight_levels() -> None:
    full = Bracket("all", (A,) * 100)
    with pytest.raises(FilterError, match="100 at most"):
        add_part(full, "r", B)
    deep = Bracket("all", (A, B))
    path = "r-0"
    for _level in range(6):
        deep, path = wrap_part(deep, path), f"{path}-0"
    with pytest.raises(FilterError, match="8 levels"):
        wrap_part(deep, path)
    links = draft_to_link(deep)
    assert to_link(from_link(links, attributes), attributes) == links


@pytest.mark.django_db
def test_every_attribute_that_filters_can_be_added_and_drawn() -> None:
    offered = [one.key for one in attributes.filterable()]
    parts = tuple(part for key in (*offered, "bought:", "bracket:") if (part := fresh_part(key, attributes)))
    assert len(parts) == len(offered) + 2
    root = Bracket("all", parts)
    assert draft_from_form(_sent(root), attributes) == root
    assert fresh_part("password", attributes) is None


def test_a_hostile_form_is_read_as_what_can_belong_to_a_draft() -> None:
    given = QueryDict(mutable=True)
    given.setlist("part", ["r-0:line:city"] * 50 + ["r-0-0-0-0-0-0-0-0-0-0:line:city", "x", "r-1:line:a,b)", "r-2:x"])
    given.setlist("part", [*given.getlist("part"), "r-3:bracket", "r-3-0:line:city", "r-4:line:city"])
    given["op-r-0"], given["op-r-3-0"], given["op-r-4"] = "is", "is", "is)"
    assert draft_from_form(given, attributes) == Bracket(
        "all", (Line("city", "is"), Bracket("all", (Line("city", "is"),)))
    )


def test_another_operator_keeps_what_still_fits() -> None:
    def sent(operator: str, *texts: str, key: str = "value") -> tuple[str, ...]:
        given = QueryDict(mutable=True)
        given["part"], given["op-r-0"] = f"r-0:line:{key}", operator
        given.setlist("v-r-0", list(texts))
        part = draft_from_form(given, attributes).parts[0]
        assert isinstance(part, Line)
        return part.texts

    assert sent("at_least", "1", "2") == ("1",)
    assert sent("between", "1") == ("1",)
    assert sent("is_empty", "1") == ()
    assert sent("is_one_of", " a \n\nb\na", key="name") == ("a", "b")
    assert sent("before", "90", key="last_purchase_on") == ()
    assert sent("in_last_days", "2026-01-31", key="last_purchase_on") == ()
    assert sent("in_last_days", "90", key="last_purchase_on") == ("90",)


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def _press(client: Client, html: str, deed: str, **typed: Any) -> HttpResponse:
    """Change fields of the page's form and press one of its buttons."""
    given = fields_of(html, "builder-form")
    for name, value in typed.items():
        given.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    given["do"] = deed
    return client.post(FILTER, given.urlencode(), content_type="application/x-www-form-urlencoded")  # type: ignore[return-value]


def _followed(client: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302
    return _page(client, answer["Location"])


def test_a_filter_is_built_by_submits_alone(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    html = _page(bob, f"{FILTER}?q=chloe&cols=city&show=best&sort=-value&density=compact")
    html = _followed(bob, _press(bob, html, "add:r", add__r="country"))
    assert "does not count yet" in html
    html = _followed(bob, _press(bob, html, "add:r", v__r__0=["France", "Belgique"], add__r="value"))
    html = _followed(bob, _press(bob, html, "wrap:r-1", op__r__1="at_least", v__r__1="1"))
    html = _followed(bob, _press(bob, html, "add:r-1", add__r__1="bought:"))
    html = _followed(bob, _press(bob, html, "settle", v__r__1__1="2", not__r__1__1="yes"))
    assert "Country is one of Belgique or France" in html or "Country is one of France or Belgique" in html
    answer = _press(bob, html, "show")
    assert answer.status_code == 302
    told = parse_qs(urlsplit(answer["Location"]).query)
    assert urlsplit(answer["Location"]).path == LIST
    assert told["f"] == [
        "country:is_one_of:Belgique|France",
        "any(value:at_least:1.00,not(bought:times:at_least:2:last_90))",
    ]
    kept = {name: told[name] for name in ("q", "cols", "show", "sort", "density")}
    assert kept == {"q": ["chloe"], "cols": ["city"], "show": ["best"], "sort": ["-value"], "density": ["compact"]}


def test_the_list_is_not_shown_while_a_line_is_missing(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    answer = _press(bob, _page(bob, f"{FILTER}?f=city:is:&f=stage:is:new"), "show")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Finish or remove the marked lines first" in html
    assert 'class="errors" id="fault-r-0"' in html
    assert _followed(bob, _press(bob, html, "remove:r-0")).count('name="part"') == 1


def test_beyond_the_limits_it_says_so_and_keeps_everything(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    full = "&".join(["f=city:is:Paris"] * 100)
    answer = _press(bob, _page(bob, f"{FILTER}?{full}"), "add:r", add__r="stage")
    assert answer.status_code == 422
    assert "100 at most" in answer.content.decode()
    assert answer.content.decode().count('name="part"') == 100


def test_a_link_that_cannot_be_read_begins_anew_and_says_so(people: dict[str, Client]) -> None:
    html = _page(people["Bob"], f"{FILTER}?f=any(")
    assert "cannot be read" in html
    assert 'name="part"' not in html


def test_a_script_gets_the_part_that_changes_and_the_way_back_gets_the_page(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    part = bob.get(f"{FILTER}?f=stage:is:new", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="matching" hx-swap-oob="innerHTML">')
    assert "HX-Request" in part["Vary"]
    assert "<html" not in part.content.decode()
    assert "<html" in _page(bob, FILTER, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})


def test_the_new_line_takes_the_focus(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    html = _followed(bob, _press(bob, _page(bob, f"{FILTER}?f=stage:is:new"), "add:r", add__r="city"))
    assert html.count("autofocus") == 1
    assert 'id="op-r-1"' in html.split(" autofocus")[0].rsplit("<", 1)[1]


def test_a_hidden_attribute_is_neither_offered_nor_shown(people: dict[str, Client]) -> None:
    html = _page(people["Bob"], f"{FILTER}?f=email:is:a%40example.org")  # a reader sees no contact details
    assert 'value="email"' not in html
    assert "There is no attribute “email”" in html


def test_a_saved_view_keeps_the_tree_that_was_built(people: dict[str, Client]) -> None:
    bob = people["Bob"]
    links = ["stage:is_one_of:new|active", "not(any(city:is:Paris,bought:times:at_most:0:last_27:p=X))"]
    answer = bob.post(reverse("lists:views"), {"name": "Built", "f": links, "density": "compact"})
    told = parse_qs(urlsplit(answer["Location"]).query)
    assert told["f"] == links
    assert told["density"] == ["compact"]
    html = _page(bob, f"{FILTER}?{urlsplit(answer['Location']).query}")
    assert f'name="view" value="{View.objects.get().pk}"' in html


def test_the_list_says_its_filter_in_a_sentence_and_leads_to_the_builder(people: dict[str, Client]) -> None:
    html = _page(people["Bob"], f"{LIST}?f=stage:is:new&f=any(city:is:Paris,city:is_empty)&cols=city")
    assert '<p class="filter-sentence">Stage is New and (City is “Paris” or City is empty)</p>' in html
    assert 'href="/customers/filter/?cols=city&amp;f=stage:is:new&amp;f=any(city:is:Paris,city:is_empty)"' in html


def test_rows_are_roomy_or_close_by_address(people: dict[str, Client]) -> None:
    assert 'id="table-customers" data-density="compact"' in _page(people["Bob"], f"{LIST}?density=compact")
    assert 'id="table-customers" data-density="comfortable"' in _page(people["Bob"], f"{LIST}?density=tiny")


def test_it_speaks_french(people: dict[str, Client]) -> None:
    with translation.override("fr"):
        drawn = draw_draft(
            Bracket(parts=(BoughtLine(texts=("2",), window="last", days="90"),)),
            checked(Bracket(), attributes, "EUR"),
            attributes,
            currency="EUR",
        )
        html = render_to_string("lists/builder.html", {"root": drawn})
    assert "au cours des derniers" in html
    assert "Ajouter une ligne" in html


@pytest.mark.parametrize("address", [FILTER, COUNT])
def test_a_stranger_signs_in_first(people: dict[str, Client], address: str) -> None:
    for method in ("get", "post"):
        assert "/sign-in" in getattr(Client(), method)(address)["Location"]
    assert people["Bob"].delete(address).status_code == 405


def test_the_page_asks_as_much_for_many_customers_and_lines_as_for_few(
    people: dict[str, Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(16) as asked:
        people["Bob"].get(f"{FILTER}?f=country:is:France&f=owner:is:1&f=tags:has_any_of:1")
    make_cards(range(400))
    more = "&".join(["f=country:is:France", "f=owner:is:1", "f=tags:has_any_of:1"] * 10)
    with django_assert_max_num_queries(len(asked)):
        people["Bob"].get(f"{FILTER}?{more}")
