"""Groups with totals: the same on both engines and in plain Python, within reach, and each opens as its list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from fleuve.attributes import EVERYTHING, Node, Registry, registry, unpack_choices
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import refresh_mirror
from fleuve.lists.mirror import mirror_view, table_view, view
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.view import Groups
from fleuve.lists.models import View
from fleuve.lists.queries.groups import condition_of, groupable, summable
from fleuve.lists.tests.samples import NOW, card_attributes, expected, make_cards, seen_by
from fleuve.lists.tests.test_engines_agree import ALICE, CAST, _both
from fleuve.lists.tests.test_engines_agree import mirrored as mirrored
from fleuve.lists.tests.test_views import people as people
from fleuve.lists.tests.trees import trees
from fleuve.lists.views import groups as groups_page
from fleuve.parties.models import PartyCard, Tag
from fleuve.ui.tables import TableRow

GROUPS = "/customers/groups/"
SUMS = ("value", "purchase_days")
_KEYS = sorted({one.key for one in card_attributes()} & {one.key for one in groupable(Registry(registry.declared()))})


def _plainly(rows: Sequence[Mapping[str, Any]], key: str) -> dict[Any, tuple[int, int, int]]:
    """Customers, value and purchase days of each answer, counted one by one."""
    attribute = registry.get(key)
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        value = row[attribute.sql_path]
        answers: Sequence[Any] = (value,)
        if attribute.type == "choices":
            answers = unpack_choices(value) or (None,)
        elif attribute.type == "date":
            answers = (value and value.year * 100 + value.month,)
        elif value == "":
            answers = (None,)
        for answer in answers:
            for place, amount in enumerate((1, row["value"] or 0, row["purchase_days"])):
                found[answer][place] += amount
    return {answer: (one[0], one[1], one[2]) for answer, one in found.items()}


def _told(groups: Groups) -> dict[Any, tuple[int, Any, Any]]:
    return {group.key: (group.customers, group.sums[0], group.sums[1]) for group in groups.rows}


@given(node=trees(), who=st.sampled_from(CAST), key=st.sampled_from(_KEYS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_engines_group_as_plain_python_does(
    mirrored: list[dict[str, Any]], node: Node, who: Principal, key: str
) -> None:
    rows = expected(node, seen_by(who, mirrored))
    with _both(who) as views:
        mirror, table = (one.groups(node, "", key, SUMS) for one in views)
    assert mirror == table
    assert _told(mirror) == _plainly(rows, key)
    assert mirror.whole.customers == len(rows)
    assert mirror.whole.sums == (sum(row["value"] or 0 for row in rows), sum(row["purchase_days"] for row in rows))
    assert [group.customers for group in mirror.rows] == sorted((one.customers for one in mirror.rows), reverse=True)


@pytest.mark.parametrize("key", ["tags", "city", "last_purchase_on"])
def test_beyond_the_most_groups_the_rest_is_one(
    mirrored: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    for module in (view, mirror_view, table_view):
        monkeypatch.setattr(module, "MOST_GROUPS", 2)
    rows = _plainly(seen_by(ALICE, mirrored), key)
    with _both(ALICE) as views:
        mirror, table = (one.groups(EVERYTHING, "", key, SUMS) for one in views)
    assert mirror == table
    assert len(mirror.rows) == 2
    assert mirror.others is not None
    told = [*mirror.rows, mirror.others]
    assert sum(group.customers for group in told) == sum(one[0] for one in rows.values())
    assert sum(group.sums[0] for group in told) == sum(one[1] for one in rows.values())


@given(key=st.sampled_from(_KEYS), who=st.sampled_from(CAST))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_condition_of_a_group_finds_exactly_its_customers(
    mirrored: list[dict[str, Any]], key: str, who: Principal
) -> None:
    attribute = registry.get(key)
    with _both(who) as views:
        for found in views:
            for group in found.groups(EVERYTHING, "", key).rows:
                condition = condition_of(attribute, group.key)
                if condition is not None:
                    assert found.count(condition) == group.customers, (key, group)


_DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "rules" / "lists.md"
_WORKED = {"A": (2, "|1|2|", 1_000), "B": (2, "|1|", 2_000), "C": (3, "", None), "D": (None, "|2|", 500)}
_NAMED: dict[str, dict[Any, str]] = {"tags": {"1": "VIP", "2": "Salon"}, "owner": {2: "Sam", 3: "Cléo"}}
_LOOKERS = {
    "Alice, who sees all": ALICE,
    "Sam, who sees his own": Principal("user", "2", "Sam", "seller", reads="own"),
}


def _worked() -> list[list[str]]:
    """The last table of docs/rules/lists.md, "Groups and totals": who looks, by what, the groups, the total."""
    text = _DOCUMENT.read_text(encoding="utf-8").split("## Groups and totals")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in rows if row[0] in _LOOKERS]


@pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])
@pytest.mark.parametrize(("who", "by", "groups", "total"), _worked())
def test_the_worked_table_holds(
    db: None, tmp_path: Path, who: str, by: str, groups: str, total: str, small: int
) -> None:
    ids = make_cards(range(len(_WORKED)))
    for party, (owner, tags, value) in zip(ids, _WORKED.values(), strict=True):
        PartyCard.objects.filter(pk=party).update(owner_id=owner, tags=tags, value=value, is_removed=False)
    with override_settings(HOME=tmp_path):
        refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
        with opened(_LOOKERS[who], NOW) as found:
            told = found.groups(EVERYTHING, "", by, ("value",))
    said = {
        f"{'no answer' if group.key is None else _NAMED[by][group.key]}: {group.customers}, {group.sums[0] // 100}"
        for group in told.rows
    }
    assert said == set(groups.split(" · "))
    assert f"{told.whole.customers}, {told.whole.sums[0] // 100}" == total


def test_whatever_has_few_answers_groups_and_whatever_adds_up_is_summed(db: None) -> None:
    keys = {one.key for one in groupable(registry)}
    assert {"stage", "band", "policy", "country", "owner", "tags", "belongs_to", "is_slipping", "kind"} <= keys
    assert {"last_purchase_on", "first_purchase_on"} <= keys
    assert not keys & {"name", "email", "customer_number", "value"}
    sums = {one.key for one in summable(registry)}
    assert {"value", "at_stake", "revenue_total", "purchase_days"} <= sums
    assert not sums & {"band", "silent_days", "usual_gap_days", "name", "last_purchase_on"}


# --- the page ---------------------------------------------------------------------------------------------------------


def _rows(client: Client, query: str) -> tuple[list[TableRow], TableRow]:
    answer = client.get(f"{GROUPS}?{query}")
    assert answer.status_code == 200
    table = answer.context["page"].table
    return table.rows, table.total_row


def _texts(row: TableRow) -> list[str]:
    return [str(getattr(cell, "text", cell)) for cell in row.cells]


@pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])
@pytest.mark.parametrize("group", ["stage", "country", "is_slipping", "last_purchase_on", "band"])
def test_a_group_opens_as_its_list(people: dict[str, Client], small: int, group: str) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    rows, total = _rows(people["Alice"], f"group={group}&sum=value&f=may_phone:is:yes&q=e")
    assert len(rows) > 1
    for row in rows:
        told = parse_qs(urlsplit(row.url).query)
        assert urlsplit(row.url).path == "/customers/"
        assert told["f"][0] == "may_phone:is:yes"
        assert told["q"] == ["e"]
        assert not told.keys() & {"group", "sum"}
        counted = people["Alice"].get(f"/customers/count/?{urlsplit(row.url).query}").context["found"].count
        assert _texts(row)[1] == str(counted)
    assert sum(int(_texts(row)[1]) for row in rows) == int(_texts(total)[1])
    assert _texts(total)[2] == "100.0%"


def test_rows_sort_by_any_column_and_who_has_no_answer_comes_last(people: dict[str, Client]) -> None:
    by_name, _total = _rows(people["Alice"], "group=country&sort=answer")
    names = [_texts(row)[0] for row in by_name]
    assert names == ["Belgique", "España", "France", "no answer"]
    by_value, _total = _rows(people["Alice"], "group=stage&sum=at_stake&sort=-at_stake")
    amounts = [float(_texts(row)[3].replace("€", "").replace(",", "")) for row in by_value]
    assert amounts == sorted(amounts, reverse=True)
    months, _total = _rows(people["Alice"], "group=last_purchase_on")
    assert [_texts(row)[0] for row in months[:2]] == ["Jan 2025", "Nov 2025"]


def test_at_most_four_columns_add_up(people: dict[str, Client]) -> None:
    every = [one.key for one in summable(registry)]
    assert len(every) > 4
    answer = people["Alice"].get(GROUPS, {"group": "stage", "sum": every})
    assert len(answer.context["page"].table.columns) == 3 + 4


def test_who_gives_several_answers_stands_in_several_groups_and_once_in_the_total(people: dict[str, Client]) -> None:
    for number, name in ((1, "VIP"), (2, "Salon")):
        Tag.objects.create(pk=number, name=name, name_folded=name.lower(), order=number, created_at=NOW)
    rows, total = _rows(people["Alice"], "group=tags")
    told = {_texts(row)[0]: int(_texts(row)[1]) for row in rows}
    assert set(told) == {"VIP", "Salon", "12", "no answer"}
    assert told["VIP"] == PartyCard.objects.filter(tags__contains="|1|").count()
    assert sum(told.values()) > int(_texts(total)[1]) == PartyCard.objects.count()
    assert "several groups" in people["Alice"].get(f"{GROUPS}?group=tags").content.decode()
    unknown = next(row for row in rows if _texts(row)[0] == "12")
    assert unknown.url == "", "nobody can ask for an answer that is not offered any more"


def test_the_picture_has_its_table_and_one_group_alone_has_none(people: dict[str, Client]) -> None:
    answer = people["Alice"].get(f"{GROUPS}?group=country")
    assert answer.context["page"].chart is not None
    html = unescape(answer.content.decode())
    assert "Show as a table" in html
    assert html.index('id="table-groups"') < html.index('class="chart ')
    assert people["Alice"].get(f"{GROUPS}?group=country&f=country:is:France").context["page"].chart is None


def test_a_view_keeps_its_groups(people: dict[str, Client]) -> None:
    given = {"name": "By stage", "f": "may_phone:is:yes", "group": "stage", "sum": ["value", "at_stake"]}
    answer = people["Bob"].post(reverse("lists:views"), given)
    view = View.objects.get()
    assert answer["Location"] == f"{GROUPS}?view={view.pk}&f=may_phone:is:yes&group=stage&sum=value&sum=at_stake"
    html = people["Bob"].get(answer["Location"]).content.decode()
    assert 'aria-current="true">By stage' in html


def test_groups_are_within_reach_and_say_so(people: dict[str, Client]) -> None:
    from fleuve.accounts.models import User

    PartyCard.objects.update(owner_id=None)
    bob = User.objects.get(name="Bob")
    PartyCard.objects.filter(stage="active").update(owner_id=bob.pk)
    User.objects.filter(pk=bob.pk).update(reads="own")
    answer = people["Bob"].get(f"{GROUPS}?group=stage")
    assert "among your own customers" in answer.content.decode()
    assert [_texts(row)[0] for row in answer.context["page"].table.rows] == ["Active"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("group=email", "Customers by"),
        ("group=nothing&sum=name", "Customers by"),
        ("f=any(", "cannot be read"),
        ("f=bought:times:at_least:1", "not laid out yet"),
        ("f=city:is:Atlantis", "Nobody matches"),
    ],
)
def test_what_cannot_be_grouped_is_said(people: dict[str, Client], query: str, said: str) -> None:
    answer = people["Bob"].get(f"{GROUPS}?{query}")
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_whoever_sees_nothing_that_groups_finds_no_page(
    people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups_page, "groupable", lambda _visible: ())
    assert people["Bob"].get(GROUPS).status_code == 404


def test_a_stranger_signs_in_first_and_nothing_is_sent(people: dict[str, Client]) -> None:
    assert "/sign-in" in Client().get(GROUPS)["Location"]
    assert people["Bob"].post(GROUPS).status_code == 405


@pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])
def test_it_asks_as_much_of_many_as_of_few(
    people: dict[str, Client], small: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    query = {"group": "country", "sum": ["value", "at_stake"], "f": "may_phone:is:yes"}
    with django_assert_max_num_queries(16) as asked:
        people["Alice"].get(GROUPS, query)
    make_cards(range(500))
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    with django_assert_max_num_queries(len(asked)):
        people["Alice"].get(GROUPS, query)
