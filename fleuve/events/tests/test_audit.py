from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.events import record
from fleuve.events.queries import AuditFilter, actors_of_trail, audit_page, events_about
from fleuve.events.tests.cast import ALICE, BOB, CAROL, NOON
from fleuve.kernel.principal import Principal

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DORA = Principal("user", "4", "Dora", "owner")


def _names(principal: Principal, wanted: AuditFilter = AuditFilter()) -> list[str]:  # noqa: B008
    return [row.name for row in audit_page(principal, wanted, PARIS).rows]


def test_the_newest_comes_first_and_only_who_operates_sees_the_trail() -> None:
    record("history.rebuilt", by=ALICE, at=NOON)
    record("value.revalued", by=ALICE, at=NOON)
    assert _names(ALICE) == ["value.revalued", "history.rebuilt"]
    assert _names(BOB) == _names(CAROL) == []


def test_it_filters_by_actor_by_fact_and_by_the_organisations_day() -> None:
    record("history.rebuilt", by=ALICE, at=NOON)
    record("value.revalued", by=DORA, at=NOON + timedelta(hours=11, minutes=30))  # half past midnight in Paris
    assert _names(ALICE, AuditFilter(actor_id="4")) == ["value.revalued"]
    assert _names(ALICE, AuditFilter(name="history.rebuilt")) == ["history.rebuilt"]
    assert _names(ALICE, AuditFilter(day=date(2026, 3, 2))) == ["history.rebuilt"]
    assert _names(ALICE, AuditFilter(day=date(2026, 3, 3))) == ["value.revalued"]


def test_pages_follow_one_another_without_overlap_in_a_fixed_number_of_queries() -> None:
    for _ in range(25):
        record("parties.customer_changed", by=ALICE, at=NOON, values={"name": ["a", "b"]})
    seen: list[int] = []
    before = None
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            page = audit_page(ALICE, AuditFilter(), PARIS, before=before, size=10)
        assert len(queries) == 1
        seen += [row.id for row in page.rows]
        before = page.next_before
    assert before is None
    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, reverse=True)


def test_a_reader_sees_what_happened_to_a_customer_but_not_the_old_and_new_values() -> None:
    record("parties.customer_changed", by=ALICE, at=NOON, subject=("party", 7), values={"name": ["a", "b"]})
    record("parties.customer_changed", by=ALICE, at=NOON, subject=("party", 8))
    (seen,) = events_about(("party", 7), BOB)
    assert (seen.title, seen.values) == ("Customer changed", None)
    (seen,) = events_about(("party", 7), ALICE)
    assert seen.values == {"name": ["a", "b"]}
    assert events_about(("party", 7), CAROL) == ()


def test_a_digest_is_shown_by_its_beginning() -> None:
    record("imports.file_received", by=ALICE, at=NOON, data={"digest": "a" * 64, "months": [201111, 201112]})
    (row,) = audit_page(ALICE, AuditFilter(), PARIS).rows
    assert row.facts == (("digest", "aaaaaaaaaaaa…"), ("months", "201111, 201112"))


def test_everyone_who_acted_is_named_once_by_their_latest_name() -> None:
    for by in (ALICE, DORA, Principal("user", "1", "Alice Martin", "owner")):
        record("history.rebuilt", by=by, at=NOON)
    assert actors_of_trail(ALICE) == (("1", "Alice Martin"), ("4", "Dora"))
    assert actors_of_trail(BOB) == ()
