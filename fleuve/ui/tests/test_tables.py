"""Tables: orders, addresses and paging by key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.test import RequestFactory

from fleuve.accounts.models import User
from fleuve.ui.tables import BulkAction, Cell, Chip, Column, Cursor, Page, Sort, Table, TableRow, keyset

COLUMNS = (
    Column("name", "Customer", primary=True, sortable=True),
    Column("worth", "Value", numeric=True, sortable=True),
    Column("note", "Note"),
)


def test_an_order_that_no_column_offers_falls_back() -> None:
    assert Sort.parse("-worth", COLUMNS, "name") == Sort("worth", descending=True)
    assert Sort.parse("note", COLUMNS, "name") == Sort("name")
    assert Sort.parse("password", COLUMNS, "-worth") == Sort("worth", descending=True)


def _table(**changes: object) -> Table:
    rows = (TableRow("7", ("<Ada>", Cell("£3", note="£1–5"), ""), url="/customers/7/"),)
    values = {
        "id": "t",
        "caption": "Customers",
        "columns": COLUMNS,
        "rows": rows,
        "sort": Sort("worth", descending=True),
    }
    return Table(**{**values, **changes})  # type: ignore[arg-type]


def _drawn(table: Table, address: str = "/?q=x&at=old") -> str:
    template = engines["django"].from_string("{% load drawer %}{% data_table table %}")
    return template.render({"table": table}, RequestFactory().get(address))


@pytest.mark.django_db
def test_sorting_and_paging_keep_the_filters_and_start_again() -> None:
    html = _drawn(_table(page=Page(next="abc")))
    assert 'aria-sort="descending"' in html
    assert 'href="?q=x&amp;sort=name"' in html
    assert 'href="?q=x&amp;sort=worth"' in html
    assert 'href="?q=x&amp;at=abc"' in html
    assert "&lt;Ada&gt;" in html


@pytest.mark.django_db
def test_an_empty_table_says_what_to_do_first() -> None:
    html = _drawn(_table(rows=(), empty_title="No customers yet", empty_action="Import", empty_url="/imports/"))
    assert "No customers yet" in html
    assert "<table" not in html


@pytest.mark.django_db
def test_bulk_actions_post_the_chosen_ids_with_a_token() -> None:
    html = _drawn(_table(bulk=(BulkAction("Mark", "/mark/"),), chips=(Chip("Slipping", "/"),)))
    assert 'name="ids" value="7"' in html
    assert 'formaction="/mark/"' in html
    assert "Remove this filter" in html


def _people(names: list[str | None]) -> None:
    at = datetime(2011, 12, 9, tzinfo=UTC)
    for number, name in enumerate(names):
        User.objects.create(email=f"{number}@example.org", name="n", created_at=at, last_login=_login(name))


def _login(name: str | None) -> datetime | None:
    return None if name is None else datetime(2011, 1, int(name), tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("descending", [False, True])
def test_pages_walk_forth_and_back_over_ties_and_missing_values(descending: bool) -> None:
    _people(["3", "1", None, "2", "2", "2", None, "5", None])
    sort = Sort("last_login", descending=descending)
    seen, cursor, pages = [], "", []
    while True:
        part = keyset(User.objects.all(), field="last_login", sort=sort, cursor=cursor, size=2)
        pages.append([user.pk for user in part.rows])
        seen += [user.last_login for user in part.rows]
        if not part.page.next:
            break
        cursor = part.page.next
    days = [None if value is None else value.day for value in seen]
    known = [3, 1, 2, 2, 2, 5]
    assert days == [*sorted(known, reverse=descending), None, None, None]
    back = []
    while part.page.previous:
        part = keyset(User.objects.all(), field="last_login", sort=sort, cursor=part.page.previous, size=2)
        back.append([user.pk for user in part.rows])
    assert back == pages[-2::-1]


def test_a_cursor_that_was_tampered_with_starts_at_the_beginning() -> None:
    assert Cursor.decode("!!") is None
    assert Cursor.decode("e30") is None
    assert Cursor.decode(Cursor(None, 3).encode()) == Cursor(None, 3)


@pytest.mark.django_db
def test_a_page_costs_two_queries_at_most(django_assert_max_num_queries: object) -> None:
    _people(["1", None])
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        keyset(User.objects.all(), field="last_login", sort=Sort("last_login"), cursor="", size=5)
